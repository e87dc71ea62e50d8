package io.bindery.broker;

import io.bindery.broker.runtime.SystemEnvironment;
import io.bindery.engine.AmqpException;
import io.bindery.engine.Engine;
import io.bindery.engine.EngineProvider;
import io.bindery.engine.ReplyCode;
import java.net.URI;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * Finds and starts embedded brokers: {@code vm://NAME}, one of each name in the virtual machine.
 * The name belongs to the class loader that asked first, which the MBean {@code
 * io.bindery:type=Broker,name=NAME} claims.
 */
public final class VmEngineProvider implements EngineProvider {
  private static final Map<String, Named> RUNNING = new HashMap<>();

  @Override
  public Set<String> schemes() {
    return Set.of("vm");
  }

  @Override
  public Engine engine(URI uri) throws AmqpException {
    VmUri parsed = VmUri.parse(uri);
    synchronized (RUNNING) {
      Named running = RUNNING.get(parsed.name());
      if (running != null && !running.broker.isClosed()) {
        running.check(parsed);
        return running.broker;
      }
      if (running != null) {
        // It is closing just now: its name is free.
        RUNNING.remove(parsed.name());
        running.bean.unregister();
      }
      Named started = started(parsed);
      RUNNING.put(parsed.name(), started);
      return started.broker;
    }
  }

  private static Named started(VmUri parsed) throws AmqpException {
    BrokerMBean bean = BrokerMBean.claim(parsed.name());
    long memoryBytes =
        parsed.memoryBytes() == 0 ? VmUri.defaultMemoryBytes() : parsed.memoryBytes();
    Broker broker;
    try {
      broker = Broker.create(settings(parsed, memoryBytes));
    } catch (AmqpException e) {
      bean.unregister();
      throw e;
    }
    bean.show(broker);
    Named named = new Named(broker, bean, memoryBytes, parsed.users());
    broker.onClosed(() -> closed(parsed.name(), named));
    return named;
  }

  private static BrokerSettings settings(VmUri parsed, long memoryBytes) throws AmqpException {
    Authenticator authenticator =
        parsed.users().isEmpty() ? Authenticator.ANYBODY : KnownUsers.of(parsed.users());
    return BrokerSettings.inMemory(
            parsed.plain(), new SystemEnvironment(parsed.name()), memoryBytes)
        .authenticatedBy(authenticator);
  }

  private static void closed(String name, Named named) {
    synchronized (RUNNING) {
      if (RUNNING.remove(name, named)) {
        named.bean.unregister();
      }
    }
  }

  /**
   * A broker that has a name.
   *
   * @param broker the broker
   * @param bean what claims the name
   * @param memoryBytes what it was started with
   * @param users likewise, empty for none
   */
  private record Named(Broker broker, BrokerMBean bean, long memoryBytes, String users) {
    /** A parameter that would be ignored is refused. */
    void check(VmUri asked) throws AmqpException {
      if (asked.memoryBytes() != 0 && asked.memoryBytes() != memoryBytes) {
        throw new AmqpException(
            ReplyCode.NOT_ALLOWED,
            broker.uri()
                + " runs with memory="
                + memoryBytes
                + " bytes, and the URI asks for "
                + asked.memoryBytes()
                + "; leave memory out, or give the same everywhere");
      }
      if (!asked.users().isEmpty() && !asked.users().equals(users)) {
        throw new AmqpException(
            ReplyCode.NOT_ALLOWED,
            broker.uri()
                + (users.isEmpty() ? " runs without users" : " runs with users=" + users)
                + ", and the URI asks for users="
                + asked.users()
                + "; leave users out, or give the same everywhere");
      }
    }
  }

  /** The error of a name that another class loader has. */
  static AmqpException taken(String name, String owner) {
    return new AmqpException(
        ReplyCode.NOT_ALLOWED,
        "vm://"
            + name
            + " belongs to "
            + owner
            + ": two brokers of one name would lose messages; use another name, or one resource adapter for both");
  }
}
