package io.bindery.itests.wire;

import io.bindery.amqp.codec.ConnectionMethod;
import io.bindery.amqp.codec.Frames;
import io.bindery.amqp.codec.Method;
import io.bindery.engine.AmqpMessage;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.function.Consumer;

/** What a client sends, octet by octet. */
final class Octets {
  static final int METHOD = 1;
  static final int HEADER = 2;
  static final int BODY = 3;
  static final int HEARTBEAT = 8;
  static final int END = 0xCE;

  private Octets() {}

  static byte[] written(Consumer<ByteBuf> writer) {
    ByteBuf out = Unpooled.buffer();
    writer.accept(out);
    return ByteBufUtil.getBytes(out);
  }

  static byte[] method(int channel, Method method) {
    return written(out -> Frames.method(out, channel, method));
  }

  static byte[] frame(int type, int channel, byte... payload) {
    return frame(type, channel, payload, END);
  }

  static byte[] frame(int type, int channel, byte[] payload, int end) {
    return written(
        out ->
            out.writeByte(type)
                .writeShort(channel)
                .writeInt(payload.length)
                .writeBytes(payload)
                .writeByte(end));
  }

  /** A method frame of any numbers. */
  static byte[] method(int channel, int classId, int methodId, byte... arguments) {
    return frame(
        METHOD,
        channel,
        written(out -> out.writeShort(classId).writeShort(methodId).writeBytes(arguments)));
  }

  static byte[] header(int channel, AmqpMessage properties, int bodyBytes) {
    return written(out -> Frames.header(out, channel, properties, bodyBytes));
  }

  static byte[] header(int channel, int bodyBytes) {
    return header(channel, AmqpMessage.builder().build(), bodyBytes);
  }

  static byte[] body(int channel, String text) {
    return frame(BODY, channel, text.getBytes(StandardCharsets.UTF_8));
  }

  static byte[] joined(byte[]... parts) {
    return ByteBufUtil.getBytes(Unpooled.wrappedBuffer(parts));
  }

  static byte[] protocolHeader() {
    return written(Frames::protocolHeader);
  }

  static ConnectionMethod.StartOk plain(String user, String password) {
    return new ConnectionMethod.StartOk(
        Map.of(
            "capabilities",
            Map.of(
                "consumer_cancel_notify",
                true,
                "connection.blocked",
                true,
                "authentication_failure_close",
                true)),
        "PLAIN",
        "\0" + user + "\0" + password,
        "en_US");
  }
}
