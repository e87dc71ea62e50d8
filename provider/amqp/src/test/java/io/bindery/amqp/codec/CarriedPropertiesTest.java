package io.bindery.amqp.codec;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bindery.engine.AmqpException;
import io.bindery.engine.AmqpMessage;
import io.bindery.engine.Body;
import io.bindery.engine.ReplyCode;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Messages from seam to wire to seam: what they have there they have here. */
class CarriedPropertiesTest {
  /** As one end writes it and the other reads it. */
  private static AmqpMessage overTheWire(AmqpMessage message) throws AmqpException {
    Map<String, Object> headers = new LinkedHashMap<>(message.headers());
    headers.putAll(CarriedProperties.of(message));
    byte[] body = Bodies.encoded(message.body());
    ByteBuf out = Unpooled.buffer();
    out.writeShort(ContentHeader.BASIC).writeShort(0).writeLong(body.length);
    BasicProperties.write(out, message.toBuilder().headers(headers).build());
    ArgumentReader reader = new ArgumentReader();
    reader.begin(out, out.writerIndex());
    AmqpMessage came = ContentHeader.read(reader).properties().body(new Body.Bytes(body)).build();
    return CarriedProperties.taken(came);
  }

  private static Body overTheWire(Body body) throws AmqpException {
    return overTheWire(AmqpMessage.builder().body(body).build()).body();
  }

  @Test
  void propertiesThatAmqpCannotHold() throws AmqpException {
    String longText = "ü".repeat(200);
    AmqpMessage message =
        AmqpMessage.builder()
            .deliverAtMs(1_700_000_000_001L)
            .expiresAtMs(1_700_000_000_002L)
            .timestampMs(1_700_000_000_003L)
            .contentType(longText)
            .contentEncoding(longText)
            .correlationId(longText)
            .replyTo(longText)
            .messageId(longText)
            .type(longText)
            .appId(longText)
            .headers(Map.of("kept", 1))
            .build();
    AmqpMessage came = overTheWire(message);
    assertEquals(message.deliverAtMs(), came.deliverAtMs());
    assertEquals(message.expiresAtMs(), came.expiresAtMs());
    assertEquals(message.timestampMs(), came.timestampMs());
    for (String each :
        new String[] {
          came.contentType(),
          came.contentEncoding(),
          came.correlationId(),
          came.replyTo(),
          came.messageId(),
          came.type(),
          came.appId()
        }) {
      assertEquals(longText, each);
    }
    assertEquals(Map.of("kept", 1), came.headers());
  }

  @Test
  void propertiesThatAmqpHoldsNeedNoHeader() throws AmqpException {
    AmqpMessage message =
        AmqpMessage.builder()
            .timestampMs(1_700_000_000_000L)
            .expiration("5000")
            .priority(7)
            .persistent(true)
            .userId("u")
            .build();
    assertEquals(Map.of(), CarriedProperties.of(message));
    AmqpMessage came = overTheWire(message);
    assertEquals("5000", came.expiration());
    assertEquals(0, came.expiresAtMs());
    assertEquals(7, came.priority());
    assertTrue(came.persistent());
    assertEquals("u", came.userId());
    assertEquals(1_700_000_000_000L, came.timestampMs());
    assertSame(came, CarriedProperties.taken(came));
  }

  @Test
  void everyTypeOfHeader() throws AmqpException {
    Map<String, Object> headers = new LinkedHashMap<>();
    headers.put("byte", (byte) -1);
    headers.put("short", Short.MIN_VALUE);
    headers.put("int", Integer.MIN_VALUE);
    headers.put("long", Long.MIN_VALUE);
    headers.put("float", Float.MIN_VALUE);
    headers.put("double", Double.NaN);
    headers.put("boolean", true);
    headers.put("string", "é\uD83D\uDE00");
    headers.put("empty", "");
    headers.put("null", null);
    headers.put("list", List.of(1, "two", List.of(3L)));
    headers.put("table", Map.of("a", Map.of("b", (short) 1)));
    AmqpMessage message =
        AmqpMessage.builder().headers(Collections.unmodifiableMap(headers)).build();
    assertEquals(headers, overTheWire(message).headers());
    Map<String, Object> bytes = Map.of("bytes", new byte[] {0, -1});
    Object came = overTheWire(AmqpMessage.builder().headers(bytes).build()).headers().get("bytes");
    assertArrayEquals(new byte[] {0, -1}, (byte[]) came);
  }

