package io.bindery.ra;

import io.bindery.engine.AmqpConnection;
import io.bindery.engine.AmqpException;
import io.bindery.engine.Capabilities;
import io.bindery.engine.ConnectSpec;
import io.bindery.engine.Engine;
import io.bindery.engine.EngineProvider;
import io.bindery.engine.Engines;
import io.bindery.engine.Observation;
import io.bindery.engine.ReplyCode;
import io.bindery.engine.Ticket;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.net.URI;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Reaches {@code vm://NAME} by {@code fickle://NAME} as a network would: now it is there, now it is
 * not.
 */
public final class FickleBroker implements EngineProvider {
  private static final Map<String, Mood> MOODS = new ConcurrentHashMap<>();

  /** For {@link java.util.ServiceLoader}. */
  public FickleBroker() {}

  /** How it meets who connects. */
  enum Mood {
    /** Well. */
    THERE,
    /** It refuses at once. */
    AWAY,
    /** It says nothing, now or later. */
    MUTE,
    /** Well, and says that it has no XA. */
    WITHOUT_XA
  }

  /** The URI of a broker that is in that mood from now on. */
  static String uri(TestBroker broker, Mood mood) {
    String name = URI.create(broker.uri()).getHost();
    MOODS.put(name, mood);
    return "fickle://" + name;
  }

  @Override
  public Set<String> schemes() {
    return Set.of("fickle");
  }

  @Override
  public Engine engine(URI uri) throws AmqpException {
    return new Reached(uri, Engines.find("vm://" + uri.getHost()));
  }

  private record Reached(URI uri, Engine broker) implements Engine {
    @Override
    public String identity() {
      return broker.identity();
    }

    @Override
    public Ticket<AmqpConnection> connect(ConnectSpec spec) {
      switch (MOODS.get(uri.getHost())) {
        case AWAY -> {
          return Ticket.failed(new AmqpException(ReplyCode.CONNECTION_FORCED, "Nobody is there"));
        }
        case MUTE -> {
          return new Ticket<>();
        }
        case WITHOUT_XA -> {
          Ticket<AmqpConnection> ticket = new Ticket<>();
          broker
              .connect(spec)
              .whenDone((made, failure) -> ticket.complete(made == null ? null : withoutXa(made)));
          return ticket;
        }
        default -> {
          return broker.connect(spec);
        }
      }
    }

    private static AmqpConnection withoutXa(AmqpConnection connection) {
      return (AmqpConnection)
          Proxy.newProxyInstance(
              AmqpConnection.class.getClassLoader(),
              new Class<?>[] {AmqpConnection.class},
              (proxy, method, arguments) -> {
                try {
                  Object answer = method.invoke(connection, arguments);
                  return answer instanceof Capabilities all ? withoutXa(all) : answer;
                } catch (InvocationTargetException e) {
                  throw e.getCause();
                }
              });
    }

    private static Capabilities withoutXa(Capabilities all) {
      EnumSet<Capabilities.Feature> features = EnumSet.copyOf(all.features());
      features.remove(Capabilities.Feature.XA);
      return new Capabilities(features, all.delayPrecisionMs(), all.maxHeaderBytes());
    }

    @Override
    public Observation observe() throws AmqpException {
      return broker.observe();
    }

    @Override
    public Lease lease() {
      return broker.lease();
    }

    @Override
    public boolean isClosed() {
      return broker.isClosed();
    }

    @Override
    public void close() {
      broker.close();
    }
  }
}
