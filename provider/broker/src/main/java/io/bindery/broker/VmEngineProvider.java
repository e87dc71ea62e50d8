package io.bindery.broker;

import io.bindery.broker.journal.JournalException;
import io.bindery.broker.runtime.SystemEnvironment;
import io.bindery.broker.store.DurableStore;
import io.bindery.broker.store.StoreDirectories;
import io.bindery.engine.AmqpException;
import io.bindery.engine.Engine;
import io.bindery.engine.EngineProvider;
import io.bindery.engine.ReplyCode;
import java.io.IOException;
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
        // It is closing just now: its name is free, its directory not before it has ended.
        running.broker.awaitEnd();
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
    Broker broker = null;
    try {
      broker = Broker.create(settings(parsed, memoryBytes));
    } finally {
      if (broker == null) {
        bean.unregister();
      }
    }
    bean.show(broker);
    Named named = new Named(broker, bean, parsed, memoryBytes);
    broker.onClosed(() -> closed(parsed.name(), named));
    return named;
  }

  private static BrokerSettings settings(VmUri parsed, long memoryBytes) throws AmqpException {
    Authenticator authenticator =
        parsed.users().isEmpty() ? Authenticator.ANYBODY : KnownUsers.of(parsed.users());
    SystemEnvironment environment = new SystemEnvironment(parsed.name());
    BrokerSettings settings =
        BrokerSettings.inMemory(parsed.plain(), environment, memoryBytes)
            .authenticatedBy(authenticator);
    return parsed.dir().isEmpty() ? settings : settings.storedIn(store(parsed, environment));
  }

  private static DurableStore store(VmUri parsed, SystemEnvironment environment)
      throws AmqpException {
    try {
      return DurableStore.open(StoreDirectories.in(parsed.dir()), parsed.disk(), environment);
    } catch (JournalException | IOException e) {
      environment.close();
      throw DurableStore.unusable(parsed.dir(), e);
    }
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
   * @param started what it was started with
   * @param memoryBytes what messages may take
   */
  private record Named(Broker broker, BrokerMBean bean, VmUri started, long memoryBytes) {
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
      check("users", asked.users(), started.users());
      check("dir", asked.dir(), started.dir());
      if (!asked.dir().isEmpty() && !asked.disk().equals(started.disk())) {
        throw new AmqpException(
            ReplyCode.NOT_ALLOWED,
            broker.uri()
                + " runs with other values of sync, acks, segment or nonpersistent than the URI asks for; give the"
                + " same everywhere");
      }
    }

    private void check(String key, String asked, String has) throws AmqpException {
      if (!asked.isEmpty() && !asked.equals(has)) {
        throw new AmqpException(
            ReplyCode.NOT_ALLOWED,
            broker.uri()
                + (has.isEmpty() ? " runs without " + key : " runs with " + key + "=" + has)
                + ", and the URI asks for "
                + key
                + "="
                + asked
                + "; leave "
                + key
                + " out, or give the same everywhere");
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
