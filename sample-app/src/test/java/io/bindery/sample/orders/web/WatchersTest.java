package io.bindery.sample.orders.web;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bindery.sample.orders.DeskException;
import io.bindery.sample.orders.Limits;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

class WatchersTest {
  private final Watchers watchers = new Watchers();

  @Test
  void aPageGetsTheStateAtOnceAndThenEachOne() {
    RecordingPage page = new RecordingPage();
    watchers.add(page, "1");
    watchers.send("2");
    watchers.send("3");
    assertEquals(List.of("1", "2", "3"), page.states);
  }

  @Test
  void aSlowPageMissesStatesAndThenGoesOn() {
    RecordingPage slow = new RecordingPage();
    slow.pending = new CompletableFuture<>();
    watchers.add(slow, "1");
    watchers.send("2");
    watchers.send("3");
    assertEquals(List.of("1"), slow.states);
    slow.pending.complete(null);
    watchers.send("4");
    assertEquals(List.of("1", "4"), slow.states);
  }

  @Test
  void pagesThatHaveGoneAreForgotten() {
    RecordingPage closed = new RecordingPage();
    RecordingPage failed = new RecordingPage();
    RecordingPage closing = new RecordingPage();
    RecordingPage stays = new RecordingPage();
    for (RecordingPage page : List.of(closed, failed, closing, stays)) {
      watchers.add(page, "1");
    }
    closed.closed = true;
    failed.pending = CompletableFuture.failedFuture(new IOException("connection reset"));
    watchers.send("2");
    closing.refusing = true;
    watchers.send("3");
    assertEquals(1, watchers.count());
    assertEquals(List.of("1", "2", "3"), stays.states);
    assertEquals(List.of("1"), closed.states);
  }

  @Test
  void oneMoreThanTheLimitIsRefusedAndTheOthersStay() {
    for (int i = 0; i < Limits.WATCHERS; i++) {
      watchers.add(new RecordingPage(), "1");
    }
    DeskException refusal =
        assertThrows(DeskException.class, () -> watchers.add(new RecordingPage(), "1"));
    assertEquals(503, refusal.status());
    assertTrue(refusal.getMessage().contains(Integer.toString(Limits.WATCHERS)));
    assertEquals(Limits.WATCHERS, watchers.count());
  }

  @Test
  void closingEndsEveryConnection() {
    RecordingPage page = new RecordingPage();
    watchers.add(page, "1");
    watchers.close();
    assertTrue(page.closed);
    assertEquals(0, watchers.count());
  }

  /** A page that keeps the states it got. */
  private static final class RecordingPage implements Watchers.Page {
    private final List<String> states = new ArrayList<>();
    private CompletableFuture<Void> pending = CompletableFuture.completedFuture(null);
    private boolean closed;
    private boolean refusing;

    @Override
    public CompletionStage<?> send(String json) {
      if (refusing) {
        throw new IllegalStateException("closed");
      }
      states.add(json);
      return pending;
    }

    @Override
    public boolean closed() {
      return closed;
    }

    @Override
    public void close() {
      closed = true;
    }
  }
}
