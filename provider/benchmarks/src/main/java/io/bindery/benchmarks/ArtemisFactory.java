package io.bindery.benchmarks;

import jakarta.jms.Connection;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import java.lang.reflect.InvocationTargetException;

/**
 * Starts an Artemis broker in this virtual machine, without a class of it at compile time, and
 * connects to it.
 */
public final class ArtemisFactory implements ConnectionFactory {
  private final ConnectionFactory factory;

  /**
   * Starts the broker: in memory, no security.
   *
   * @param url {@code vm://0}
   */
  public ArtemisFactory(String url) throws ReflectiveOperationException {
    Class<?> configurations =
        Class.forName("org.apache.activemq.artemis.core.config.impl.ConfigurationImpl");
    Object configuration = configurations.getConstructor().newInstance();
    call(configuration, "setPersistenceEnabled", boolean.class, false);
    call(configuration, "setSecurityEnabled", boolean.class, false);
    configurations
        .getMethod("addAcceptorConfiguration", String.class, String.class)
        .invoke(configuration, "in-vm", url);
    Object server =
        Class.forName("org.apache.activemq.artemis.core.server.embedded.EmbeddedActiveMQ")
            .getConstructor()
            .newInstance();
    Class<?> type = Class.forName("org.apache.activemq.artemis.core.config.Configuration");
    call(server, "setConfiguration", type, configuration);
    server.getClass().getMethod("start").invoke(server);
    factory =
        (ConnectionFactory)
            Class.forName("org.apache.activemq.artemis.jms.client.ActiveMQConnectionFactory")
                .getConstructor(String.class)
                .newInstance(url);
  }

  private static void call(Object on, String method, Class<?> type, Object value)
      throws NoSuchMethodException, IllegalAccessException, InvocationTargetException {
    on.getClass().getMethod(method, type).invoke(on, value);
  }

  @Override
  public Connection createConnection() throws JMSException {
    return factory.createConnection();
  }

  @Override
  public Connection createConnection(String user, String password) throws JMSException {
    return factory.createConnection(user, password);
  }

  @Override
  public JMSContext createContext() {
    return factory.createContext();
  }

  @Override
  public JMSContext createContext(String user, String password) {
    return factory.createContext(user, password);
  }

  @Override
  public JMSContext createContext(String user, String password, int mode) {
    return factory.createContext(user, password, mode);
  }

  @Override
  public JMSContext createContext(int mode) {
    return factory.createContext(mode);
  }
}
