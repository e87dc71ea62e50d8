package io.bindery.amqp.server;

import io.bindery.amqp.codec.ConnectionMethod;
import io.bindery.amqp.codec.ContentHeader;
import io.bindery.amqp.codec.FrameDecoder;
import io.bindery.amqp.codec.FrameListener;
import io.bindery.amqp.codec.Frames;
import io.bindery.amqp.codec.Method;
import io.bindery.engine.AmqpException;
import io.bindery.engine.AmqpMessage;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** What scripted clients say and hear, octet by octet. */
final class Peers {
  private Peers() {}

  static byte[] written(Consumer<ByteBuf> writer) {
    ByteBuf out = Unpooled.buffer();
    writer.accept(out);
    return ByteBufUtil.getBytes(out);
  }

  static byte[] method(int channel, Method method) {
    return written(out -> Frames.method(out, channel, method));
  }

  static byte[] frame(int type, int channel, byte... payload) {
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

  /** Header and bodies of a content. */
  static byte[] content(int channel, String text) {
    byte[] body = text.getBytes(StandardCharsets.UTF_8);
    return written(
        out -> {
          Frames.header(out, channel, AmqpMessage.builder().build(), body.length);
          Frames.bodies(out, channel, body, 4096);
        });
  }

  static byte[] protocolHeader() {
    return written(Frames::protocolHeader);
  }

  static ConnectionMethod.StartOk plain(String user, String password, Map<String, Object> can) {
    return new ConnectionMethod.StartOk(
        Map.of("capabilities", can), "PLAIN", "\0" + user + "\0" + password, "en_US");
  }

  /** All that opens a connection, sent at once. */
  static byte[] handshake() {
    return joined(
        protocolHeader(),
        method(
            0,
            plain(
                "guest",
                "guest",
                Map.of("consumer_cancel_notify", true, "connection.blocked", true))),
        method(0, new ConnectionMethod.TuneOk(0, 131_072, 0)),
        method(0, new ConnectionMethod.Open("/")));
  }

  /** What a server said, one line for each frame; a client's decoder, since both are the same. */
  static List<String> heard(byte[] bytes) {
    Heard heard = new Heard();
    FrameDecoder decoder = new FrameDecoder(UnpooledByteBufAllocator.DEFAULT, 1 << 20);
    try {
      decoder.decode(Unpooled.wrappedBuffer(protocolHeader()), heard);
      decoder.decode(Unpooled.wrappedBuffer(bytes), heard);
    } catch (AmqpException e) {
      heard.lines.add(e.toString());
    }
    decoder.release();
    return heard.lines;
  }

  private static final class Heard implements FrameListener {
    private final List<String> lines = new ArrayList<>();

    @Override
    public void protocolHeader(boolean known) {
      // The one that this class put before the rest.
    }

    @Override
    public void method(int channel, Method method) {
      lines.add(channel + " " + method.type() + arguments(method));
    }

    private static String arguments(Method method) {
      String text = method.toString();
      return text.substring(text.indexOf('['));
    }

    @Override
    public void header(int channel, ContentHeader header) {
      lines.add(channel + " header " + header.bodyBytes());
    }

    @Override
    public void body(int channel, ByteBuf from, int length) {
      lines.add(
          channel
              + " body "
              + from.toString(from.readerIndex(), length, StandardCharsets.ISO_8859_1));
    }

    @Override
    public void heartbeat() {
      lines.add("heartbeat");
    }
  }
}
