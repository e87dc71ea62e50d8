package io.bindery.broker.store;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import io.bindery.broker.store.Store.StoredMessage;
import io.bindery.engine.AmqpMessage;
import io.bindery.engine.Body;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Whether messages and values are equal, byte arrays by what they hold. */
public final class Same {
  private Same() {}

  /** Whether messages are. */
  public static void messages(StoredMessage expected, StoredMessage actual) {
    heads(expected, actual);
    assertEquals(expected.message().sizeBytes(), actual.message().sizeBytes());
    bodies(expected.message().body(), actual.message().body());
  }

  /** All but the body and what depends on it. */
  static void heads(StoredMessage expected, StoredMessage actual) {
    assertEquals(expected.route(), actual.route());
    assertEquals(expected.connectionId(), actual.connectionId());
    assertEquals(expected.clientId(), actual.clientId());
    assertEquals(properties(expected.message()), properties(actual.message()));
    values(expected.message().headers(), actual.message().headers());
  }

  private static List<Object> properties(AmqpMessage message) {
    List<Object> properties = new ArrayList<>();
    properties.add(message.contentType());
    properties.add(message.contentEncoding());
    properties.add(message.persistent());
    properties.add(message.deliveryModeGiven());
    properties.add(message.priority());
    properties.add(message.correlationId());
    properties.add(message.replyTo());
    properties.add(message.expiration());
    properties.add(message.messageId());
    properties.add(message.timestampMs());
    properties.add(message.type());
    properties.add(message.userId());
    properties.add(message.appId());
    properties.add(message.expiresAtMs());
    properties.add(message.deliverAtMs());
    return properties;
  }

  private static void bodies(Body expected, Body actual) {
    assertEquals(expected.getClass(), actual.getClass());
    values(content(expected), content(actual));
  }

  private static Object content(Body body) {
    if (body instanceof Body.Bytes bytes) {
      return bytes.content();
    }
    if (body instanceof Body.Serialized serialized) {
      return serialized.content();
    }
    if (body instanceof Body.Text text) {
      return text.content();
    }
    return body instanceof Body.Table table ? table.content() : ((Body.Sequence) body).content();
  }

  static void values(Object expected, Object actual) {
    if (expected instanceof byte[] bytes) {
      assertArrayEquals(bytes, assertInstanceOf(byte[].class, actual));
    } else if (expected instanceof Map<?, ?> table) {
      Map<?, ?> other = assertInstanceOf(Map.class, actual);
      assertEquals(List.copyOf(table.keySet()), List.copyOf(other.keySet()), "names in order");
      table.forEach((name, value) -> values(value, other.get(name)));
    } else if (expected instanceof List<?> array) {
      List<?> other = assertInstanceOf(List.class, actual);
      assertEquals(array.size(), other.size());
      for (int i = 0; i < array.size(); i++) {
        values(array.get(i), other.get(i));
      }
    } else {
      assertEquals(expected, actual);
    }
  }
}
