package io.bindery.amqp.codec;

import io.bindery.engine.Body;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;

/** Bodies of the engine as bytes: what was given as bytes is not copied. */
public final class Bodies {
  private Bodies() {}

  /**
   * The bytes of a body: text in UTF-8, a table as a field table, a sequence as a field array. Not
   * to be changed.
   */
  public static byte[] encoded(Body body) {
    if (body instanceof Body.Bytes bytes) {
      return bytes.content();
    }
    if (body instanceof Body.Text text) {
      return text.encoded();
    }
    if (body instanceof Body.Serialized serialized) {
      return serialized.content();
    }
    ByteBuf out = Unpooled.buffer();
    if (body instanceof Body.Table table) {
      FieldTableWriter.write(out, table.content());
    } else if (body instanceof Body.Sequence sequence) {
      FieldTableWriter.array(out, sequence.content());
    }
    return ByteBufUtil.getBytes(out);
  }
}
