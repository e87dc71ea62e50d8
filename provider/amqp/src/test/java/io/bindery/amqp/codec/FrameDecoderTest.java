package io.bindery.amqp.codec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bindery.engine.AmqpMessage;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class FrameDecoderTest {
  private static final int MAX = 4096;

  private static void sample(ByteBuf out) {
    Frames.method(out, 0, new ConnectionMethod.Open("/"));
    Frames.heartbeat(out);
    Frames.method(out, 1, new ChannelMethod.Open());
    Frames.method(out, 1, new BasicMethod.Publish("amq.topic", "a.b", true, false));
    AmqpMessage message =
        AmqpMessage.builder()
            .headers(Map.of("k", List.of(1, "zwei", true)))
            .messageId("m-1")
            .persistent(true)
            .priority(5)
            .build();
    byte[] body = "a body of some bytes".getBytes(StandardCharsets.UTF_8);
    Frames.header(out, 1, message, body.length);
    Frames.bodies(out, 1, body, 15);
    Frames.method(out, 1, new ChannelMethod.Close(200, "bye", 0, 0));
  }

  /** All that may go wrong without the frames being lost, and FRAME_ERROR at the end. */
  private static void wrong(ByteBuf out) {
    out.writeBytes(Bytes.frame(1, 1, Bytes.of(0, 60, 0, 121)));
    out.writeBytes(Bytes.frame(1, 1, Bytes.of(0, 60, 0, 10, 1)));
    Frames.method(out, 0, new ChannelMethod.Open());
    Frames.method(out, 4, new ConnectionMethod.CloseOk());
    out.writeBytes(Bytes.frame(9, 0, Bytes.of()));
    Frames.heartbeat(out);
  }

  @Test
  void framesAreFound() {
    List<String> events = Recording.of(MAX, Bytes.conversation(FrameDecoderTest::sample)).events;
    assertEquals(
        List.of(
            "header true",
            "0 Open[virtualHost=/]",
            "heartbeat",
            "1 Open[]",
            "1 Publish[exchange=amq.topic, routingKey=a.b, mandatory=true, immediate=false]"),
        events.subList(0, 5));
    assertTrue(events.get(5).startsWith("1 content 20 [{k=[1, zwei, true]}, null"), events.get(5));
    assertEquals(
        List.of(
            "1 body 6120626f647920",
            "1 body 6f6620736f6d65",
            "1 body 206279746573",
            "1 Close[replyCode=200, replyText=bye, classId=0, methodId=0]"),
        events.subList(6, events.size()));
  }

  @Test
  void howInputIsSplitMakesNoDifference() {
    for (byte[] input :
        List.of(
            Bytes.conversation(FrameDecoderTest::sample),
            Bytes.conversation(FrameDecoderTest::wrong),
            Bytes.of('A', 'M', 'Q', 'P', 1, 1, 0, 9),
            "GET / HTTP/1.1\r\n".getBytes(StandardCharsets.US_ASCII))) {
      List<String> whole = Recording.of(MAX, input).events;
      byte[][] octets = new byte[input.length][];
      for (int at = 0; at < input.length; at++) {
        byte[] before = Arrays.copyOf(input, at);
        byte[] after = Arrays.copyOfRange(input, at, input.length);
        assertEquals(whole, Recording.of(MAX, before, after).events, "split at " + at);
        octets[at] = new byte[] {input[at]};
      }
      assertEquals(whole, Recording.of(MAX, octets).events, "octet by octet");
    }
  }

  /** AMQP 0-9-1, 4.2.2: what is no header of a version that the server speaks. */
  @Test
  void anotherVersionIsUnknown() {
    assertEquals(
        List.of("header false"),
        Recording.of(MAX, Bytes.of('A', 'M', 'Q', 'P', 0, 0, 9, 0, 1, 2, 3)).events);
    assertEquals(List.of("header false"), Recording.of(MAX, Bytes.of('X')).events);
    assertEquals(List.of(), Recording.of(MAX, Bytes.of('A', 'M', 'Q', 'P', 9)).events);
  }

  private static List<String> failures(byte[] frame) {
    return Recording.of(MAX, Bytes.joined(Bytes.PROTOCOL_HEADER, frame)).failures();
  }

  /** AMQP 0-9-1, 4.2.3. */
  @Test
  void badFramesAreFrameErrors() {
    byte[] heartbeat = Bytes.frame(8, 0, Bytes.of());
    heartbeat[7] = 0;
    List<String> lost = List.of("FRAME_ERROR 0.0");
    assertEquals(lost, failures(heartbeat), "end");
    assertEquals(lost, failures(Bytes.frame(4, 0, Bytes.of())), "type");
    assertEquals(lost, failures(Bytes.frame(8, 0, Bytes.of(1))), "payload of a heartbeat");
    assertEquals(lost, failures(Bytes.frame(3, 1, new byte[MAX - 7])), "size");
    assertEquals(List.of(), failures(Bytes.frame(3, 1, new byte[MAX - 8])), "largest");
    assertEquals(lost, failures(Bytes.of(1, 0, 1, 0xFF, 0xFF, 0xFF, 0xFF)), "size of 4 GiB");
  }

  /** AMQP 0-9-1, 4.2.3 and 4.2.6.1, with RabbitMQ's codes. */
  @Test
  void channelZeroIsTheConnections() {
    assertEquals(
        List.of("CHANNEL_ERROR 20.10"),
        failures(Bytes.written(out -> Frames.method(out, 0, new ChannelMethod.Open()))));
    assertEquals(
        List.of("COMMAND_INVALID 10.40"),
        failures(Bytes.written(out -> Frames.method(out, 1, new ConnectionMethod.Open("/")))));
    List<String> unexpected = List.of("UNEXPECTED_FRAME 0.0");
    assertEquals(unexpected, failures(Bytes.frame(3, 0, Bytes.of(1))));
    assertEquals(unexpected, failures(Bytes.frame(2, 0, new byte[14])));
    assertEquals(unexpected, failures(Bytes.frame(8, 1, Bytes.of())), "heartbeat");
  }

  @Test
  void argumentsThatMakeNoSenseAreSyntaxErrors() {
    assertEquals(List.of("SYNTAX_ERROR 60.80"), failures(method(60, 80, 0, 0, 0)), "too short");
    assertEquals(
        List.of("SYNTAX_ERROR 20.10"), failures(method(20, 10, 0, 0)), "bytes behind the last");
    assertEquals(
        List.of("SYNTAX_ERROR 50.30"), failures(method(50, 30, 0, 0, 9, 'a', 0)), "string");
    assertEquals(List.of("SYNTAX_ERROR 0.0"), failures(Bytes.frame(1, 1, Bytes.of(0))), "no id");
    assertEquals(List.of("NOT_IMPLEMENTED 61.10"), failures(method(61, 10)));
    assertEquals(List.of("NOT_IMPLEMENTED 70.10"), failures(method(70, 10)));
    assertEquals(List.of("NOT_IMPLEMENTED 60.0"), failures(method(60, 0)));
    assertEquals(List.of("NOT_IMPLEMENTED 255.255"), failures(method(255, 255)));
  }

  private static byte[] method(int classId, int methodId, int... arguments) {
    return Bytes.frame(1, 1, Bytes.joined(Bytes.of(0, classId, 0, methodId), Bytes.of(arguments)));
  }

  /** AMQP 0-9-1, 4.2.6.1. */
  @Test
  void contentHeadersAreOfClassBasicAndHaveNoWeight() {
    byte[] header = new byte[14];
    header[1] = 60;
    assertEquals(List.of(), failures(Bytes.frame(2, 1, header)));
    header[3] = 1;
    assertEquals(List.of("UNEXPECTED_FRAME 60.40"), failures(Bytes.frame(2, 1, header)), "weight");
    header[3] = 0;
    header[1] = 50;
    assertEquals(List.of("UNEXPECTED_FRAME 60.40"), failures(Bytes.frame(2, 1, header)), "class");
    header[1] = 60;
    header[4] = (byte) 0x80;
    assertEquals(List.of("SYNTAX_ERROR 60.0"), failures(Bytes.frame(2, 1, header)), "body size");
    header[4] = 0;
    header[13] = 1;
    assertEquals(List.of("SYNTAX_ERROR 60.0"), failures(Bytes.frame(2, 1, header)), "flags");
    assertEquals(
        List.of("SYNTAX_ERROR 0.0"), failures(Bytes.frame(2, 1, new byte[13])), "too short");
  }

  /** No input makes anything but a ProtocolException. */
  @Test
  void rubbishIsRefused() {
    long seed = Long.getLong("bindery.seed", new Random().nextLong());
    Random random = new Random(seed);
    byte[] good = Bytes.conversation(FrameDecoderTest::sample);
    for (int round = 0; round < 20_000; round++) {
      byte[] bad = good.clone();
      for (int i = random.nextInt(4); i >= 0; i--) {
        bad[8 + random.nextInt(bad.length - 8)] = (byte) random.nextInt();
      }
      int cut = random.nextInt(bad.length);
      Recording read =
          Recording.of(MAX, Arrays.copyOf(bad, cut), Arrays.copyOfRange(bad, cut, bad.length));
      assertTrue(read.events.stream().noneMatch(e -> e.startsWith("?")), "seed " + seed);
    }
  }
}
