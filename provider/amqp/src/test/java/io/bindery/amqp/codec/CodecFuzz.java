package io.bindery.amqp.codec;

import io.bindery.engine.AmqpException;
import io.bindery.engine.AmqpMessage;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What must hold of the codec for any bytes, as a fuzzer's target. The first byte says how the rest
 * comes: as it is, or as the payload of one frame of a type, so that a fuzzer need not find out the
 * form of frames.
 */
public final class CodecFuzz {
  private static final int MAX_FRAME_BYTES = 4_096;
  private static final int CLASS_AND_METHOD = 4;

  private CodecFuzz() {}

  /** Called by a fuzzer, any number of times. */
  public static void fuzzerTestOneInput(byte[] input) {
    if (input.length == 0) {
      return;
    }
    byte[] rest = Arrays.copyOfRange(input, 1, input.length);
    byte[] said = said(input[0], rest);
    List<String> whole = heard(said, said.length);
    check(whole.equals(heard(said, 1)), "octet by octet something else is heard");
    check(whole.equals(heard(said, 7)), "in other pieces something else is heard");
    bodies(rest);
  }

  private static byte[] said(byte how, byte[] rest) {
    return switch (how & 3) {
      case 0 -> Bytes.joined(Bytes.PROTOCOL_HEADER, rest);
      case 1 -> framed(Frames.METHOD, rest);
      case 2 -> framed(Frames.HEADER, rest);
      default -> method(how, rest);
    };
  }

  private static byte[] framed(int type, byte[] payload) {
    return Bytes.joined(Bytes.PROTOCOL_HEADER, Bytes.frame(type, 1, payload));
  }

  /** The arguments of a method that there is. */
  private static byte[] method(byte how, byte[] rest) {
    if (rest.length == 0) {
      return Bytes.PROTOCOL_HEADER;
    }
    MethodType[] all = MethodType.values();
    MethodType type = all[(rest[0] & 0xFF) % all.length];
    byte[] payload = new byte[CLASS_AND_METHOD + rest.length - 1];
    payload[1] = (byte) type.classId();
    payload[3] = (byte) type.methodId();
    System.arraycopy(rest, 1, payload, CLASS_AND_METHOD, rest.length - 1);
    int channel = type.classId() == MethodType.CONNECTION_OPEN.classId() ? 0 : how & 4 | 1;
    return Bytes.joined(Bytes.PROTOCOL_HEADER, Bytes.frame(Frames.METHOD, channel, payload));
  }

  private static List<String> heard(byte[] said, int step) {
    UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(false);
    Ear ear = new Ear();
    FrameDecoder decoder = new FrameDecoder(allocator, MAX_FRAME_BYTES);
    for (int at = 0; at < said.length; at += step) {
      ByteBuf in = Unpooled.wrappedBuffer(said, at, Math.min(step, said.length - at));
      while (in.isReadable()) {
        try {
          decoder.decode(in, ear);
        } catch (AmqpException e) {
          ear.heard.add(e.replyCode().name());
        }
      }
      long used = allocator.metric().usedHeapMemory();
      check(used <= 2 * MAX_FRAME_BYTES, "memory for what did not come");
    }
    decoder.release();
    check(allocator.metric().usedHeapMemory() == 0, "memory is not given back");
    return ear.heard;
  }

  private static void bodies(byte[] bytes) {
    for (String kind : List.of("text", "map", "list", "other")) {
      var body = Bodies.decoded(kind, bytes);
      if (body != null) {
        byte[] once = Bodies.encoded(body);
        byte[] twice = Bodies.encoded(Bodies.decoded(kind, once));
        check(Arrays.equals(once, twice), "a body written and read is another");
      }
    }
  }

  private static void check(boolean holds, String otherwise) {
    if (!holds) {
      throw new AssertionError(otherwise);
    }
  }

  /** Writes what it hears as bytes again, reads these, and must hear the same. */
  private static final class Ear implements FrameListener {
    private final List<String> heard = new ArrayList<>();

    @Override
    public void protocolHeader(boolean known) {
      heard.add("greeting " + known);
    }

    @Override
    public void method(int channel, Method method) {
      byte[] once = Bytes.written(out -> Frames.method(out, channel, method));
      note(once);
    }

    @Override
    public void header(int channel, ContentHeader header) throws AmqpException {
      AmqpMessage message = header.properties().build();
      int bodyBytes = (int) Math.min(header.bodyBytes(), Integer.MAX_VALUE);
      note(Bytes.written(out -> Frames.header(out, channel, message, bodyBytes)));
      try {
        CarriedProperties.of(CarriedProperties.taken(message));
      } catch (AmqpException e) {
        heard.add(e.replyCode().name());
      }
    }

    private void note(byte[] once) {
      heard.add(ByteBufUtil.hexDump(once));
      byte[][] twice = new byte[1][];
      FrameDecoder decoder =
          new FrameDecoder(new UnpooledByteBufAllocator(false), Integer.MAX_VALUE);
      try {
        decoder.decode(Unpooled.wrappedBuffer(Bytes.PROTOCOL_HEADER, once), new Echo(twice));
      } catch (AmqpException e) {
        throw new AssertionError("what was written cannot be read: " + e, e);
      }
      check(Arrays.equals(once, twice[0]), "what was written and read is another");
    }

    @Override
    public void body(int channel, ByteBuf from, int length) {
      heard.add(channel + " " + ByteBufUtil.hexDump(from, from.readerIndex(), length));
    }

    @Override
    public void heartbeat() {
      heard.add("heartbeat");
    }
  }

  /** Writes the one frame that it hears. */
  private record Echo(byte[][] frame) implements FrameListener {
    @Override
    public void protocolHeader(boolean known) {
      // The one before the frame.
    }

    @Override
    public void method(int channel, Method method) {
      frame[0] = Bytes.written(out -> Frames.method(out, channel, method));
    }

    @Override
    public void header(int channel, ContentHeader header) {
      AmqpMessage message = header.properties().build();
      int bodyBytes = (int) header.bodyBytes();
      frame[0] = Bytes.written(out -> Frames.header(out, channel, message, bodyBytes));
    }

    @Override
    public void body(int channel, ByteBuf from, int length) {
      throw new AssertionError("a body was heard");
    }

    @Override
    public void heartbeat() {
      throw new AssertionError("a heartbeat was heard");
    }
  }
}
