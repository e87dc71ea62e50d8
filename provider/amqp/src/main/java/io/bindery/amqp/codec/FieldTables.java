package io.bindery.amqp.codec;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.List;
import java.util.Map;

/** Field tables that stand for themselves. */
public final class FieldTables {
  private FieldTables() {}

  /**
   * The fields of a table whose length is not before it, as in a response of AMQPLAIN.
   *
   * @param fields a long string
   * @throws ProtocolException SYNTAX_ERROR when it is none
   */
  public static Map<String, Object> fields(String fields) throws ProtocolException {
    byte[] bytes = WireText.encode(fields);
    ByteBuf in = Unpooled.buffer(4 + bytes.length).writeInt(bytes.length).writeBytes(bytes);
    ArgumentReader reader = new ArgumentReader();
    reader.begin(in, in.writerIndex());
    return reader.table();
  }

  /** The table that a body is. */
  static Map<String, Object> table(byte[] body) throws ProtocolException {
    ArgumentReader reader = reader(body);
    Map<String, Object> table = reader.bodyTables().read();
    reader.end();
    return table;
  }

  /** The array that a body is. */
  static List<Object> array(byte[] body) throws ProtocolException {
    ArgumentReader reader = reader(body);
    List<Object> array = reader.bodyTables().readArray();
    reader.end();
    return array;
  }

  private static ArgumentReader reader(byte[] body) {
    ArgumentReader reader = new ArgumentReader();
    reader.begin(Unpooled.wrappedBuffer(body), body.length);
    return reader;
  }
}
