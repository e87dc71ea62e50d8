package io.bindery.amqp.codec;

import io.bindery.engine.AmqpException;
import io.bindery.engine.ReplyCode;

/** What came over the wire was wrong; knows the method that it is about. Immutable. */
public final class ProtocolException extends AmqpException {
  private static final long serialVersionUID = 1L;

  private final int classId;
  private final int methodId;

  /** A failure that is about no method. */
  public ProtocolException(ReplyCode replyCode, String message) {
    this(replyCode, message, 0, 0);
  }

  /** A failure of a method. */
  public ProtocolException(ReplyCode replyCode, String message, MethodType method) {
    this(replyCode, message, method.classId(), method.methodId());
  }

  ProtocolException(ReplyCode replyCode, String message, int classId, int methodId) {
    super(replyCode, message);
    this.classId = classId;
    this.methodId = methodId;
  }

  /** The class of the method that it is about, 0 for none. */
  public int classId() {
    return classId;
  }

  /** The method that it is about, 0 for none. */
  public int methodId() {
    return methodId;
  }
}
