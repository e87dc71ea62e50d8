package io.bindery.amqp.codec;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bindery.engine.AmqpMessage;
import io.bindery.engine.Body;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class BasicPropertiesTest {
  private static AmqpMessage again(AmqpMessage message) {
    byte[] bytes = Bytes.conversation(out -> Frames.header(out, 1, message, 0));
    return Recording.of(1 << 20, bytes).messages.get(0);
  }

  private static AmqpMessage full() {
    return AmqpMessage.builder()
        .contentType("text/plain")
        .contentEncoding("gzip")
        .headers(Map.of("k", 1))
        .persistent(true)
        .priority(200)
        .correlationId("correlation")
        .replyTo("reply")
        .expiration("60000")
        .messageId("id")
        .timestampMs(1_700_000_000_000L)
        .type("type")
        .userId("user")
        .appId("app")
        .build();
  }

  @Test
  void allPropertiesComeBack() {
    assertEquals(Recording.described(full()), Recording.described(again(full())));
  }

  @Test
  void whatIsNotGivenIsNotThere() {
    AmqpMessage none = AmqpMessage.builder().build();
    assertEquals(Recording.described(none), Recording.described(again(none)));
  }

  @Test
  void headersMayBeGivenWithoutAny() {
    assertTrue(again(AmqpMessage.builder().headers(Map.of()).build()).headersGiven());
    assertFalse(again(AmqpMessage.builder().build()).headersGiven());
  }

  @Test
  void aDeliveryModeIsWrittenWhereItWasSaid() {
    assertFalse(again(AmqpMessage.builder().build()).deliveryModeGiven());
    assertTrue(again(AmqpMessage.builder().persistent(false).build()).deliveryModeGiven());
  }

  /** AMQP 0-9-1, 4.2.6.1: flags from the high bit on, in the order of the properties. */
  @Test
  void flagsAreInTheSpecificationsOrder() {
    AmqpMessage message =
        AmqpMessage.builder().contentType("a").persistent(false).priority(7).appId("b").build();
    assertArrayEquals(
        Bytes.frame(
            2,
            1,
            Bytes.of(
                0,
                60,
                0,
                0,
                0,
                0,
                0,
                0,
                0,
                0,
                0,
                9, // class, weight, body size
                0b1001_1000,
                0b0000_1000, // content-type, delivery-mode, priority, app-id
                1,
                'a',
                1,
                7,
                1,
                'b')),
        Bytes.written(out -> Frames.header(out, 1, message, 9)));
  }

  @Test
  void whatIsTooLongGoesIntoTheHeaders() {
    String wide = "ä".repeat(128);
    AmqpMessage message =
        AmqpMessage.builder().correlationId(wide).headers(Map.of("k", 1)).type("t").build();
    AmqpMessage read = again(message);
    assertNull(read.correlationId());
    assertEquals(Map.of("k", 1, "x-bindery-correlation-id", wide), read.headers());
    assertEquals("t", read.type());
  }

  @Test
  void bodiesAreBytes() {
    byte[] bytes = {1, 2};
    assertEquals(true, bytes == Bodies.encoded(new Body.Bytes(bytes)), "not copied");
    assertArrayEquals(bytes, Bodies.encoded(new Body.Serialized(bytes)));
    assertArrayEquals(Bytes.of(0xC3, 0xA4), Bodies.encoded(new Body.Text("ä")));
    assertArrayEquals(
        Bytes.of(0, 0, 0, 4, 1, 'k', 't', 1), Bodies.encoded(new Body.Table(Map.of("k", true))));
    assertArrayEquals(
        Bytes.of(0, 0, 0, 2, 't', 1), Bodies.encoded(new Body.Sequence(List.of(true))));
  }
}
