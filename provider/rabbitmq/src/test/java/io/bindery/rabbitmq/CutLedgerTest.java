package io.bindery.rabbitmq;

import static io.bindery.testkit.Awaiting.until;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import jakarta.jms.JMSException;
import jakarta.jms.JMSRuntimeException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.Queue;
import jakarta.jms.Session;
import jakarta.jms.TransactionRolledBackException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/**
 * A load whose network is cut again and again at random: what was confirmed is received, what comes
 * twice is marked, and what is moved in transactions is moved once.
 */
class CutLedgerTest extends CutTest {
  private static final int PRODUCERS = 2;
  private static final int MESSAGES = 600;
  private static final int CUTS = 15;

  private final long seed = Long.getLong("bindery.seed", new Random().nextLong());
  private final Set<String> confirmed = ConcurrentHashMap.newKeySet();
  private final Set<String> received = ConcurrentHashMap.newKeySet();
  private final Map<String, AtomicInteger> unmarked = new ConcurrentHashMap<>();
  private final AtomicInteger progress = new AtomicInteger();
  private final AtomicInteger unknown = new AtomicInteger();
  private final AtomicInteger redelivered = new AtomicInteger();
  private volatile boolean over;

  @Test
  void nothingIsLostAndWhatComesTwiceSaysSo() throws JMSException, InterruptedException {
    System.out.println("bindery.seed=" + seed);
    Session listening = connect().createSession();
    listening
        .createConsumer(listening.createQueue("all"))
        .setMessageListener(
            message -> {
              try {
                seen(message);
              } catch (JMSException e) {
                throw new JMSRuntimeException(e.getMessage(), null, e);
              }
            });
    List<Done> consumers =
        new ArrayList<>(List.of(start(this::acknowledge), start(this::move), start(this::move)));
    List<Done> producers = new ArrayList<>();
    for (int i = 0; i < PRODUCERS; i++) {
      String name = "p" + i + "-";
      producers.add(start(() -> produce(name)));
    }
    Done cutter = start(() -> cutNowAndThen(producers));
    for (Done each : producers) {
      awaitEnd(each);
    }
    awaitEnd(cutter);
    for (String queue : List.of("all", "in")) {
      until(queue + " is empty, seed " + seed, progress::get, () -> isEmpty(queue));
    }
    over = true;
    for (Done each : consumers) {
      awaitEnd(each);
    }
    check();
  }

  /** However long it takes, as long as it goes on. */
  private void awaitEnd(Done work) throws InterruptedException {
    until(work.thread() + " must end, seed " + seed, progress::get, () -> !work.thread().isAlive());
    assertNull(work.await(), "seed " + seed);
  }

  private boolean isEmpty(String queue) {
    return observed(queue).ready() + observed(queue).unacknowledged() == 0;
  }

  private void check() throws JMSException {
    Set<String> dead = Set.copyOf(texts("bindery.dead.all"));
    List<String> moved = texts("out");
    List<String> unmoved = texts("bindery.dead.in");
    System.out.println(
        String.format(
            "confirmed %d, not known %d, redelivered %d, moved %d, dead %d",
            confirmed.size(),
            unknown.get(),
            redelivered.get(),
            moved.size(),
            dead.size() + unmoved.size()));
    moved.addAll(unmoved);
    assertEquals(moved.size(), Set.copyOf(moved).size(), "moved once, seed " + seed);
    received.addAll(moved);
    received.addAll(dead);
    List<String> lost = new ArrayList<>(confirmed);
    lost.removeAll(received);
    assertEquals(0, lost.size(), () -> lost.get(0) + " and others, seed " + seed);
    unmarked.forEach((id, count) -> assertTrue(count.get() <= 1, id + ", seed " + seed));
  }

  /** What a queue has. What was in the hands of ten lost clients in a row is a dead letter. */
  private List<String> texts(String queue) throws JMSException {
    Session session = connect().createSession();
    List<String> texts = new ArrayList<>();
    MessageConsumer consumer = session.createConsumer(session.createQueue(queue));
    while (!isEmpty(queue)) {
      Message next = consumer.receive(100);
      if (next != null) {
        texts.add(text(next));
      }
    }
    return texts;
  }

  private void seen(Message message) throws JMSException {
    String id = text(message);
    if (message.getJMSRedelivered()) {
      redelivered.incrementAndGet();
    } else {
      unmarked.computeIfAbsent(id, key -> new AtomicInteger()).incrementAndGet();
    }
    received.add(id);
    progress.incrementAndGet();
  }

  private void produce(String name) throws JMSException {
    Session session = connect().createSession();
    MessageProducer producer = session.createProducer(null);
    for (int i = 0; i < MESSAGES; i++) {
      String queue = i % 2 == 0 ? "all" : "in";
      String id = name + queue + "-" + i;
      try {
        producer.send(session.createQueue(queue), session.createTextMessage(id));
        confirmed.add(id);
      } catch (JMSException e) {
        assertTrue(e.getMessage().contains("not known"), e.getMessage() + ", seed " + seed);
        unknown.incrementAndGet();
      }
      progress.incrementAndGet();
    }
  }

  private void acknowledge() throws JMSException {
    Session session = connect().createSession(Session.CLIENT_ACKNOWLEDGE);
    MessageConsumer consumer = session.createConsumer(session.createQueue("all"));
    int count = 0;
    while (!over) {
      Message next = consumer.receive(100);
      if (next != null) {
        seen(next);
      }
      if (next == null ? count > 0 : ++count == 7) {
        count = 0;
        acknowledge(session, next);
      }
    }
  }

  private Message last;

  private void acknowledge(Session session, Message next) throws JMSException {
    last = next == null ? last : next;
    try {
      if (last != null) {
        last.acknowledge();
      }
    } catch (JMSException e) {
      assertTrue(e.getMessage().contains("again"), e.getMessage() + ", seed " + seed);
      session.recover();
    }
  }

  private void move() throws JMSException {
    Session session = connect().createSession(Session.SESSION_TRANSACTED);
    Queue in = session.createQueue("in");
    MessageConsumer consumer = session.createConsumer(in);
    MessageProducer producer = session.createProducer(session.createQueue("out"));
    while (!over) {
      Message next = consumer.receive(100);
      if (next == null) {
        continue;
      }
      try {
        producer.send(session.createTextMessage(text(next)));
      } catch (JMSException e) {
        session.rollback();
        continue;
      }
      commit(session);
      progress.incrementAndGet();
    }
  }

  /** Done or undone, both as a whole. */
  private void commit(Session session) throws JMSException {
    try {
      session.commit();
    } catch (TransactionRolledBackException e) {
      assertTrue(e.getMessage().contains("lost"), e.getMessage() + ", seed " + seed);
    } catch (JMSException e) {
      assertTrue(e.getMessage().contains("is not known"), e.getMessage() + ", seed " + seed);
    }
  }

  private void cutNowAndThen(List<Done> producers) {
    Random random = new Random(seed);
    for (int i = 0; i < CUTS; i++) {
      int until = progress.get() + 20 + random.nextInt(100);
      until(
          "there must be progress, seed " + seed,
          progress::get,
          () ->
              progress.get() >= until
                  || producers.stream().noneMatch(each -> each.thread().isAlive()));
      network.cut();
    }
  }
}
