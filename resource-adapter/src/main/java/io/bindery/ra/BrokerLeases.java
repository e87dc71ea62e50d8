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
  /** How long whoever had a broker's directory before may need to end: a server in a redeploy. */
  static final long PATIENCE_MS = 30_000;

  private static final long RETRY_MS = 250;

  private final Map<String, Held> held = new HashMap<>();
  private final long impatientAtNs;
  private boolean closed;

  /**
   * None yet.
   *
   * @param patienceMs how long from now a held directory is waited for, in ms
   */
  BrokerLeases(long patienceMs) {
    impatientAtNs = System.nanoTime() + patienceMs * 1_000_000;
  }

  /**
   * The engine of a URI, leased. One that has closed meanwhile is looked for anew. Waits for
   * nobody.
   *
   * @throws AmqpException as {@link Engines#find}: RESOURCE_LOCKED while another process or
   *     application has the broker's directory; CHANNEL_ERROR when the adapter is stopped
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

  /**
   * The same, but a held directory is tried again until the patience is over. Not on a thread that
   * starts the adapter.
   */
  synchronized Engine patiently(String uri) throws AmqpException {
    while (true) {
      try {
        return engine(uri);
      } catch (AmqpException e) {
        if (e.replyCode() != ReplyCode.RESOURCE_LOCKED || System.nanoTime() - impatientAtNs >= 0) {
          throw e;
        }
      }
      try {
        wait(RETRY_MS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return engine(uri);
      }
    }
  }

  /** Gives all leases back, and ends who waits for one; twice does nothing. */
  @Override
  public synchronized void close() {
    closed = true;
    notifyAll();
    held.values().forEach(entry -> entry.lease.close());
    held.clear();
  }

  private record Held(Engine engine, Engine.Lease lease) {}
}
