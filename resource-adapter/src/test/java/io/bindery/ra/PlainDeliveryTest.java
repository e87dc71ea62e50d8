package io.bindery.ra;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bindery.engine.AmqpException;
import io.bindery.engine.QueueNames;
import jakarta.jms.Message;
import jakarta.jms.TextMessage;
import jakarta.resource.ResourceException;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * Deliveries without a transaction (Jakarta Messaging 13.1 acknowledgeMode, Jakarta Connectors
 * option A).
 */
class PlainDeliveryTest extends AdapterFixture {
  private final ConcurrentLinkedQueue<String> seen = new ConcurrentLinkedQueue<>();

  private TestBean recording() {
    return (message, endpoint) -> seen.add(((TextMessage) message).getText());
  }

  private static String[] numbered(int count) {
    return IntStream.range(0, count).mapToObj(i -> "m" + i).toArray(String[]::new);
  }

  @Test
  void whatLiesInTheQueueComesAndIsGone() throws AmqpException, ResourceException {
    broker.queue("orders").send("orders", "a", "b");
    activate(TestEndpoints.plain(recording()), queueSpec("orders"));
    Awaiting.until("both came", () -> seen.size() == 2);
    broker.send("orders", "c");
    Awaiting.until("the queue is empty", () -> seen.size() == 3 && broker.depth("orders") == 0);
  }

  @Test
  void theQueueIsMadeWhenItIsMissing() throws AmqpException, ResourceException {
    activate(TestEndpoints.plain(recording()), queueSpec("new.orders"));
    broker.send("new.orders", "a");
    Awaiting.until("it came", () -> seen.contains("a"));
  }

  @Test
  void oneSessionKeepsTheOrder() throws AmqpException, ResourceException {
    BinderyActivationSpec spec = queueSpec("orders");
    spec.setMaxSessions(1);
    activate(TestEndpoints.plain(recording()), spec);
    broker.send("orders", numbered(500));
    Awaiting.until("all came", () -> seen.size() == 500);
    assertEquals(List.of(numbered(500)), List.copyOf(seen));
  }

  @Test
  void dupsOkAcknowledgesAllToo() throws AmqpException, ResourceException {
    BinderyActivationSpec spec = queueSpec("orders");
    spec.setAcknowledgeMode("Dups-ok-acknowledge");
    activate(TestEndpoints.plain(recording()), spec);
    broker.send("orders", numbered(300));
    Awaiting.until("all are acknowledged", () -> seen.size() == 300 && broker.depth("orders") == 0);
  }

  @Test
  void aSelectorFilters() throws AmqpException, ResourceException {
    BinderyActivationSpec spec = queueSpec("orders");
    spec.setMessageSelector("JMSDeliveryMode = 'NON_PERSISTENT'");
    activate(TestEndpoints.plain(recording()), spec);
    broker.send("orders", "a");
    assertEquals(0, server.submitted());
    assertEquals(1, broker.depth("orders"));
  }

  @Test
  void aBeanThatThrowsGetsItAgainWithItsCount() throws AmqpException, ResourceException {
    ConcurrentLinkedQueue<Integer> counts = new ConcurrentLinkedQueue<>();
    ConcurrentLinkedQueue<Boolean> flags = new ConcurrentLinkedQueue<>();
    TestBean bean =
        (message, endpoint) -> {
          counts.add(message.getIntProperty("JMSXDeliveryCount"));
          flags.add(message.getJMSRedelivered());
          if (counts.size() < 3) {
            throw new IllegalStateException("not yet");
          }
        };
    activate(TestEndpoints.plain(bean), queueSpec("orders"));
    broker.send("orders", "a");
    Awaiting.until(
        "the third try succeeded", () -> counts.size() == 3 && broker.depth("orders") == 0);
    assertEquals(List.of(1, 2, 3), List.copyOf(counts));
    assertEquals(List.of(false, true, true), List.copyOf(flags));
  }

  @Test
  void poisonGoesToTheDeadLettersAndStopsNothing() throws AmqpException, ResourceException {
    AtomicInteger tries = new AtomicInteger();
    TestBean bean =
        (message, endpoint) -> {
          String text = ((TextMessage) message).getText();
          if (text.equals("poison")) {
            tries.incrementAndGet();
            throw new IllegalStateException(text);
          }
          seen.add(text);
        };
    activate(TestEndpoints.plain(bean), queueSpec("orders"));
    broker.send("orders", "a", "poison", "b");
    Awaiting.until("it is dead", () -> broker.depth(QueueNames.deadLetters("orders")) == 1);
    Awaiting.until("the others came", () -> seen.size() == 2 && broker.depth("orders") == 0);
    assertEquals(10, tries.get());
    assertEquals("poison", broker.take(QueueNames.deadLetters("orders")));
  }

