package io.bindery.engine;

import java.util.function.Consumer;

/**
 * A client's connection to one virtual host (AMQP 0-9-1, class connection). One over a network may
 * come back by itself when it is lost: see {@link Channel}. Thread-safe.
 */
public interface AmqpConnection extends AutoCloseable {
  /** Its engine. */
  Engine engine();

  /** The virtual host. */
  String virtualHost();

  /** Opens a channel; RESOURCE_ERROR past the limit of channels. */
  Ticket<Channel> openChannel();

  /**
   * Claims a client identifier for this connection (Jakarta Messaging 6.1.2): RESOURCE_LOCKED when
   * a connection anywhere on the broker has it. Held until the connection closes.
   */
  Ticket<Void> claimClientId(String clientId);

  /** The XA verbs. */
  XaBranches xa();

  /**
   * What the engine can do with queues of that type ({@code classic} is the default type), as the
   * server says that it is connected to.
   */
  Capabilities capabilities(String queueType);

  /**
   * Calls the listener once when the connection ends otherwise than by {@link #close}, and will not
   * come back; at once when it has ended so.
   *
   * @param listener must not block
   */
  void onFailure(Consumer<AmqpException> listener);

  /** Whether it has ended. */
  boolean isClosed();

  /**
   * Closes its channels, deletes its exclusive queues, frees its client identifier. Twice does
   * nothing.
   */
  @Override
  void close();
}
