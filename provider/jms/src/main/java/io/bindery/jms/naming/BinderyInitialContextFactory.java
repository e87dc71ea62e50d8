package io.bindery.jms.naming;

import io.bindery.jms.BinderyConnectionFactory;
import io.bindery.jms.BinderyQueue;
import io.bindery.jms.BinderyTopic;
import io.bindery.jms.BinderyXAConnectionFactory;
import java.util.HashMap;
import java.util.Hashtable;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import javax.naming.ConfigurationException;
import javax.naming.Context;
import javax.naming.NamingException;
import javax.naming.spi.InitialContextFactory;

/**
 * A naming service for programs without a server (Jakarta Messaging 5.1): its content is its
 * configuration, for example a {@code jndi.properties} on the class path.
 *
 * <pre>
 * java.naming.factory.initial = io.bindery.jms.naming.BinderyInitialContextFactory
 * connectionFactory.NAME = vm://orders
 * xaConnectionFactory.NAME = vm://orders
 * property.NAME.clientId = desk
 * queue.NAME = orders
 * topic.NAME = topic:prices.#?prefetch=100
 * </pre>
 *
 * <p>{@code property.NAME.} and a property of {@link BinderyConnectionFactory} configures the
 * connection factory of that name. What a destination may be is in {@link
 * io.bindery.jms.BinderyDestination}. A NAME may hold dots, and slashes, which make subcontexts.
 * The first word of a key may be written in any case. Thread-safe.
 */
public final class BinderyInitialContextFactory implements InitialContextFactory {
  /** A factory, as JNDI makes it. */
  public BinderyInitialContextFactory() {}

  /**
   * A context, which cannot be changed.
   *
   * @throws ConfigurationException that names the key that is wrong
   */
  @Override
  public Context getInitialContext(Hashtable<?, ?> environment) throws NamingException {
    Map<String, Object> bindings = new TreeMap<>();
    Map<String, String> properties = new HashMap<>();
    for (Map.Entry<?, ?> each : environment.entrySet()) {
      String key = String.valueOf(each.getKey());
      int dot = key.indexOf('.');
      if (dot < 0 || !(each.getValue() instanceof String value)) {
        continue;
      }
      String name = key.substring(dot + 1);
      try {
        String kind = key.substring(0, dot).toLowerCase(Locale.ROOT);
        if (kind.equals("property")) {
          properties.put(name, value);
        } else {
          bind(bindings, name, made(kind, value.trim()));
        }
      } catch (IllegalArgumentException e) {
        throw wrong(key, e);
      }
    }
    for (Map.Entry<String, String> each : properties.entrySet()) {
      configure(bindings, each.getKey(), each.getValue());
    }
    return new PropertiesContext("", bindings, environment);
  }

  /** Null for a key that is not ours. */
  private static Object made(String kind, String value) {
    return switch (kind) {
      case "connectionfactory" -> new BinderyConnectionFactory(value);
      case "xaconnectionfactory" -> new BinderyXAConnectionFactory(value);
      case "queue" -> new BinderyQueue(value);
      case "topic" -> new BinderyTopic(value);
      default -> null;
    };
  }

  private static void bind(Map<String, Object> bindings, String name, Object object) {
    if (object == null) {
      return;
    }
    if (name.isEmpty()) {
      throw new IllegalArgumentException("it has no name behind the dot");
    }
    if (bindings.putIfAbsent(name, object) != null) {
      throw new IllegalArgumentException("the name '" + name + "' is given twice");
    }
  }

  private static void configure(Map<String, Object> bindings, String path, String value)
      throws NamingException {
    String key = "property." + path;
    int dot = path.lastIndexOf('.');
    String name = dot < 0 ? path : path.substring(0, dot);
    if (!(bindings.get(name) instanceof BinderyConnectionFactory factory)) {
      throw wrong(
          key,
          new IllegalArgumentException(
              "there is no connection factory '"
                  + name
                  + "': write connectionFactory."
                  + name
                  + " = URI"));
    }
    try {
      factory.setProperty(path.substring(dot + 1), value.trim());
    } catch (IllegalArgumentException e) {
      throw wrong(key, e);
    }
  }

  private static NamingException wrong(String key, IllegalArgumentException cause) {
    NamingException wrong =
        new ConfigurationException("The naming property '" + key + "': " + cause.getMessage());
    wrong.initCause(cause);
    return wrong;
  }
}