  @Test
  void anErrorOfTheBeanIsItsFailureToo() throws AmqpException, ResourceException {
    AtomicInteger tries = new AtomicInteger();
    TestBean bean =
        (message, endpoint) -> {
          if (tries.incrementAndGet() == 1) {
            throw new NoClassDefFoundError("a class of the application");
          }
        };
    activate(TestEndpoints.plain(bean), queueSpec("orders"));
    broker.send("orders", "a");
    Awaiting.until(
        "the second try succeeded", () -> tries.get() == 2 && broker.depth("orders") == 0);
  }

  @Test
  void aFailureHoldsItsSessionAndSoKeepsTheOrder() throws AmqpException, ResourceException {
    AtomicBoolean failed = new AtomicBoolean();
    TestBean bean =
        (message, endpoint) -> {
          String text = ((TextMessage) message).getText();
          seen.add(text);
          if (text.equals("b") && failed.compareAndSet(false, true)) {
            throw new IllegalStateException(text);
          }
        };
    BinderyActivationSpec spec = queueSpec("orders");
    spec.setMaxSessions(1);
    spec.setRedeliveryDelayMs(50L);
    activate(TestEndpoints.plain(bean), spec);
    broker.send("orders", "a", "b", "c", "d");
    Awaiting.until("all came", () -> seen.size() == 5);
    assertEquals(List.of("a", "b", "b", "c", "d"), List.copyOf(seen));
  }

  @Test
  void tooFewBeansAreNoFailure() throws AmqpException, ResourceException {
    CountDownLatch go = new CountDownLatch(1);
    ConcurrentLinkedQueue<Integer> counts = new ConcurrentLinkedQueue<>();
    TestBean bean =
        (message, endpoint) -> {
          await(go);
          counts.add(message.getIntProperty("JMSXDeliveryCount"));
        };
    TestEndpoints endpoints = TestEndpoints.plain(bean).pool(1);
    BinderyActivationSpec spec = queueSpec("orders");
    spec.setPrefetch(1);
    activate(endpoints, spec);
    broker.send("orders", numbered(20));
    Awaiting.until("a session found no bean", () -> endpoints.refused() > 0);
    go.countDown();
    Awaiting.until("all were processed", () -> counts.size() == 20 && broker.depth("orders") == 0);
    assertTrue(counts.stream().allMatch(count -> count == 1), counts::toString);
  }

  @Test
  void aBusyServerDelaysAndLosesNothing() throws AmqpException, ResourceException {
    server.rejectNext(5);
    activate(TestEndpoints.plain(recording()), queueSpec("orders"));
    broker.send("orders", "a");
    Awaiting.until("it came", () -> seen.contains("a") && broker.depth("orders") == 0);
    assertEquals(0, server.stillToReject());
  }

  @Test
  void anIdleSessionHoldsNoEndpoint() throws AmqpException, ResourceException {
    TestEndpoints endpoints = TestEndpoints.plain(recording());
    activate(endpoints, queueSpec("orders"));
    broker.send("orders", "a");
    Awaiting.until(
        "it came and the endpoint went", () -> seen.contains("a") && endpoints.held() == 0);
    assertFalse(seen.isEmpty());
  }

  @Test
  void afterFiveFailuresOfDifferentMessagesItPausesAndProbes()
      throws AmqpException, ResourceException {
    AtomicBoolean outage = new AtomicBoolean(true);
    AtomicInteger tries = new AtomicInteger();
    TestBean bean =
        (message, endpoint) -> {
          tries.incrementAndGet();
          if (outage.get()) {
            throw new IllegalStateException("the database is down");
          }
          seen.add(((TextMessage) message).getText());
        };
    BinderyActivationSpec spec = queueSpec("orders");
    spec.setMaxSessions(1);
    spec.setPrefetch(1);
    // Held apart, or the same first message would fail again and again.
    spec.setRedeliveryDelayMs(0L);
    spec.setProbeIntervalMs(20L);
    activate(TestEndpoints.plain(bean), queueSpecWithSessions(spec, 8, 200L));
    broker.send("orders", numbered(50));
    Awaiting.until("five failed", () -> tries.get() >= 5);
    Awaiting.until("it probes", () -> tries.get() >= 10);
    assertEquals(0, broker.depth(QueueNames.deadLetters("orders")));
    outage.set(false);
    Awaiting.until(
        "all came after the outage", () -> seen.size() == 50 && broker.depth("orders") == 0);
  }

