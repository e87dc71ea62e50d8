package io.bindery.engine;

import java.net.URI;

/**
 * A broker as its clients in this virtual machine see it: embedded here or reached over the
 * network. Thread-safe.
 *
 * <p>In Java SE it lives until {@link #close} or the end of the virtual machine, whatever its
 * connections do. Inside a server it lives as long as somebody holds a lease.
 */
public interface Engine extends AutoCloseable {
  /** The URI that it was found by, without secrets. */
  URI uri();

  /**
   * The broker's own identity: persistent where the broker is, equal for two engines of one broker.
   */
  String identity();

  /** Connects: ACCESS_REFUSED for wrong credentials, INVALID_PATH for an unknown virtual host. */
  Ticket<AmqpConnection> connect(ConnectSpec spec);

  /**
   * A view of what is there, as of now. An engine that reaches its broker over a network asks and
   * waits, so it is not for threads that must not.
   *
   * @throws AmqpException when the broker does not say it; an embedded one always does
   */
  Observation observe() throws AmqpException;

  /**
   * Takes a lease. When the last lease is closed the engine closes in an orderly way. An engine on
   * which no lease was ever taken is not concerned.
   */
  Lease lease();

  /** Whether it is closed. */
  boolean isClosed();

  /** Closes it: connections fail with CONNECTION_FORCED, threads end. Twice does nothing. */
  @Override
  void close();

  /** Holds an engine open. */
  interface Lease extends AutoCloseable {
    /** Gives it back. Twice does nothing. */
    @Override
    void close();
  }
}
