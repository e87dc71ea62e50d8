package io.bindery.sample.orders.web;

import io.bindery.sample.orders.DeskException;
import io.bindery.sample.orders.Limits;
import jakarta.annotation.PreDestroy;
import jakarta.annotation.Resource;
import jakarta.enterprise.concurrent.ManagedScheduledExecutorService;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.sse.Sse;
import jakarta.ws.rs.sse.SseEventSink;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/**
 * Sends the state of the desk to all pages that watch it, twice a second. Without watchers nothing
 * runs. Thread-safe.
 */
@ApplicationScoped
public class StateFeed {
  private static final Logger LOG = System.getLogger(StateFeed.class.getName());
  private static final long PERIOD_MS = 500;

  private final Watchers watchers = new Watchers();

  @Resource private ManagedScheduledExecutorService executor;
  @Inject private DeskState state;

  private ScheduledFuture<?> ticking;

  private record SsePage(SseEventSink sink, Sse sse) implements Watchers.Page {
    @Override
    public CompletionStage<?> send(String json) {
      return sink.send(sse.newEventBuilder().name("state").data(json).build());
    }

    @Override
    public boolean closed() {
      return sink.isClosed();
    }

    @Override
    public void close() {
      sink.close();
    }
  }

  /**
   * Adds a page.
   *
   * @throws DeskException if {@link Limits#WATCHERS} watch already
   */
  public synchronized void watch(SseEventSink sink, Sse sse) {
    watchers.add(new SsePage(sink, sse), state.now().toString());
    if (ticking == null) {
      ticking =
          executor.scheduleWithFixedDelay(this::tick, PERIOD_MS, PERIOD_MS, TimeUnit.MILLISECONDS);
    }
  }

  private void tick() {
    try {
      watchers.send(state.now().toString());
      stopWithoutWatchers();
    } catch (DeskException e) {
      LOG.log(Level.WARNING, "the state could not be read; the next tick tries again", e);
    }
  }

  private synchronized void stopWithoutWatchers() {
    if (watchers.count() == 0 && ticking != null) {
      ticking.cancel(false);
      ticking = null;
    }
  }

  @PreDestroy
  synchronized void close() {
    if (ticking != null) {
      ticking.cancel(false);
      ticking = null;
    }
    watchers.close();
  }
}