  private static BinderyActivationSpec queueSpecWithSessions(
      BinderyActivationSpec spec, int sessions, long delayMs) {
    spec.setMaxSessions(sessions);
    spec.setRedeliveryDelayMs(delayMs);
    return spec;
  }

  @Test
  void deactivatingWaitsForTheBeanAndReleasesTheRest() throws AmqpException, ResourceException {
    CountDownLatch inside = new CountDownLatch(1);
    CountDownLatch go = new CountDownLatch(1);
    TestBean bean =
        (message, endpoint) -> {
          inside.countDown();
          await(go);
          seen.add(((TextMessage) message).getText());
        };
    TestEndpoints endpoints = TestEndpoints.plain(bean);
    BinderyActivationSpec spec = queueSpec("orders");
    spec.setMaxSessions(1);
    activate(endpoints, spec);
    broker.send("orders", "a", "b");
    await(inside);
    Thread ending = new Thread(() -> adapter.endpointDeactivation(endpoints, spec));
    ending.start();
    Awaiting.until("the deactivation waits", () -> ending.getState() == Thread.State.TIMED_WAITING);
    go.countDown();
    Awaiting.until("it has ended", () -> !ending.isAlive());
    assertEquals(List.of("a"), List.copyOf(seen));
    assertEquals(1, broker.depth("orders"));
    assertEquals(0, broker.consumers("orders"));
    assertEquals(0, broker.view("orders").counters().redelivered());
  }

  @Test
  void deactivatingWhileItIsActivatedWaitsForTheBeanToo() throws AmqpException {
    CountDownLatch inside = new CountDownLatch(1);
    CountDownLatch connected = new CountDownLatch(1);
    CountDownLatch go = new CountDownLatch(1);
    TestBean bean =
        (message, endpoint) -> {
          inside.countDown();
          await(go);
          seen.add(((TextMessage) message).getText());
        };
    TestEndpoints endpoints = TestEndpoints.plain(bean);
    BinderyActivationSpec spec = queueSpec("orders");
    spec.setMaxSessions(2);
    broker.queue("orders").send("orders", "a");
    server.afterNext(() -> await(connected));
    Thread beginning = new Thread(() -> activateUnchecked(endpoints, spec));
    beginning.start();
    await(inside);
    Thread ending = new Thread(() -> adapter.endpointDeactivation(endpoints, spec));
    ending.start();
    Awaiting.until("the deactivation waits", () -> ending.getState() == Thread.State.TIMED_WAITING);
    connected.countDown();
    Awaiting.until(
        "who activates waits for the bean",
        () -> beginning.getState() == Thread.State.TIMED_WAITING && broker.consumers("orders") > 1);
    go.countDown();
    Awaiting.until("both have ended", () -> !ending.isAlive() && !beginning.isAlive());
    assertEquals(List.of("a"), List.copyOf(seen));
    assertEquals(0, broker.depth("orders"));
    assertEquals(0, broker.consumers("orders"));
  }

  private void activateUnchecked(TestEndpoints endpoints, BinderyActivationSpec spec) {
    try {
      activate(endpoints, spec);
    } catch (ResourceException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void await(CountDownLatch latch) {
    Awaiting.until("the latch opened", () -> latch.getCount() == 0);
  }

  @Test
  void aDeletedQueueIsMadeAnew() throws AmqpException, ResourceException {
    activate(TestEndpoints.plain(recording()), queueSpec("orders"));
    broker.delete("orders");
    Awaiting.until("it consumes again", () -> broker.consumers("orders") > 0);
    broker.send("orders", "a");
    Awaiting.until("it came", () -> seen.contains("a"));
  }

  @Test
  void messagesOfTheBeanAreJmsMessages() throws AmqpException, ResourceException {
    ConcurrentLinkedQueue<Message> messages = new ConcurrentLinkedQueue<>();
    activate(
        TestEndpoints.plain((message, endpoint) -> messages.add(message)), queueSpec("orders"));
    broker.send("orders", "a");
    Awaiting.until("it came", () -> !messages.isEmpty());
    assertTrue(messages.peek() instanceof TextMessage);
  }
}
