package io.bindery.amqp.codec;

import io.bindery.engine.Body;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

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

  /** The name of a body's kind, by which {@link #decoded} finds it; null for bytes. */
  static String kind(Body body) {
    if (body instanceof Body.Text) {
      return "text";
    }
    if (body instanceof Body.Table) {
      return "map";
    }
    return body instanceof Body.Sequence ? "list" : null;
  }

  /** The body of a kind that bytes are; null when they are none, or there is no such kind. */
  static Body decoded(String kind, byte[] bytes) {
    try {
      return switch (kind) {
        case "text" -> new Body.Text(strictly(bytes));
        case "map" -> new Body.Table(FieldTables.table(bytes));
        case "list" -> new Body.Sequence(FieldTables.array(bytes));
        default -> null;
      };
    } catch (CharacterCodingException | ProtocolException e) {
      return null;
    }
  }

  private static String strictly(byte[] bytes) throws CharacterCodingException {
    return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
  }
}
