package io.bindery.ra;

import io.bindery.engine.Delivery;
import jakarta.resource.ResourceException;
import jakarta.resource.spi.endpoint.MessageEndpoint;
import javax.transaction.xa.XAResource;

/**
 * How one session shows messages to its endpoint and settles them. Used by one thread at a time.
 */
interface DeliveryMode {
  /** What became of a message. */
  enum Result {
    /** Processed and settled. */
    DONE,
    /** The bean threw, or its transaction rolled back: unsettled, to be given back as FAILED. */
    FAILED,
    /** Its transaction is neither committed nor rolled back as far as this session knows. */
    IN_DOUBT
  }

  /**
   * Shows one message.
   *
   * @throws ResourceException when the endpoint refused before the bean saw it
   */
  Result deliver(MessageEndpoint endpoint, Delivery delivery) throws ResourceException;

  /** Settles what was processed and is not yet settled. */
  void flush();

  /** What the container enlists, or null when deliveries are not transacted. */
  XAResource resource();
}
