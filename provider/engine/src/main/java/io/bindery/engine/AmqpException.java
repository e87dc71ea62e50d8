package io.bindery.engine;

import java.util.Objects;

/**
 * An operation that an engine refused or could not carry out.
 *
 * <p>Carries the AMQP reply code (the constants of AMQP 0-9-1), whose scope says what the wire
 * would close. Immutable, so it may pass between threads.
 */
public class AmqpException extends Exception {
  private static final long serialVersionUID = 1L;

  private final ReplyCode replyCode;

  /**
   * A failure without another behind it.
   *
   * @param replyCode what kind of failure
   * @param message what was wrong, where, and what to do
   */
  public AmqpException(ReplyCode replyCode, String message) {
    this(replyCode, message, null);
  }

  /**
   * A failure with its cause.
   *
   * @param replyCode what kind of failure
   * @param message what was wrong, where, and what to do
   * @param cause may be null
   */
  public AmqpException(ReplyCode replyCode, String message, Throwable cause) {
    super(message, cause);
    this.replyCode = Objects.requireNonNull(replyCode);
  }

  /** What kind of failure this is. */
  public ReplyCode replyCode() {
    return replyCode;
  }
}
