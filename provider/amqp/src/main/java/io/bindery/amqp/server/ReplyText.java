package io.bindery.amqp.server;

import io.bindery.amqp.codec.ProtocolException;
import io.bindery.amqp.codec.WireText;
import io.bindery.engine.AmqpException;

/** What connection.close and channel.close say (AMQP 0-9-1, reply-text). */
final class ReplyText {
  private static final int MAX_BYTES = 255;

  private ReplyText() {}

  /** The name of the code and what was wrong, as much as fits. */
  static String of(AmqpException why) {
    String text = why.replyCode() + " - " + why.getMessage();
    while (WireText.encode(text).length > MAX_BYTES) {
      int surplus = Math.max(1, (WireText.encode(text).length - MAX_BYTES) / 3);
      text = text.substring(0, text.length() - surplus);
    }
    return text;
  }

  static int classId(AmqpException why) {
    return why instanceof ProtocolException known ? known.classId() : 0;
  }

  static int methodId(AmqpException why) {
    return why instanceof ProtocolException known ? known.methodId() : 0;
  }
}
