package io.bindery.engine;

/**
 * A delivery could not be settled, because the connection that it came by was lost: it went back to
 * its queue with that connection, and comes again, redelivered. Where an answer was under way, it
 * may have been settled all the same.
 */
public final class DeliveryLostException extends AmqpException {
  private static final long serialVersionUID = 1L;

  /**
   * A delivery that is gone.
   *
   * @param message which one, and how
   */
  public DeliveryLostException(String message) {
    super(ReplyCode.CONNECTION_FORCED, message);
  }
}
