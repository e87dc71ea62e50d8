package io.bindery.broker.store;

import io.bindery.broker.store.Store.StoredMessage;
import io.bindery.engine.AmqpMessage;
import io.bindery.engine.Body;
import io.bindery.engine.Route;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Messages and values of every type, at random. */
public final class RandomValues {
  private static final int MAX_DEPTH = 3;

  private final Random random;

  /** Values that a source of random decides. */
  public RandomValues(Random random) {
    this.random = random;
  }

  /** A message. */
  public StoredMessage message() {
    AmqpMessage.Builder message =
        AmqpMessage.builder()
            .contentType(textOrNull())
            .contentEncoding(textOrNull())
            .correlationId(textOrNull())
            .replyTo(textOrNull())
            .expiration(textOrNull())
            .messageId(textOrNull())
            .type(textOrNull())
            .userId(textOrNull())
            .appId(textOrNull())
            .persistent(random.nextBoolean())
            .priority(random.nextInt(257) - 1)
            .timestampMs(number())
            .expiresAtMs(number())
            .deliverAtMs(number())
            .headers(table(0))
            .body(body());
    Route route = new Route(text(), text(), random.nextBoolean());
    return new StoredMessage(message.build(), route, text(), text());
  }

  private Body body() {
    return switch (random.nextInt(6)) {
      case 0 -> Body.EMPTY;
      case 1 -> new Body.Bytes(bytes());
      case 2 -> new Body.Serialized(bytes());
      case 3 -> new Body.Text(text());
      case 4 -> new Body.Table(table(0));
      default -> new Body.Sequence(array(0));
    };
  }

  private long number() {
    return random.nextBoolean() ? 0 : random.nextLong() >> random.nextInt(64);
  }

  private byte[] bytes() {
    byte[] bytes = new byte[random.nextInt(100)];
    random.nextBytes(bytes);
    return bytes;
  }

  private String textOrNull() {
    return random.nextBoolean() ? null : text();
  }

  /** Mostly short and of ASCII; otherwise of any UTF-16 units, so with surrogates out of place. */
  String text() {
    int length = random.nextInt(20) == 0 ? random.nextInt(300) : random.nextInt(12);
    int range = List.of(0x80, 0x80, 0x100, 0x800, 0x10000).get(random.nextInt(5));
    StringBuilder text = new StringBuilder(length);
    for (int i = 0; i < length; i++) {
      if (range == 0x10000 && random.nextInt(4) == 0) {
        text.appendCodePoint(0x10000 + random.nextInt(0x100000));
      } else if (range == 0x10000 && random.nextInt(4) == 0) {
        text.append((char) (Character.MIN_SURROGATE + random.nextInt(0x800)));
      } else {
        text.append((char) random.nextInt(range));
      }
    }
    return text.toString();
  }

  Map<String, Object> table(int depth) {
    Map<String, Object> table = new LinkedHashMap<>();
    for (int i = random.nextInt(5); i > 0; i--) {
      table.put(text(), value(depth));
    }
    return table;
  }

  private List<Object> array(int depth) {
    List<Object> array = new ArrayList<>();
    for (int i = random.nextInt(5); i > 0; i--) {
      array.add(value(depth));
    }
    return array;
  }

  private Object value(int depth) {
    return switch (random.nextInt(depth < MAX_DEPTH ? 16 : 14)) {
      case 0 -> null;
      case 1 -> random.nextBoolean();
      case 2 -> (byte) random.nextInt();
      case 3 -> (short) random.nextInt();
      case 4 -> random.nextInt();
      case 5 -> random.nextLong();
      case 6 -> random.nextFloat();
      case 7 -> random.nextGaussian();
      case 8 -> new BigDecimal(new BigInteger(random.nextInt(200), random), random.nextInt());
      case 9 -> (char) random.nextInt();
      case 10 -> text();
      case 11 -> bytes();
      case 12 -> new Date(random.nextLong());
      case 13 -> Instant.ofEpochSecond(random.nextInt(), random.nextInt(1_000_000_000));
      case 14 -> table(depth + 1);
      default -> array(depth + 1);
    };
  }
}
