package io.bindery.broker.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bindery.broker.Seeds;
import io.bindery.broker.store.Store.StoredMessage;
import io.bindery.engine.AmqpMessage;
import io.bindery.engine.Body;
import io.bindery.engine.Route;
import java.lang.management.ManagementFactory;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Date;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class MessageCodecTest {
  private static final int BEFORE = 7;
  private static final int BEHIND = 3;
  private static final int MESSAGES = 500;
  private static final int LONG_TEXT = 64 * 1024;

  /** Of a decoded byte: the largest is a reference in a list that was just doubled. */
  private static final int HEAP_BYTES_EACH = 300;

  static LongStream seeds() {
    return Seeds.anew(4);
  }

  private static Random seeded(long seed) {
    System.getLogger("seeds")
        .log(System.Logger.Level.INFO, "message codec: seed {0}", Long.toString(seed));
    return new Random(seed);
  }

  private static StoredMessage stored(Body body, Map<String, Object> headers) {
    AmqpMessage message = AmqpMessage.builder().headers(headers).body(body).build();
    return new StoredMessage(message, Route.toQueue("orders"), "", "");
  }

  private static StoredMessage withHeader(Object value) {
    return stored(Body.EMPTY, Collections.singletonMap("h", value));
  }

  private static StoredMessage roundTrip(StoredMessage stored) {
    return MessageCodec.decode(MessageCodec.encode(0, stored));
  }

  private static byte[] bytes(StoredMessage stored) {
    ByteBuffer encoded = MessageCodec.encode(0, stored);
    return Arrays.copyOf(encoded.array(), encoded.limit());
  }

  /** The same bytes in a direct buffer of the other order, with others before and behind. */
  private static ByteBuffer elsewhere(ByteBuffer encoded) {
    ByteBuffer direct = ByteBuffer.allocateDirect(BEFORE + encoded.remaining() + BEHIND);
    direct.position(BEFORE).put(encoded.duplicate()).position(BEFORE);
    return direct.order(ByteOrder.LITTLE_ENDIAN);
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void whatIsEncodedIsDecoded(long seed) {
    RandomValues values = new RandomValues(seeded(seed));
    for (int i = 0; i < MESSAGES; i++) {
      StoredMessage stored = values.message();
      ByteBuffer encoded = MessageCodec.encode(BEFORE, stored);
      assertEquals(BEFORE, encoded.position());
      for (ByteBuffer from : List.of(elsewhere(encoded), encoded)) {
        int end = BEFORE + encoded.remaining();
        Same.messages(stored, MessageCodec.decode(from));
        assertEquals(end, from.position());
      }
    }
  }

  @Test
  void headersMayBeGivenWithoutAny() {
    assertTrue(roundTrip(stored(Body.EMPTY, Map.of())).message().headersGiven());
    AmqpMessage without = AmqpMessage.builder().build();
    StoredMessage stored = new StoredMessage(without, Route.toQueue("orders"), "", "");
    assertFalse(roundTrip(stored).message().headersGiven());
  }

  @Test
  void theDeliveryModeMayBeSaidOrNot() {
    for (AmqpMessage.Builder each :
        List.of(
            AmqpMessage.builder(),
            AmqpMessage.builder().persistent(false),
            AmqpMessage.builder().persistent(true))) {
      StoredMessage stored = new StoredMessage(each.build(), Route.toQueue("orders"), "", "");
      Same.messages(stored, roundTrip(stored));
    }
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void theHeadIsDecodedWithoutTheBody(long seed) {
    RandomValues values = new RandomValues(seeded(seed));
    for (int i = 0; i < MESSAGES; i++) {
      StoredMessage stored = values.message();
      AmqpMessage message = stored.message();
      ByteBuffer encoded = MessageCodec.encode(BEFORE, stored);
      int whole = encoded.remaining();
      MessageSummary summary =
          MessageCodec.summary(encoded.slice(BEFORE, MessageCodec.FIXED_BYTES));
      assertEquals(
          new MessageSummary(
              summary.headBytes(),
              whole - summary.headBytes(),
              message.sizeBytes(),
              message.persistent(),
              message.priority(),
              message.expiresAtMs(),
              message.deliverAtMs()),
          summary);
      ByteBuffer head = encoded.limit(BEFORE + summary.headBytes());
      StoredMessage decoded = MessageCodec.decodeHead(head);
      Same.heads(stored, decoded);
      assertSame(Body.EMPTY, decoded.message().body());
      assertEquals(BEFORE, head.position(), "the position stays");
    }
  }

  /** What is on disks must be read by every later version: this record is never to be changed. */
  @Test
  void versionOneStaysAsItIs() {
    Map<String, Object> headers = new LinkedHashMap<>();
    headers.put("n", 7);
    headers.put("\u00E9", Arrays.asList(null, true, 'c'));
    AmqpMessage message =
        AmqpMessage.builder()
            .persistent(true)
            .priority(9)
            .messageId("ID:1")
            .appId("desk")
            .timestampMs(1)
            .expiresAtMs(2)
            .deliverAtMs(3)
            .headers(headers)
            .body(new Body.Text("caf\u00E9"))
            .build();
    StoredMessage stored = new StoredMessage(message, Route.toQueue("q"), "con", "me");
    byte[] version1 =
        HexFormat.of()
            .parseHex(
                "0102000900000483000000530000000500000000000000000000000100000000000000020000"
                    + "00000000000300017103636f6e026d650449443a31046465736b02016e490000000702c3a941"
                    + "03567401630063636166c3a9");
    Same.heads(stored, MessageCodec.decodeHead(ByteBuffer.wrap(version1)));
    assertEquals(message.body(), MessageCodec.decode(ByteBuffer.wrap(version1)).message().body());
    // What it takes in memory is an estimate, and may change.
    ByteBuffer today = MessageCodec.encode(0, stored).putInt(16, 0);
    assertEquals(ByteBuffer.wrap(version1), today);
  }

  static Stream<Object> edges() {
    Map<String, Object> voids = new LinkedHashMap<>();
    voids.put("", null);
    voids.put("b", List.of());
    voids.put("c", Map.of());
    return Stream.of(
        true,
        false,
        Byte.MIN_VALUE,
        Byte.MAX_VALUE,
        Short.MIN_VALUE,
        Short.MAX_VALUE,
        Integer.MIN_VALUE,
        Integer.MAX_VALUE,
        Long.MIN_VALUE,
        Long.MAX_VALUE,
        -0f,
        Float.NaN,
        Float.NEGATIVE_INFINITY,
        Float.MIN_VALUE,
        -0d,
        Double.NaN,
        Double.POSITIVE_INFINITY,
        Double.MAX_VALUE,
        BigDecimal.ZERO,
        new BigDecimal("0.000"),
        new BigDecimal(BigInteger.ONE, Integer.MAX_VALUE),
        new BigDecimal(BigInteger.ONE.shiftLeft(10_000).negate(), Integer.MIN_VALUE),
        '\0',
        '\uDC00',
        '\uFFFF',
        "",
        new byte[0],
        new byte[] {-1, 0, 1},
        new byte[LONG_TEXT],
        new Date(0),
        new Date(Long.MIN_VALUE),
        Instant.MIN,
        Instant.MAX,
        Instant.EPOCH.minusNanos(1),
        Map.of(),
        List.of(),
        Arrays.asList(null, null, 1, List.of(Map.of("x", new byte[] {1}))),
        voids);
  }

  @ParameterizedTest
  @MethodSource("edges")
  void everyTypeKeepsItsEdges(Object value) {
    Same.values(value, roundTrip(withHeader(value)).message().headers().get("h"));
    Body.Sequence sequence = new Body.Sequence(Arrays.asList(value, null, value));
    Same.messages(stored(sequence, Map.of()), roundTrip(stored(sequence, Map.of())));
  }

  @Test
  void theSortOfADateBecomesPlain() {
    Date own = new java.sql.Timestamp(1_234);
    assertEquals(new Date(1_234), roundTrip(withHeader(own)).message().headers().get("h"));
  }

  static Stream<String> texts() {
    return Stream.of(
        "",
        "\0",
        "?",
        "\u007F\u0080\u07FF\u0800\uFFFF",
        "\uFFFD",
        "\uFFFD and \uD83D",
        "\uD83D",
        "\uDE00\uD83D",
        "\uD83D\uDE00",
        "\uD83D\uD83D\uDE00\uDE00",
        "a\uD83D?",
        "x".repeat(63) + "\u00E9",
        "x".repeat(64) + "\u00E9",
        "x".repeat(64) + "\u20AC",
        "\u20AC".repeat(64),
        "\u20AC".repeat(65),
        "x".repeat(127),
        "x".repeat(128),
        "x".repeat(LONG_TEXT),
        "\u00FC".repeat(LONG_TEXT),
        "\uD83D\uDE00".repeat(LONG_TEXT),
        "\uDE00\uD83D".repeat(LONG_TEXT),
        "x".repeat(LONG_TEXT) + "\uD83D");
  }

  @ParameterizedTest
  @MethodSource("texts")
  void everyTextIsKept(String text) {
    StoredMessage stored =
        new StoredMessage(
            AmqpMessage.builder()
                .body(new Body.Text(text))
                .messageId(text)
                .headers(Map.of(text, text, "list", List.of(text)))
                .build(),
            new Route(text, text, false),
            text,
            text);
    ByteBuffer encoded = MessageCodec.encode(BEFORE, stored);
    Same.messages(stored, MessageCodec.decode(elsewhere(encoded)));
    Same.messages(stored, MessageCodec.decode(encoded));
  }

  @Test
  void largeTablesKeepTheirOrder() {
    Map<String, Object> table = new LinkedHashMap<>();
    for (int i = 0; i < 10_000; i++) {
      table.put(Integer.toString(i, 36), i);
    }
    StoredMessage stored = stored(new Body.Table(table), table);
    Same.messages(stored, roundTrip(stored));
  }

  @Test
  void whatIsDecodedIsImmutable() {
    for (int size = 0; size < 3; size++) {
      Map<String, Object> table = new LinkedHashMap<>();
      List<Object> list = new ArrayList<>();
      for (int i = 0; i < size; i++) {
        table.put("n" + i, i);
        list.add(i);
      }
      AmqpMessage decoded =
          roundTrip(stored(new Body.Table(Map.of("l", list, "t", table)), table)).message();
      Map<String, Object> content = ((Body.Table) decoded.body()).content();
      for (Object map : List.of(content, content.get("t"), decoded.headers())) {
        assertThrows(UnsupportedOperationException.class, ((Map<?, ?>) map)::clear);
      }
      List<?> array = (List<?>) content.get("l");
      assertThrows(UnsupportedOperationException.class, () -> array.add(null));
    }
  }

  @Test
  void whatHasNoFormIsNamed() {
    UUID id = new UUID(1, 2);
    assertRefused("Header 'h' holds a java.util.UUID", withHeader(id));
    assertRefused(
        "Header 'h' holds a java.util.UUID", withHeader(List.of(1, Map.of("deep", List.of(id)))));
    assertRefused("Header 'h' holds a [I", withHeader(new int[0]));
    assertRefused("Header '5' has a name of java.lang.Integer", withHeader(Map.of(5, "five")));
    assertRefused(
        "Header 'null' has a name of null", withHeader(Collections.singletonMap(null, "none")));
    assertRefused(
        "Map value 'id' holds a java.util.UUID",
        stored(new Body.Table(Map.of("id", id)), Map.of()));
    assertRefused(
        "Sequence holds a java.util.UUID", stored(new Body.Sequence(List.of("a", id)), Map.of()));
  }

  private static void assertRefused(String why, StoredMessage stored) {
    String message =
        assertThrows(UnstorableException.class, () -> MessageCodec.encode(0, stored)).getMessage();
    assertTrue(message.startsWith(why), message);
  }

  private static Object nested(int depth) {
    Object value = "core";
    for (int i = 0; i < depth; i++) {
      value = i % 2 == 0 ? List.of(value) : Map.of("in", value);
    }
    return value;
  }

  @Test
  void nestingHasALimit() {
    StoredMessage deepest = withHeader(nested(FieldType.MAX_DEPTH));
    Same.messages(deepest, roundTrip(deepest));
    assertRefused(
        "Header 'h' holds tables or arrays nested deeper than the limit of 100",
        withHeader(nested(FieldType.MAX_DEPTH + 1)));

    byte[] content = bytes(stored(new Body.Sequence(List.of(nested(2))), Map.of()));
    ByteBuffer deeper = ByteBuffer.allocate(content.length + 2 * FieldType.MAX_DEPTH);
    int headBytes = MessageCodec.summary(ByteBuffer.wrap(content)).headBytes();
    deeper.put(content, 0, headBytes);
    for (int i = 0; i < FieldType.MAX_DEPTH; i++) {
      deeper.put((byte) 1).put(FieldType.ARRAY);
    }
    deeper.put(content, headBytes, content.length - headBytes);
    deeper.flip().putInt(12, deeper.limit() - headBytes);
    assertMalformed("nested deeper than 100", deeper);
  }

  @Test
  void aListThatHoldsItselfIsRefused() {
    List<Object> own = new ArrayList<>();
    own.add(own);
    assertRefused("Header 'h' holds tables or arrays nested deeper", withHeader(own));
  }

  private static MalformedRecordException assertMalformed(String why, ByteBuffer from) {
    int position = from.position();
    MalformedRecordException e =
        assertThrows(MalformedRecordException.class, () -> MessageCodec.decode(from));
    assertTrue(e.getMessage().contains(why), e.getMessage());
    assertTrue(e.getMessage().contains("at byte " + e.offset() + " "), e.getMessage());
    assertEquals(position, from.position(), "the position stays");
    return e;
  }

  /** What {@link #changed} changes: flags and headers are in the order of the format. */
  private static StoredMessage sample() {
    Map<String, Object> headers = new LinkedHashMap<>();
    headers.put("yes", true);
    headers.put("no", false);
    return stored(new Body.Text("body"), headers);
  }

  private static ByteBuffer changed(int at, int to) {
    byte[] content = bytes(sample());
    content[at] = (byte) to;
    return ByteBuffer.wrap(content);
  }

  @Test
  void whatIsWrongIsToldWithItsPlace() {
    assertMalformed("a message of version 9, and known is version 1", changed(0, 9));
    assertMalformed("a body of kind 5", changed(1, 5));
    assertMalformed("a priority of 511", changed(2, 1));
    assertMalformed("flags of 0x80001002", changed(4, 0x80));
    assertMalformed("a head of -1", changed(8, 0xFF));
    assertMalformed("ends beyond the", changed(8, 0x7F));
    assertMalformed("a head of 3 bytes", changed(11, 3));
    assertMalformed("a body of -1", changed(12, 0xFF));
    assertMalformed("ends beyond the", changed(12, 0x7F));
    int headers = MessageCodec.FIXED_BYTES + 1 + 7 + 1 + 1;
    assertEquals(headers, assertMalformed("127 entries", changed(headers, 127)).offset());
    int yes = headers + 1 + 4;
    assertEquals(yes, assertMalformed("a field type of 90", changed(yes, 'Z')).offset());
    assertEquals(yes + 1, assertMalformed("a boolean of 2", changed(yes + 1, 2)).offset());
    assertEquals(yes - 2, assertMalformed("no UTF-8", changed(yes - 2, 0xC3)).offset());
    assertEquals(yes + 2, assertMalformed("5 bytes too many", changed(headers, 1)).offset());
  }

  @Test
  void aNameTwiceIsMalformed() {
    Map<String, Object> headers = new LinkedHashMap<>();
    headers.put("a", 1);
    headers.put("b", 2);
    byte[] content = bytes(stored(Body.EMPTY, headers));
    content[content.length - 6] = 'a';
    assertMalformed("'a' is in the table twice", ByteBuffer.wrap(content));
  }

  static Stream<byte[]> noUtf8() {
    return Stream.of(
        new byte[] {(byte) 0x80},
        new byte[] {(byte) 0xC0, (byte) 0x80},
        new byte[] {(byte) 0xC3},
        new byte[] {(byte) 0xE0, (byte) 0x80, (byte) 0x80},
        new byte[] {(byte) 0xE2, (byte) 0x82, 'x'},
        new byte[] {(byte) 0xF4, (byte) 0x90, (byte) 0x80, (byte) 0x80},
        new byte[] {(byte) 0xF8, (byte) 0x80, (byte) 0x80, (byte) 0x80},
        new byte[] {(byte) 0xFF});
  }

  @ParameterizedTest
  @MethodSource("noUtf8")
  void textMustBeUtf8(byte[] body) {
    byte[] content = bytes(stored(new Body.Bytes(body), Map.of()));
    content[1] = 2;
    MalformedRecordException e = assertMalformed("no UTF-8", ByteBuffer.wrap(content));
    assertEquals(content.length - body.length, e.offset());
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void aMessageThatIsCutIsMalformedWhereverItIs(long seed) {
    RandomValues values = new RandomValues(seeded(seed));
    for (int i = 0; i < 20; i++) {
      byte[] content = bytes(values.message());
      int headBytes = MessageCodec.summary(ByteBuffer.wrap(content)).headBytes();
      for (int length = 0; length < content.length; length++) {
        ByteBuffer cut = ByteBuffer.wrap(content, 0, length);
        assertMalformed("", cut);
        if (length < headBytes) {
          assertThrows(MalformedRecordException.class, () -> MessageCodec.decodeHead(cut));
        }
      }
      cutBody(content, headBytes);
    }
  }

  /** A body, too, that says of itself that it is shorter. */
  private static void cutBody(byte[] content, int headBytes) {
    if (content[1] < 3) {
      return;
    }
    for (int length = 0; length < content.length - headBytes; length++) {
      assertMalformed("", ByteBuffer.wrap(content.clone()).putInt(12, length).position(0));
    }
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void changedBytesAreDecodedOrRefusedAndTakeLittleMemory(long seed) {
    Random random = seeded(seed);
    RandomValues values = new RandomValues(random);
    Assertions.assertTimeoutPreemptively(
        Duration.ofMinutes(1),
        () -> {
          for (int i = 0; i < MESSAGES; i++) {
            byte[] content = bytes(values.message());
            for (int k = 0; k < 40; k++) {
              byte[] changed = content.clone();
              for (int flips = random.nextInt(3); flips >= 0; flips--) {
                int at = random.nextInt(8) == 0 ? 0 : MessageCodec.FIXED_BYTES;
                at += random.nextInt(changed.length - at);
                changed[at] =
                    (byte)
                        (random.nextBoolean()
                            ? random.nextInt()
                            : changed[at] ^ 1 << random.nextInt(8));
              }
              decodeWithin(HEAP_BYTES_EACH * content.length + 16_384, changed);
            }
          }
        });
  }

  private static void decodeWithin(long heapBytes, byte[] changed) {
    var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadAllocatedBytes();
    try {
      MessageCodec.decode(ByteBuffer.wrap(changed));
    } catch (MalformedRecordException e) {
      assertTrue(e.offset() >= 0 && e.offset() <= changed.length, e.getMessage());
    }
    long allocated = threads.getCurrentThreadAllocatedBytes() - before;
    assertTrue(allocated <= heapBytes, allocated + " bytes for " + changed.length);
  }

  @Test
  void aWrongCountTakesNoMemory() {
    for (byte type :
        new byte[] {FieldType.ARRAY, FieldType.TABLE, FieldType.BYTES, FieldType.TEXT}) {
      byte[] body = {1, type, -1, -1, -1, -1, 7, 0, 0};
      byte[] content = bytes(stored(new Body.Bytes(body), Map.of()));
      content[1] = 4;
      decodeWithin(16_384, content);
      assertMalformed("bytes", ByteBuffer.wrap(content));
    }
    byte[] beyond = {1, FieldType.TEXT, -1, -1, -1, -1, 8};
    byte[] content = bytes(stored(new Body.Bytes(beyond), Map.of()));
    content[1] = 4;
    assertMalformed("a count beyond 2147483647", ByteBuffer.wrap(content));
  }
}
