package io.bindery.engine;

/** A failed XA verb, with the error code that {@link javax.transaction.xa.XAException} gives it. */
public final class XaException extends AmqpException {
  private static final long serialVersionUID = 1L;

  private final int errorCode;

  /**
   * A failure of an XA verb.
   *
   * @param errorCode a constant of {@link javax.transaction.xa.XAException}
   * @param message what was wrong, with the branch
   */
  public XaException(int errorCode, String message) {
    super(ReplyCode.PRECONDITION_FAILED, message);
    this.errorCode = errorCode;
  }

  /** A constant of {@link javax.transaction.xa.XAException}. */
  public int errorCode() {
    return errorCode;
  }
}
