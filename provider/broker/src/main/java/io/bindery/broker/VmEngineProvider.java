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
  private static final Map<String, Broker> RUNNING = new HashMap<>();

  @Override
  public Set<String> schemes() {
    return Set.of("vm");
  }

  @Override
  public Engine engine(URI uri) throws AmqpException {
    VmUri parsed = VmUri.parse(uri);
    synchronized (RUNNING) {
      Broker running = RUNNING.get(parsed.name());
      if (running != null && !running.isClosed()) {
        return running;
      }
      return started(parsed);
    }
  }

  private static Broker started(VmUri parsed) throws AmqpException {
    String name = parsed.name();
    BrokerMBean bean = BrokerMBean.claim(name);
    Broker broker =
        Broker.create(
            BrokerSettings.inMemory(
                parsed.plain(), new SystemEnvironment(name), parsed.memoryBytes()));
    bean.show(broker);
    broker.onClosed(
        () -> {
          bean.unregister();
          synchronized (RUNNING) {
            RUNNING.remove(name, broker);
          }
        });
    RUNNING.put(name, broker);
    return broker;
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
