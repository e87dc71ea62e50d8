package io.bindery.jms;

import static io.bindery.testkit.Awaiting.until;
import static org.junit.jupiter.api.Assertions.assertEquals;

import jakarta.jms.Connection;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.Session;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("6.2.11, 9.1 each message once, whatever happens to its consumers")
class DisturbedDeliveryTest extends JmsTest {
  private static final int MESSAGES = 3_000;

  private final Map<String, AtomicInteger> taken = new ConcurrentHashMap<>();
  private final AtomicInteger total = new AtomicInteger();

  private void count(List<String> texts) {
    for (String text : texts) {
      taken.computeIfAbsent(text, key -> new AtomicInteger()).incrementAndGet();
      total.incrementAndGet();
    }
  }

  private void assertEachOnce() throws JMSException {
    assertEquals(List.of(), left(queue));
    assertEquals(MESSAGES, taken.size());
    taken.forEach((text, times) -> assertEquals(1, times.get(), text));
  }

  /** A transacted session that receives some, and commits, rolls back or closes. */
  private void disturb(Random random) throws JMSException {
    try (Connection own = factory.createConnection()) {
      own.start();
      Session transacted = own.createSession(Session.SESSION_TRANSACTED);
      MessageConsumer consumer = transacted.createConsumer(queue);
      for (int round = random.nextInt(8); round >= 0; round--) {
        List<String> texts = new ArrayList<>();
        for (int i = random.nextInt(40); i >= 0; i--) {
          Message message = consumer.receive(1);
          if (message != null) {
            texts.add(text(message));
          }
        }
        int fate = random.nextInt(20);
        if (fate == 0) {
          transacted.rollback();
        } else if (fate == 1) {
          consumer.close();
          consumer = transacted.createConsumer(queue);
          transacted.commit();
          count(texts);
        } else if (fate == 2) {
          return;
        } else {
          transacted.commit();
          count(texts);
        }
      }
    }
  }

  @Test
  @DisplayName("transacted receivers that commit, roll back, close their consumers and vanish")
  void transactedReceivers() throws JMSException, InterruptedException {
    long seed = Long.getLong("bindery.seed", System.nanoTime());
    System.out.println("seed " + seed);
    List<Thread> receivers = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      Random random = new Random(seed + i);
      receivers.add(
          start(
              () -> {
                while (total.get() < MESSAGES) {
                  disturb(random);
                }
              }));
    }
    for (int i = 0; i < MESSAGES; i++) {
      send(queue, "m" + i);
    }
    for (Thread receiver : receivers) {
      until("an end, seed " + seed, total::get, () -> !receiver.isAlive());
    }
    assertEachOnce();
  }

  @Test
  @DisplayName("listeners whose connection is stopped, started and closed meanwhile")
  void listeners() throws JMSException, InterruptedException {
    long seed = Long.getLong("bindery.seed", System.nanoTime());
    System.out.println("seed " + seed);
    Random random = new Random(seed);
    Thread sender =
        start(
            () -> {
              Session own = connect().createSession();
              for (int i = 0; i < MESSAGES; i++) {
                send(own, queue, "m" + i);
              }
            });
    while (total.get() < MESSAGES) {
      try (Connection own = factory.createConnection()) {
        for (int i = 0; i < 3; i++) {
          Session each = own.createSession(1 + 2 * random.nextInt(2));
          each.createConsumer(queue).setMessageListener(message -> count(List.of(textOf(message))));
        }
        for (int i = random.nextInt(5); i >= 0; i--) {
          own.start();
          int goal = Math.min(MESSAGES, total.get() + random.nextInt(50));
          until("more than " + total + ", seed " + seed, total::get, () -> total.get() >= goal);
          own.stop();
        }
      }
    }
    join(sender);
    assertEachOnce();
  }

  /** It would never sleep again, and others would be disturbed. */
  @Test
  @DisplayName("9.1 an interrupt that a listener leaves behind concerns no other")
  void interrupts() throws JMSException, InterruptedException {
    BlockingQueue<Boolean> interrupted = new LinkedBlockingQueue<>();
    session
        .createConsumer(queue)
        .setMessageListener(
            message -> {
              interrupted.add(Thread.currentThread().isInterrupted());
              Thread.currentThread().interrupt();
            });
    for (int i = 0; i < 5; i++) {
      send(connect().createSession(), queue, "m" + i);
      assertEquals(false, interrupted.poll(LONG_MS, TimeUnit.MILLISECONDS), "message " + i);
    }
  }
}
