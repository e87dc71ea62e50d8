package io.bindery.amqp.codec;

import io.bindery.engine.AmqpMessage;
import io.bindery.engine.ReplyCode;

/**
 * A content header of class basic (AMQP 0-9-1, 4.2.6.1).
 *
 * @param bodyBytes how large the body will be, at least 0
 * @param properties a message that lacks only its body
 */
public record ContentHeader(long bodyBytes, AmqpMessage.Builder properties) {
  /** The class that has contents. */
  static final int BASIC = 60;

  /** Its class, weight, body size and flags. */
  private static final int LEAST_BYTES = 14;

  static ContentHeader read(ArgumentReader in) throws ProtocolException {
    if (in.remaining() < LEAST_BYTES) {
      throw in.syntaxError("A content header has at least " + LEAST_BYTES + " bytes");
    }
    int classId = in.shortInt();
    in.about(classId, 0);
    if (classId != BASIC) {
      throw unexpected("A content header names class " + classId + ", which has no content");
    }
    if (in.shortInt() != 0) {
      throw unexpected("The weight of a content header is not 0");
    }
    long bodyBytes = in.longLong();
    if (bodyBytes < 0) {
      throw in.syntaxError("A content has more than 2^63 bytes");
    }
    return new ContentHeader(bodyBytes, BasicProperties.read(in));
  }

  /** RabbitMQ's code: such a header is none that could come there. */
  private static ProtocolException unexpected(String what) {
    return new ProtocolException(ReplyCode.UNEXPECTED_FRAME, what, MethodType.BASIC_PUBLISH);
  }
}
