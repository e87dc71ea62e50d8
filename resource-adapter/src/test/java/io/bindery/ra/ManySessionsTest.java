package io.bindery.ra;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bindery.engine.AmqpException;
import jakarta.resource.ResourceException;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Forty activations of fifteen sessions in a server with two hundred threads. */
class ManySessionsTest extends AdapterFixture {
  private static final int ACTIVATIONS = 40;
  private static final int SESSIONS = 15;
  private static final int MESSAGES = 200;

  private final AtomicIntegerArray seen = new AtomicIntegerArray(ACTIVATIONS);

  private void activateAll(boolean transacted) throws ResourceException {
    for (int i = 0; i < ACTIVATIONS; i++) {
      int number = i;
      TestBean bean = (message, endpoint) -> seen.incrementAndGet(number);
      BinderyActivationSpec spec = queueSpec("q" + i);
      spec.setMaxSessions(SESSIONS);
      activate(transacted ? TestEndpoints.transacted(bean) : TestEndpoints.plain(bean), spec);
    }
  }

  @Test
  void idleTheySubmitNoWork() throws ResourceException {
    activateAll(false);
    assertEquals(
        ACTIVATIONS * SESSIONS,
        IntStream.range(0, ACTIVATIONS).map(i -> broker.consumers("q" + i)).sum());
    assertEquals(0, server.submitted());
    assertEquals(0, server.mostThreads());
  }

  @Test
  void loadedNoneStarves() throws AmqpException, ResourceException {
    loaded(false);
  }

  @Test
  void loadedInTransactionsNoneStarves() throws AmqpException, ResourceException {
    loaded(true);
  }

  private void loaded(boolean transacted) throws AmqpException, ResourceException {
    activateAll(transacted);
    for (int m = 0; m < MESSAGES; m++) {
      for (int i = 0; i < ACTIVATIONS; i++) {
        broker.send("q" + i, "m" + m);
      }
    }
    for (int i = 0; i < ACTIVATIONS; i++) {
      int number = i;
      Awaiting.until(
          "queue " + i + " is served",
          () -> seen.get(number) == MESSAGES && broker.depth("q" + number) == 0);
    }
    assertTrue(server.mostThreads() <= TestServer.MAX_THREADS);
  }

  @Test
  void whatTakesLongDoesNotStarveTheOthers() throws AmqpException, ResourceException {
    TestBean slow =
        (message, endpoint) ->
            Awaiting.until("the others are served", () -> seen.get(1) == MESSAGES);
    for (int i = 0; i < 10; i++) {
      BinderyActivationSpec spec = queueSpec("slow");
      spec.setMaxSessions(SESSIONS);
      spec.setPrefetch(1);
      activate(TestEndpoints.plain(slow), spec);
    }
    broker.send(
        "slow", IntStream.range(0, 10 * SESSIONS).mapToObj(i -> "s" + i).toArray(String[]::new));
    activate(
        TestEndpoints.plain((message, endpoint) -> seen.incrementAndGet(1)), queueSpec("quick"));
    broker.send(
        "quick", IntStream.range(0, MESSAGES).mapToObj(i -> "m" + i).toArray(String[]::new));
    Awaiting.until("the quick one is served", () -> seen.get(1) == MESSAGES);
    Awaiting.until("the slow one is served too", () -> broker.depth("slow") == 0);
    assertTrue(server.mostThreads() <= TestServer.MAX_THREADS);
  }
}
