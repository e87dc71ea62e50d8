package io.bindery.amqp.codec;

import io.bindery.engine.AmqpException;
import io.bindery.engine.AmqpMessage;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.util.ArrayList;
import java.util.List;

/** Writes down what a decoder finds, as text. */
final class Recording implements FrameListener {
  final List<String> events = new ArrayList<>();
  final List<Method> methods = new ArrayList<>();
  final List<AmqpMessage> messages = new ArrayList<>();

  @Override
  public void protocolHeader(boolean known) {
    events.add("header " + known);
  }

  @Override
  public void method(int channel, Method method) {
    methods.add(method);
    events.add(channel + " " + method);
  }

  @Override
  public void header(int channel, ContentHeader header) {
    AmqpMessage message = header.properties().build();
    messages.add(message);
    events.add(channel + " content " + header.bodyBytes() + " " + described(message));
  }

  @Override
  public void body(int channel, ByteBuf from, int length) {
    events.add(channel + " body " + ByteBufUtil.hexDump(from, from.readerIndex(), length));
  }

  @Override
  public void heartbeat() {
    events.add("heartbeat");
  }

  static String described(AmqpMessage m) {
    return List.of(
            m.headers().toString(),
            String.valueOf(m.contentType()),
            String.valueOf(m.contentEncoding()),
            m.persistent() + "/" + m.priority(),
            String.valueOf(m.correlationId()),
            String.valueOf(m.replyTo()),
            String.valueOf(m.expiration()),
            String.valueOf(m.messageId()),
            String.valueOf(m.timestampMs()),
            m.type() + "/" + m.userId() + "/" + m.appId())
        .toString();
  }

  /** Decodes pieces, and what is left of each after a failure. */
  static Recording of(int maxFrameBytes, byte[]... pieces) {
    Recording recording = new Recording();
    FrameDecoder decoder = new FrameDecoder(UnpooledByteBufAllocator.DEFAULT, maxFrameBytes);
    for (byte[] piece : pieces) {
      ByteBuf in = Unpooled.wrappedBuffer(piece);
      while (in.isReadable()) {
        try {
          decoder.decode(in, recording);
        } catch (ProtocolException e) {
          recording.events.add(
              e.replyCode() + " " + e.classId() + "." + e.methodId() + " " + e.getMessage());
        } catch (AmqpException e) {
          recording.events.add("? " + e);
        }
      }
    }
    decoder.release();
    return recording;
  }

  /** Only the failures. */
  List<String> failures() {
    return events.stream()
        .filter(event -> Character.isUpperCase(event.charAt(0)))
        .map(event -> event.substring(0, event.indexOf(' ', event.indexOf(' ') + 1)))
        .toList();
  }
}
