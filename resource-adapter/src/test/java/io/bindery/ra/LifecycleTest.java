package io.bindery.ra;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bindery.engine.AmqpException;
import io.bindery.engine.Engine;
import io.bindery.engine.Engines;
import jakarta.jms.TextMessage;
import jakarta.resource.ResourceException;
import jakarta.resource.spi.ResourceAdapterInternalException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** Start and stop (Jakarta Connectors, lifecycle management). */
class LifecycleTest extends AdapterFixture {
  private static boolean timerRuns() {
    return Thread.getAllStackTraces().keySet().stream()
        .anyMatch(each -> each.getName().equals("bindery-adapter"));
  }

  @Test
  void stopClosesTheBrokerThatOnlyTheAdapterHeld() {
    assertFalse(broker.engine().isClosed());
    adapter.stop();
    assertTrue(broker.engine().isClosed());
  }

  @Test
  void stopLeavesTheBrokerToOthersWhoHoldIt() {
    Engine.Lease lease = broker.engine().lease();
    adapter.stop();
    assertFalse(broker.engine().isClosed());
    lease.close();
    assertTrue(broker.engine().isClosed());
  }

  @Test
  void afterStopNoThreadOfOursRuns() throws AmqpException, ResourceException {
    CountDownLatch seen = new CountDownLatch(1);
    activate(TestEndpoints.plain((message, endpoint) -> seen.countDown()), queueSpec("orders"));
    broker.send("orders", "a");
    Awaiting.until("it came", () -> seen.getCount() == 0);
    adapter.stop();
    Awaiting.until("the timer's thread has ended", () -> !timerRuns());
  }

  @Test
  void stopEndsActivationsThatNobodyDeactivated() throws AmqpException, ResourceException {
    Engine.Lease lease = broker.engine().lease();
    activate(TestEndpoints.plain((message, endpoint) -> {}), queueSpec("orders"));
    adapter.stop();
    assertEquals(0, broker.consumers("orders"));
    lease.close();
  }

  @Test
  void itStartsAgainAfterAStop() throws AmqpException, ResourceException {
    adapter.stop();
    adapter.start(server);
    ConcurrentLinkedQueue<String> seen = new ConcurrentLinkedQueue<>();
    activate(
        TestEndpoints.plain((message, endpoint) -> seen.add(((TextMessage) message).getText())),
        queueSpec("orders"));
    try (TestClient client = new TestClient(Engines.find(adapter.getUri()))) {
      client.send("orders", "a");
      Awaiting.until("it came", () -> seen.contains("a"));
    }
  }

  @Test
  void aBrokerThatWentAwayIsFoundAgain() throws AmqpException, ResourceException {
    ConcurrentLinkedQueue<String> seen = new ConcurrentLinkedQueue<>();
    activate(
        TestEndpoints.plain((message, endpoint) -> seen.add(((TextMessage) message).getText())),
        queueSpec("orders"));
    broker.engine().close();
    Awaiting.until("another broker serves", () -> anotherServes());
    try (TestClient client = new TestClient(Engines.find(adapter.getUri()))) {
      client.send("orders", "a");
      Awaiting.until("it came", () -> seen.contains("a"));
    }
  }

  private boolean anotherServes() {
    try {
      return Engines.find(adapter.getUri()).observe().consumers().size() > 0;
    } catch (AmqpException e) {
      return false;
    }
  }

  @Test
  void aWrongUriIsRefusedAtTheStart() {
    BinderyResourceAdapter wrong = new BinderyResourceAdapter();
    wrong.setUri("bindery");
    ResourceAdapterInternalException noScheme =
        assertThrows(ResourceAdapterInternalException.class, () -> wrong.start(server));
    assertTrue(noScheme.getMessage().contains("'uri'"), noScheme.getMessage());
    wrong.setUri("ftp://secret@host");
    ResourceAdapterInternalException unknown =
        assertThrows(ResourceAdapterInternalException.class, () -> wrong.start(server));
    assertTrue(unknown.getMessage().contains("ftp"), unknown.getMessage());
    assertFalse(unknown.getMessage().contains("secret"), unknown.getMessage());
  }

  @Test
  void aWrongLevelOfTransactionsIsRefusedAtTheStart() {
    BinderyResourceAdapter wrong = new BinderyResourceAdapter();
    wrong.setTransactions("global");
    ResourceAdapterInternalException refused =
        assertThrows(ResourceAdapterInternalException.class, () -> wrong.start(server));
    assertTrue(refused.getMessage().contains("auto, xa, local"), refused.getMessage());
  }

  @Test
  void withoutAStartNothingIsActivated() {
    adapter.stop();
    assertThrows(
        jakarta.resource.spi.IllegalStateException.class,
        () -> activate(TestEndpoints.plain((message, endpoint) -> {}), queueSpec("orders")));
  }
}
