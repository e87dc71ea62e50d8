package io.bindery.ra;

import io.bindery.engine.AmqpException;
import io.bindery.engine.ReplyCode;
import jakarta.resource.ResourceException;
import jakarta.resource.spi.endpoint.MessageEndpointFactory;
import jakarta.resource.spi.work.Work;
import jakarta.resource.spi.work.WorkException;
import java.lang.System.Logger.Level;
import java.util.Set;

/**
 * One activated endpoint: connects, connects again when the broker is lost, pauses in an outage.
 * Thread-safe.
 */
final class EndpointActivation implements ActivationContext.Events {
  private static final System.Logger LOG = System.getLogger(EndpointActivation.class.getName());
  private static final long RETRY_MS = 1_000;
  private static final long RETRY_MAX_MS = 30_000;

  /** What another try cannot mend, because the configuration is wrong. */
  private static final Set<ReplyCode> FINAL =
      Set.of(
          ReplyCode.NOT_ALLOWED,
          ReplyCode.SYNTAX_ERROR,
          ReplyCode.NOT_IMPLEMENTED,
          ReplyCode.INVALID_PATH);

  private final ActivationContext context;
  private final Object connecting = new Object();
  private ActivationLink link;
  private boolean lost;
  private boolean opening;
  private boolean stopped;
  private long stopWaitMs;
  private long retryMs = RETRY_MS;
  private int probes;

  EndpointActivation(
      AdapterContext adapter, ActivationSettings settings, MessageEndpointFactory endpoints) {
    FailureWatch watch = new FailureWatch(settings.limits().pauseAfterFailures());
    this.context = new ActivationContext(adapter, settings, endpoints, watch, this);
  }

  /**
   * Connects. A broker that cannot be reached now is tried again later, off this thread.
   *
   * @throws ResourceException when the broker says that the configuration is wrong
   */
  void start() throws ResourceException {
    try {
      connect();
    } catch (AmqpException e) {
      if (FINAL.contains(e.replyCode())) {
        stop(0);
        throw ResourceExceptions.of(e);
      }
      retryLater(e);
    }
  }

  private void connect() throws AmqpException {
    synchronized (connecting) {
      if (!begins()) {
        return;
      }
      try {
        open();
      } finally {
        opened();
      }
    }
  }

  private void open() throws AmqpException {
    ActivationLink old = forget();
    if (old != null) {
      old.close(0);
    }
    ActivationLink opened = ActivationLink.open(context);
    if (adopt(opened)) {
      LOG.log(Level.DEBUG, "Consuming from {0}", context.settings().source());
    } else {
      // Its first sessions may show messages already.
      opened.close(stopWaitMs());
    }
  }

  private synchronized boolean begins() {
    opening = !stopped;
    return opening;
  }

  private synchronized void opened() {
    opening = false;
    notifyAll();
  }

  private synchronized boolean isStopped() {
    return stopped;
  }

  private synchronized long stopWaitMs() {
    return stopWaitMs;
  }

  private synchronized boolean adopt(ActivationLink opened) {
    if (stopped) {
      return false;
    }
    link = opened;
    retryMs = RETRY_MS;
    return true;
  }

  private void retryLater(AmqpException cause) {
    long waitMs;
    synchronized (this) {
      if (stopped) {
        return;
      }
      lost = true;
      waitMs = retryMs;
      retryMs = Math.min(2 * retryMs, RETRY_MAX_MS);
    }
    LOG.log(
        Level.WARNING,
        "Cannot consume from {0} now, next try in {1} ms: {2}",
        context.settings().source(),
        waitMs,
        cause.getMessage());
    context.adapter().timer().after(waitMs, this::reconnect);
  }

  /** On the timer's thread, which may not wait; so a thread of the server does it. */
  private void reconnect() {
    try {
      new Submission(context.adapter().work(), new Reconnect(), null).submit();
    } catch (WorkException e) {
      LOG.log(Level.DEBUG, "The server has no thread now", e);
      context.adapter().timer().after(RETRY_MS, this::reconnect);
    }
  }

  private final class Reconnect implements Work {
    @Override
    public void run() {
      try {
        connect();
      } catch (AmqpException e) {
        retryLater(e);
      }
    }

    @Override
    public void release() {
      // It ends by itself: each of its waits is bounded.
    }
  }

  private synchronized ActivationLink forget() {
    ActivationLink old = link;
    link = null;
    lost = false;
    return old;
  }

  @Override
  public void lost(AmqpException cause) {
    synchronized (this) {
      if (lost || stopped) {
        return;
      }
    }
    retryLater(cause);
  }

  @Override
  public void paused() {
    LOG.log(
        Level.WARNING,
        "{0} different messages of {1} failed with no success between: pausing, trying one every {2} ms",
        context.settings().limits().pauseAfterFailures(),
        context.settings().source(),
        context.settings().limits().probeIntervalMs());
    probeLater();
  }

  private void probeLater() {
    context.adapter().timer().after(context.settings().limits().probeIntervalMs(), this::probe);
  }

  private void probe() {
    ActivationLink current;
    int turn;
    synchronized (this) {
      current = link;
      turn = probes++;
    }
    if (!context.watch().paused() || isStopped()) {
      return;
    }
    if (current != null) {
      current.probe(turn);
    }
    probeLater();
  }

  @Override
  public void resumed() {
    LOG.log(Level.INFO, "A message of {0} was processed: going on", context.settings().source());
    ActivationLink current;
    synchronized (this) {
      current = link;
    }
    if (current != null) {
      current.thaw();
    }
  }

  /**
   * Takes no more messages, waits for those that are shown now, and closes. Twice does nothing.
   *
   * @param waitMs at most so long
   */
  void stop(long waitMs) {
    ActivationLink last;
    long deadlineNs = System.nanoTime() + waitMs * 1_000_000;
    synchronized (this) {
      stopped = true;
      stopWaitMs = waitMs;
      last = link;
      link = null;
    }
    if (last != null) {
      last.close(waitMs);
    }
    awaitOpened(deadlineNs);
  }

  /** What is being opened while it stops is closed by who opens it. */
  private synchronized void awaitOpened(long deadlineNs) {
    Uninterrupted.await(this, () -> !opening, deadlineNs);
  }
}
