package io.bindery.amqp.codec;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.util.function.Consumer;

/** Bytes for tests. */
final class Bytes {
  static final byte[] PROTOCOL_HEADER = {'A', 'M', 'Q', 'P', 0, 0, 9, 1};

  private Bytes() {}

  static byte[] written(Consumer<ByteBuf> writer) {
    ByteBuf out = Unpooled.buffer();
    writer.accept(out);
    return ByteBufUtil.getBytes(out);
  }

  /** The protocol header, and what the writer writes. */
  static byte[] conversation(Consumer<ByteBuf> writer) {
    return written(
        out -> {
          Frames.protocolHeader(out);
          writer.accept(out);
        });
  }

  /** A frame as it is given. */
  static byte[] frame(int type, int channel, byte[] payload) {
    return written(
        out ->
            out.writeByte(type)
                .writeShort(channel)
                .writeInt(payload.length)
                .writeBytes(payload)
                .writeByte(0xCE));
  }

  static byte[] joined(byte[]... parts) {
    return ByteBufUtil.getBytes(Unpooled.wrappedBuffer(parts));
  }

  /** Bytes from octets. */
  static byte[] of(int... octets) {
    byte[] bytes = new byte[octets.length];
    for (int i = 0; i < octets.length; i++) {
      bytes[i] = (byte) octets[i];
    }
    return bytes;
  }
}
