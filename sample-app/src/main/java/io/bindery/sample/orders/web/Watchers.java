package io.bindery.sample.orders.web;

import io.bindery.sample.orders.DeskException;
import io.bindery.sample.orders.Limits;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;

/**
 * The pages that watch the desk. A page that has not taken the last state yet misses one, so a slow
 * page costs no memory; the next state brings all again. Thread-safe.
 */
final class Watchers {
  private final List<Watcher> watchers = new ArrayList<>();

  /** One page's connection. */
  interface Page {
    /** Sends a state; completes when it is written. */
    CompletionStage<?> send(String json);

    /** Whether the page has gone. */
    boolean closed();

    /** Ends the connection. */
    void close();
  }

  private static final class Watcher {
    private final Page page;
    private CompletionStage<?> sending;

    Watcher(Page page) {
      this.page = page;
    }

    /** Whether the page is still there. */
    boolean send(String json) {
      if (page.closed()
          || sending != null && sending.toCompletableFuture().isCompletedExceptionally()) {
        return false;
      }
      if (sending == null || sending.toCompletableFuture().isDone()) {
        try {
          sending = page.send(json);
        } catch (IllegalStateException e) {
          return false; // it went between the question and the send
        }
      }
      return true;
    }
  }

  /**
   * Adds a page and sends it a first state.
   *
   * @throws DeskException if {@link Limits#WATCHERS} watch already
   */
  synchronized void add(Page page, String json) {
    if (watchers.size() >= Limits.WATCHERS) {
      throw new DeskException(
          503, Limits.WATCHERS + " pages watch already, which is the limit", "close one");
    }
    Watcher watcher = new Watcher(page);
    if (watcher.send(json)) {
      watchers.add(watcher);
    }
  }

  /** Sends a state to all and forgets those that have gone. */
  synchronized void send(String json) {
    watchers.removeIf(watcher -> !watcher.send(json));
  }

  /** How many watch. */
  synchronized int count() {
    return watchers.size();
  }

  /** Ends all connections. */
  synchronized void close() {
    watchers.forEach(watcher -> watcher.page.close());
    watchers.clear();
  }
}
