package io.bindery.broker.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bindery.engine.Arguments;
import io.bindery.engine.Binding;
import io.bindery.engine.Binding.DestinationType;
import io.bindery.engine.ExchangeSpec;
import io.bindery.engine.QueueSpec;
import io.bindery.engine.Route;
import io.bindery.engine.SubscriptionSpec;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class DeclarationCodecTest {
  private static final int HEADROOM = 5;

  private static final Map<String, Object> ARGUMENTS =
      Map.of(
          Arguments.MESSAGE_TTL,
          60_000,
          Arguments.DEAD_LETTER_EXCHANGE,
          "",
          "nested",
          Map.of("list", List.of(1L, "two", 3.0)));

  /** A declaration with its bytes, and how they are decoded. */
  private record Sample(Object declared, ByteBuffer encoded, Function<ByteBuffer, Object> decoder) {
    @Override
    public String toString() {
      return declared.toString();
    }
  }

  private static Sample exchange(ExchangeSpec spec) {
    return new Sample(
        spec, DeclarationCodec.encode(HEADROOM, spec), DeclarationCodec::decodeExchange);
  }

  private static Sample queue(QueueSpec spec) {
    return new Sample(spec, DeclarationCodec.encode(HEADROOM, spec), DeclarationCodec::decodeQueue);
  }

  private static Sample binding(StoredBinding spec) {
    return new Sample(
        spec, DeclarationCodec.encode(HEADROOM, spec), DeclarationCodec::decodeBinding);
  }

  private static Sample subscription(SubscriptionSpec spec) {
    return new Sample(
        spec, DeclarationCodec.encode(HEADROOM, spec), DeclarationCodec::decodeSubscription);
  }

  static Stream<Sample> samples() {
    List<Sample> samples = new ArrayList<>();
    for (boolean a : new boolean[] {false, true}) {
      for (boolean b : new boolean[] {false, true}) {
        samples.add(exchange(new ExchangeSpec("e", "topic", a, b, a ^ b, ARGUMENTS)));
        samples.add(exchange(new ExchangeSpec("", "", a ^ b, a, b, Map.of())));
        for (QueueSpec.Defaults defaults : QueueSpec.Defaults.values()) {
          samples.add(queue(new QueueSpec("q", a, b, a ^ b, defaults, ARGUMENTS)));
          samples.add(queue(new QueueSpec("\u00E9", a ^ b, a, b, defaults, Map.of())));
        }
        for (SubscriptionSpec.Kind kind : SubscriptionSpec.Kind.values()) {
          Route topic = new Route(Arguments.TOPIC_EXCHANGE, "orders.#", a);
          samples.add(subscription(new SubscriptionSpec(kind, "me", "s", topic, "a > 1", b)));
          samples.add(subscription(new SubscriptionSpec(kind, "", "", topic, "", b)));
        }
      }
    }
    Map<String, Object> withVoid = new LinkedHashMap<>(ARGUMENTS);
    withVoid.put("any", null);
    for (DestinationType type : DestinationType.values()) {
      Binding binding = new Binding("from", "to", type, "key.*", withVoid);
      samples.add(binding(new StoredBinding(binding, "connection", "client")));
      samples.add(binding(new StoredBinding(binding, "", "")));
    }
    return samples.stream();
  }

  @ParameterizedTest
  @MethodSource("samples")
  void whatIsEncodedIsDecoded(Sample sample) {
    ByteBuffer encoded = sample.encoded().duplicate();
    assertEquals(HEADROOM, encoded.position());
    ByteBuffer longer = ByteBuffer.allocateDirect(encoded.remaining() + 2);
    longer.put(encoded.duplicate()).flip().limit(longer.capacity());
    assertEquals(sample.declared(), sample.decoder().apply(longer));
    assertEquals(2, longer.remaining(), "the position is at the end");
    assertEquals(sample.declared(), sample.decoder().apply(encoded));
  }

  @ParameterizedTest
  @MethodSource("samples")
  void whatIsCutIsMalformed(Sample sample) {
    for (int limit = HEADROOM; limit < sample.encoded().limit(); limit++) {
      ByteBuffer cut = sample.encoded().duplicate().limit(limit);
      MalformedRecordException e =
          assertThrows(MalformedRecordException.class, () -> sample.decoder().apply(cut));
      assertTrue(e.offset() <= limit - HEADROOM, e.getMessage());
      assertEquals(HEADROOM, cut.position(), "the position stays");
    }
  }

  /** What is on disks must be read by every later version: these are never to be changed. */
  @Test
  void versionOneStaysAsItIs() {
    assertVersion1(
        exchange(new ExchangeSpec("e", "topic", true, false, true, Map.of())),
        "014505016505746f70696300");
    assertVersion1(queue(QueueSpec.durable("q", Map.of("n", 7))), "01510100017101016e4900000007");
    assertVersion1(
        binding(
            new StoredBinding(
                new Binding("s", "d", DestinationType.EXCHANGE, "k", Map.of()), "con", "me")),
        "01420101730164016b0003636f6e026d65");
    assertVersion1(
        subscription(
            new SubscriptionSpec(
                SubscriptionSpec.Kind.SHARED_DURABLE,
                "me",
                "s",
                new Route("t", "k", true),
                "a",
                true)),
        "01530303026d6501730174016b0161");
  }

  private static void assertVersion1(Sample sample, String hex) {
    ByteBuffer version1 = ByteBuffer.wrap(HexFormat.of().parseHex(hex));
    assertEquals(version1, sample.encoded());
    assertEquals(sample.declared(), sample.decoder().apply(version1));
  }

  @Test
  void changedBytesAreDecodedOrRefused() {
    long seed = Long.getLong("bindery.seed", new Random().nextLong());
    System.getLogger("seeds")
        .log(System.Logger.Level.INFO, "declaration codec: seed {0}", Long.toString(seed));
    Random random = new Random(seed);
    for (Sample sample : samples().toList()) {
      for (int i = 0; i < 500; i++) {
        ByteBuffer encoded = sample.encoded();
        byte[] changed = Arrays.copyOfRange(encoded.array(), encoded.position(), encoded.limit());
        changed[random.nextInt(changed.length)] = (byte) random.nextInt();
        try {
          sample.decoder().apply(ByteBuffer.wrap(changed));
        } catch (MalformedRecordException e) {
          assertTrue(e.offset() <= changed.length, e.getMessage());
        }
      }
    }
  }

  private static void assertMalformed(String why, Sample sample, int at, int to) {
    ByteBuffer changed = sample.encoded().put(HEADROOM + at, (byte) to);
    MalformedRecordException e =
        assertThrows(MalformedRecordException.class, () -> sample.decoder().apply(changed));
    assertTrue(e.getMessage().contains(why), e.getMessage());
    assertEquals(at, e.offset());
  }

  @Test
  void whatIsWrongIsToldWithItsPlace() {
    assertMalformed(
        "a declaration of version 2, and known is version 1", queue(QueueSpec.jms("q")), 0, 2);
    assertMalformed(
        "a declaration of kind 69 where one of kind 81 is expected",
        queue(QueueSpec.jms("q")),
        1,
        'E');
    assertMalformed("flags of 0x88", queue(QueueSpec.jms("q")), 2, 0x88);
    assertMalformed("defaults of 2", queue(QueueSpec.jms("q")), 3, 2);
    SubscriptionSpec spec =
        new SubscriptionSpec(SubscriptionSpec.Kind.DURABLE, "", "s", Route.toQueue("t"), "", false);
    assertMalformed("a subscription of kind 4", subscription(spec), 3, 4);
  }

  @Test
  void queuesAndExchangesHaveNoVoidArguments() {
    Binding binding =
        Binding.queue("from", "q", "k", java.util.Collections.singletonMap("a", null));
    ByteBuffer encoded = DeclarationCodec.encode(0, new StoredBinding(binding, "", ""));
    assertEquals(binding, DeclarationCodec.decodeBinding(encoded).binding());

    ByteBuffer queue = DeclarationCodec.encode(0, QueueSpec.durable("q", Map.of("a", (byte) 1)));
    // The type of the argument: one byte less, which is the last.
    queue.put(queue.limit() - 2, FieldType.VOID);
    queue.limit(queue.limit() - 1);
    String message =
        assertThrows(MalformedRecordException.class, () -> DeclarationCodec.decodeQueue(queue))
            .getMessage();
    assertTrue(message.contains("an argument of null"), message);
  }

  @Test
  void anArgumentWithoutAFormIsNamed() {
    QueueSpec spec = QueueSpec.durable("q", Map.of("x-id", new UUID(1, 2)));
    assertEquals(
        "Argument 'x-id' holds a java.util.UUID, which is no type that can be stored",
        assertThrows(UnstorableException.class, () -> DeclarationCodec.encode(0, spec))
            .getMessage());
  }
}
