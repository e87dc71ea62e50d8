package io.bindery.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bindery.engine.SubscriptionSpec.Kind;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Names that are made of names: no two of them meet, and all of them fit. */
class QueueNamesTest {
  private static final Route TOPIC = new Route(Arguments.TOPIC_EXCHANGE, "t", false);

  private static String queue(Kind kind, String clientId, String name) {
    return new SubscriptionSpec(kind, clientId, name, TOPIC, "", false).queueName();
  }

  private static int bytes(String name) {
    return name.getBytes(StandardCharsets.UTF_8).length;
  }

  @Test
  void subscriptionsHaveReadableNames() {
    assertEquals("sub/audit", queue(Kind.SHARED_DURABLE, "", "audit"));
    assertEquals("sub/desk/audit", queue(Kind.DURABLE, "desk", "audit"));
    assertEquals("shared/audit", queue(Kind.SHARED, "", "audit"));
    assertEquals("shared/desk/audit", queue(Kind.SHARED, "desk", "audit"));
    assertEquals("", queue(Kind.NON_DURABLE, "desk", ""));
    assertEquals("bindery.dead.orders", QueueNames.deadLetters("orders"));
  }

  @Test
  void bothKindsOfDurablesShareOneNameSpace() {
    assertEquals(queue(Kind.DURABLE, "c", "n"), queue(Kind.SHARED_DURABLE, "c", "n"));
    assertNotEquals(queue(Kind.SHARED, "c", "n"), queue(Kind.SHARED_DURABLE, "c", "n"));
  }

  @Test
  void differentPartsGiveDifferentNames() {
    List<String> parts =
        List.of("a", "b", "a/b", "a%2Fb", "%", "%25", "/", "%2F", "a%", "", "x".repeat(300), "é");
    Map<String, String> made = new HashMap<>();
    for (String clientId : parts) {
      for (String name : parts) {
        String shown = "[" + clientId + "] [" + name + "]";
        if (!name.isEmpty()) {
          assertNull(made.put(queue(Kind.SHARED_DURABLE, clientId, name), shown), shown);
        }
      }
    }
  }

  @Test
  void longNamesAreHashed() {
    assertEquals(QueueNames.MAX_NAME_BYTES, bytes(queue(Kind.SHARED_DURABLE, "", "n".repeat(251))));
    for (String name :
        List.of("n".repeat(252), "é".repeat(126), "/".repeat(100), "n".repeat(9_999))) {
      String subscription = queue(Kind.DURABLE, "client", name);
      assertTrue(bytes(subscription) <= QueueNames.MAX_NAME_BYTES, subscription);
      assertTrue(subscription.startsWith("sub/%"), subscription);
      assertEquals(subscription, queue(Kind.DURABLE, "client", name));
    }
    String dead = QueueNames.deadLetters("q".repeat(255));
    assertTrue(dead.startsWith(Arguments.DEAD_QUEUE_PREFIX), dead);
    assertTrue(bytes(dead) <= QueueNames.MAX_NAME_BYTES, dead);
    assertNotEquals(dead, QueueNames.deadLetters("q".repeat(254)));
  }

  @Test
  void kindsTellWhatTheyAre() {
    assertTrue(Kind.DURABLE.durable() && !Kind.DURABLE.shared());
    assertTrue(Kind.SHARED_DURABLE.durable() && Kind.SHARED_DURABLE.shared());
    assertTrue(!Kind.SHARED.durable() && Kind.SHARED.shared());
    assertTrue(!Kind.NON_DURABLE.durable() && !Kind.NON_DURABLE.shared());
  }

  @Test
  void aSubscriptionHasNoNulls() {
    assertThrows(
        NullPointerException.class,
        () -> new SubscriptionSpec(Kind.DURABLE, null, "n", TOPIC, "", false));
    assertThrows(
        NullPointerException.class,
        () -> new SubscriptionSpec(Kind.DURABLE, "c", "n", null, "", false));
    assertThrows(
        NullPointerException.class,
        () -> new SubscriptionSpec(Kind.DURABLE, "c", "n", TOPIC, null, false));
  }
}
