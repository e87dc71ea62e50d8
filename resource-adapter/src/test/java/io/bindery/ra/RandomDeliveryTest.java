package io.bindery.ra;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bindery.engine.AmqpException;
import io.bindery.engine.QueueNames;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.TextMessage;
import jakarta.resource.ResourceException;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Beans that fail at random, in many sessions, with too few beans and a server that rejects now and
 * then: each message is processed once, or fails ten times and is dead; none is lost, none comes
 * twice after a success, and each failure counts one.
 */
class RandomDeliveryTest extends AdapterFixture {
  private static final int MESSAGES = 600;
  private static final int LIMIT = 10;

  private final Map<String, AtomicInteger> tries = new ConcurrentHashMap<>();
  private final Map<String, AtomicInteger> successes = new ConcurrentHashMap<>();
  private final Map<String, String> wrong = new ConcurrentHashMap<>();

  private void deliver(Message message, TestEndpoint endpoint, boolean transacted)
      throws JMSException {
    String text = ((TextMessage) message).getText();
    int number = Integer.parseInt(text);
    int count = tries.computeIfAbsent(text, key -> new AtomicInteger()).incrementAndGet();
    if (message.getIntProperty("JMSXDeliveryCount") != count) {
      wrong.put(text, "try " + count + " says " + message.getIntProperty("JMSXDeliveryCount"));
    }
    boolean poison = number % 100 == 0;
    boolean slowStart = number % 7 == 0 && count < 1 + number % 4;
    if (!poison && !slowStart) {
      successes.computeIfAbsent(text, key -> new AtomicInteger()).incrementAndGet();
    } else if (transacted && number % 2 == 0) {
      endpoint.setRollbackOnly();
    } else {
      throw new IllegalStateException("message " + number + ", try " + count);
    }
  }

  @ParameterizedTest
  @CsvSource({"1, true", "2, true", "3, false", "4, false"})
  void nothingIsLostAndNothingComesTwice(long seed, boolean transacted)
      throws AmqpException, ResourceException {
    System.out.println("seed " + seed);
    Random random = new Random(seed);
    TestBean bean = (message, endpoint) -> deliver(message, endpoint, transacted);
    TestEndpoints endpoints =
        transacted ? TestEndpoints.transacted(bean) : TestEndpoints.plain(bean);
    if (random.nextBoolean()) {
      endpoints.inTwoPhases();
    }
    BinderyActivationSpec spec = queueSpec("orders");
    spec.setMaxSessions(2 + random.nextInt(10));
    spec.setPrefetch(random.nextInt(20));
    spec.setRedeliveryDelayMs((long) random.nextInt(3));
    spec.setPauseAfterFailures(0);
    activate(endpoints.pool(1 + random.nextInt(8)), spec);
    for (int i = 0; i < MESSAGES; i++) {
      if (random.nextInt(50) == 0) {
        server.rejectNext(random.nextInt(4));
      }
      broker.send("orders", Integer.toString(i));
    }
    int poison = MESSAGES / 100;
    Awaiting.until(
        "all are processed or dead",
        () ->
            broker.depth("orders") == 0
                && broker.depth(QueueNames.deadLetters("orders")) == poison);
    check(poison);
  }

  private void check(int poison) {
    assertTrue(wrong.isEmpty(), wrong::toString);
    assertEquals(MESSAGES - poison, successes.size());
    successes.forEach((text, count) -> assertEquals(1, count.get(), "successes of " + text));
    for (int i = 0; i < MESSAGES; i += 100) {
      assertEquals(LIMIT, tries.get(Integer.toString(i)).get(), "tries of " + i);
    }
  }
}