  @Test
  void everyKindOfBody() throws AmqpException {
    assertEquals(new Body.Text("é\u0000"), overTheWire(new Body.Text("é\u0000")));
    assertEquals(new Body.Text(""), overTheWire(new Body.Text("")));
    Body.Bytes bytes = assertInstanceOf(Body.Bytes.class, overTheWire(Body.EMPTY));
    assertEquals(0, bytes.content().length);
    Map<String, Object> values = new LinkedHashMap<>();
    values.put("char", '\uFFFF');
    values.put("byte", Byte.MIN_VALUE);
    values.put("short", (short) -2);
    values.put("int", 65_535);
    values.put("long", 1L);
    values.put("float", -0.0f);
    values.put("double", Double.MIN_VALUE);
    values.put("boolean", false);
    values.put("string", "s");
    values.put("null", null);
    values.put("", "no name");
    assertEquals(new Body.Table(values), overTheWire(new Body.Table(values)));
    assertEquals(new Body.Table(Map.of()), overTheWire(new Body.Table(Map.of())));
    List<Object> list = Arrays.asList('c', (byte) 1, null, "s", 1.5, 7, -1L);
    assertEquals(new Body.Sequence(list), overTheWire(new Body.Sequence(list)));
    assertEquals(new Body.Sequence(List.of()), overTheWire(new Body.Sequence(List.of())));
  }

  @Test
  void whatWasSerialisedElsewhereIsOnlyBytes() throws AmqpException {
    Body came = overTheWire(new Body.Serialized(new byte[] {1, 2}));
    assertArrayEquals(new byte[] {1, 2}, assertInstanceOf(Body.Bytes.class, came).content());
  }

  private static void refused(String what, Map<String, Object> headers, byte[] body) {
    AmqpMessage message = AmqpMessage.builder().headers(headers).body(new Body.Bytes(body)).build();
    AmqpException failure =
        assertThrows(AmqpException.class, () -> CarriedProperties.taken(message));
    assertEquals(ReplyCode.PRECONDITION_FAILED, failure.replyCode());
    assertTrue(failure.getMessage().contains(what), failure.getMessage());
  }

  @Test
  void whatMakesNoSenseIsRefused() {
    byte[] none = {};
    refused("'x-bindery-deliver-at' is 'soon'", Map.of("x-bindery-deliver-at", "soon"), none);
    refused("'x-bindery-body' is 'song', but must be", Map.of("x-bindery-body", "song"), none);
    refused("'x-bindery-body' is '1'", Map.of("x-bindery-body", 1), none);
    refused("'x-bindery-body' is 'map'", Map.of("x-bindery-body", "map"), none);
    refused("is 'map'", Map.of("x-bindery-body", "map"), new byte[] {0, 0, 0, 0, 1});
    refused("is 'list'", Map.of("x-bindery-body", "list"), new byte[] {0, 0, 0, 1, '?'});
    refused("is 'text'", Map.of("x-bindery-body", "text"), new byte[] {(byte) 0xFF});
  }

  @Test
  void unknownNamesStayHeadersAndWhatDeliveriesSayDoesNot() throws AmqpException {
    Map<String, Object> headers =
        Map.of(
            "x-bindery-other",
            1,
            "x-bindery-type",
            5,
            "x-bindery-get",
            "c",
            "x-bindery-failure-count",
            3);
    AmqpMessage came = CarriedProperties.taken(AmqpMessage.builder().headers(headers).build());
    assertEquals(Map.of("x-bindery-other", 1, "x-bindery-type", 5), came.headers());
    assertNull(came.type());
  }

  @Test
  void aTextIsUtf8() throws AmqpException {
    byte[] utf8 = "naïve".getBytes(StandardCharsets.UTF_8);
    AmqpMessage message =
        AmqpMessage.builder()
            .headers(Map.of("x-bindery-body", "text"))
            .body(new Body.Bytes(utf8))
            .build();
    assertEquals(new Body.Text("naïve"), CarriedProperties.taken(message).body());
  }
}
