package io.bindery.ra;

import io.bindery.engine.AmqpException;
import io.bindery.engine.Engine;
import io.bindery.engine.Engines;
import io.bindery.engine.ReplyCode;
import java.util.HashMap;
import java.util.Map;

/**
 * The engines that a started adapter uses, each held open by a lease until the adapter stops: an
 * embedded broker lives as long as somebody holds one. Thread-safe.
 */
final class BrokerLeases implements AutoCloseable {
  private final Map<String, Held> held = new HashMap<>();
  private boolean closed;

  /**
   * The engine of a URI, leased. One that has closed meanwhile is looked for anew.
   *
   * @throws AmqpException as {@link Engines#find}; CHANNEL_ERROR when the adapter is stopped
   */
  synchronized Engine engine(String uri) throws AmqpException {
    if (closed) {
      throw new AmqpException(ReplyCode.CHANNEL_ERROR, "The resource adapter is stopped");
    }
    Held known = held.get(uri);
    if (known != null && !known.engine.isClosed()) {
      return known.engine;
    }
    Engine engine = Engines.find(uri);
    if (known != null) {
      known.lease.close();
    }
    held.put(uri, new Held(engine, engine.lease()));
    return engine;
  }

  /** Gives all leases back; twice does nothing. */
  @Override
  public synchronized void close() {
    closed = true;
    held.values().forEach(entry -> entry.lease.close());
    held.clear();
  }

  private record Held(Engine engine, Engine.Lease lease) {}
}
