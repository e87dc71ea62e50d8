package io.bindery.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Messages and their bodies. */
class AmqpMessageTest {
  private static AmqpMessage.Builder full() {
    return AmqpMessage.builder()
        .body(new Body.Text("héllo"))
        .headers(Map.of("a", 1))
        .contentType("text/plain")
        .contentEncoding("identity")
        .persistent(true)
        .priority(7)
        .correlationId("c")
        .replyTo("r")
        .expiration("100")
        .messageId("m")
        .timestampMs(11)
        .type("t")
        .userId("u")
        .appId("p")
        .expiresAtMs(22)
        .deliverAtMs(33);
  }

  @Test
  void anEmptyMessageHasNothing() {
    AmqpMessage message = AmqpMessage.builder().build();
    assertSame(Body.EMPTY, message.body());
    assertEquals(Map.of(), message.headers());
    assertFalse(message.persistent());
    assertEquals(-1, message.priority());
    assertEquals(AmqpMessage.DEFAULT_PRIORITY, message.effectivePriority());
    assertEquals(0, message.timestampMs());
    assertEquals(0, message.expiresAtMs());
    assertEquals(0, message.deliverAtMs());
    assertNull(message.messageId());
    assertNull(message.contentType());
    assertTrue(message.sizeBytes() > 0, "properties are charged, too");
  }

  /** Reads every property, so that one that a copy forgets is found. */
  private static Map<String, Object> properties(AmqpMessage message)
      throws IllegalAccessException, InvocationTargetException {
    Map<String, Object> properties = new LinkedHashMap<>();
    for (Method method : AmqpMessage.class.getDeclaredMethods()) {
      boolean reads =
          Modifier.isPublic(method.getModifiers())
              && !Modifier.isStatic(method.getModifiers())
              && method.getParameterCount() == 0
              && method.getReturnType() != AmqpMessage.Builder.class;
      if (reads) {
        properties.put(method.getName(), method.invoke(message));
      }
    }
    return properties;
  }

  @Test
  void aCopyKeepsEveryProperty() throws IllegalAccessException, InvocationTargetException {
    AmqpMessage message = full().build();
    Map<String, Object> expected = properties(message);
    assertTrue(expected.size() >= 17, expected.toString());
    assertFalse(expected.containsValue(null), expected.toString());
    assertEquals(expected, properties(message.toBuilder().build()));

    AmqpMessage changed = message.toBuilder().messageId("n").persistent(false).build();
    assertEquals("n", changed.messageId());
    assertFalse(changed.persistent());
    assertEquals("m", message.messageId(), "the original stays");
    assertSame(message.body(), changed.body(), "a body is shared");
  }

  @Test
  void prioritiesAreBoundedForQueues() {
    assertEquals(0, AmqpMessage.builder().priority(0).build().effectivePriority());
    assertEquals(9, AmqpMessage.builder().priority(9).build().effectivePriority());
    assertEquals(9, AmqpMessage.builder().priority(255).build().effectivePriority());
    assertEquals(255, AmqpMessage.builder().priority(255).build().priority());
  }

  @ParameterizedTest
  @ValueSource(ints = {-2, 256, Integer.MIN_VALUE})
  void aPriorityOutOfRangeIsRefused(int priority) {
    IllegalArgumentException failure =
        assertThrows(
            IllegalArgumentException.class, () -> AmqpMessage.builder().priority(priority));
    assertTrue(failure.getMessage().contains(String.valueOf(priority)), failure.getMessage());
  }

  @Test
  void bodyAndHeadersAreNeverNull() {
    assertThrows(NullPointerException.class, () -> AmqpMessage.builder().body(null));
    assertThrows(NullPointerException.class, () -> AmqpMessage.builder().headers(null));
  }

  @Test
  void headersAreChargedByTheirSize() {
    String text = "x".repeat(1_000);
    AmqpMessage flat = AmqpMessage.builder().headers(Map.of("h", text)).build();
    assertEquals(1_001, flat.headerBytes());
    assertTrue(flat.sizeBytes() > 1_001);
    AmqpMessage nested =
        AmqpMessage.builder()
            .headers(Map.of("h", List.of(text, Map.of("k", new byte[500]), 7L)))
            .build();
    assertEquals(1 + 1_000 + 501 + 3 * 8, nested.headerBytes(), "list, table and number");
  }

  @Test
  void headersThatNeverEndAreMoreThanAnyEngineTakes() {
    List<Object> own = new ArrayList<>();
    own.add(own);
    assertEquals(
        1 + 101 * 8, AmqpMessage.builder().headers(Map.of("h", own)).build().headerBytes());
    own.add(own);
    AmqpMessage twice = AmqpMessage.builder().headers(Map.of("h", own)).build();
    assertEquals(HeaderSize.ENOUGH, twice.headerBytes());
    // One text in many places may pass what an int holds.
    Map<String, Object> huge = Map.of("h", Collections.nCopies(3_000_000, "x".repeat(1_000)));
    AmqpMessage message = AmqpMessage.builder().headers(huge).build();
    assertEquals(HeaderSize.ENOUGH, message.headerBytes());
    assertTrue(message.sizeBytes() > HeaderSize.ENOUGH);
  }

  @Test
  void aLargerMessageIsChargedMore() {
    int empty = AmqpMessage.builder().build().sizeBytes();
    int withBody = AmqpMessage.builder().body(new Body.Bytes(new byte[100])).build().sizeBytes();
    int withHeader = AmqpMessage.builder().headers(Map.of("a", 1)).build().sizeBytes();
    assertEquals(empty + 100, withBody);
    assertTrue(withHeader > empty);
  }

  @Test
  void bodiesTellTheirSize() {
    assertEquals(0, Body.EMPTY.sizeBytes());
    assertEquals(3, new Body.Bytes(new byte[3]).sizeBytes());
    assertEquals(4, new Body.Serialized(new byte[4]).sizeBytes());
    assertEquals(5, new Body.Text("héllo").sizeBytes(), "an estimate: characters");
    List<Object> values = new ArrayList<>(List.of("four", new byte[10], 1L));
    values.add(null);
    int sequence = new Body.Sequence(values).sizeBytes();
    assertTrue(sequence >= 14, String.valueOf(sequence));
    Map<String, Object> named = new LinkedHashMap<>(Map.of("name", "value"));
    int small = new Body.Table(named).sizeBytes();
    named.put("bytes", new byte[1_000]);
    named.put("nothing", null);
    int large = new Body.Table(named).sizeBytes();
    assertTrue(small > 0 && large >= small + 1_000, small + " " + large);
  }

  @Test
  void textIsEncodedAsUtf8() {
    assertArrayEquals("héllo".getBytes(StandardCharsets.UTF_8), new Body.Text("héllo").encoded());
  }
}
