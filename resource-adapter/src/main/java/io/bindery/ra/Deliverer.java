package io.bindery.ra;

import io.bindery.engine.AmqpConnection;
import io.bindery.engine.AmqpException;
import io.bindery.engine.Channel;
import io.bindery.engine.ConsumeSpec;
import io.bindery.engine.Consumer;
import io.bindery.engine.Delivery;
import io.bindery.engine.Outcome;
import io.bindery.engine.Signal;
import io.bindery.engine.Ticket;
import jakarta.resource.ResourceException;
import jakarta.resource.spi.endpoint.MessageEndpoint;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;

/**
 * One session's channel and consumer, and the loop that takes messages and shows them to an
 * endpoint. For one thread at a time, which {@link DeliverySession} sees to; {@link #stopSoon} and
 * {@link #close} for any.
 */
final class Deliverer {
  private static final System.Logger LOG = System.getLogger(Deliverer.class.getName());
  private static final long SLICE_NS = 50_000_000;
  private static final long REFUSED_MS = 50;
  private static final long REFUSED_MAX_MS = 2_000;

  private final ActivationContext context;
  private final AmqpConnection connection;
  private final String queue;
  private final List<Delivery> taken = new ArrayList<>();
  private int next;
  private Channel channel;
  private Consumer consumer;
  private DeliveryMode mode;
  private boolean paused;
  private long refusedMs = REFUSED_MS;
  private Delivery held;
  private volatile Delivery shown;
  private volatile boolean stopping;

  Deliverer(ActivationContext context, AmqpConnection connection, String queue) {
    this.context = context;
    this.connection = connection;
    this.queue = queue;
  }

  /** One that is to take this one's place; not yet open. */
  Deliverer successor() {
    return new Deliverer(context, connection, queue);
  }

  /** Opens channel and consumer; the signal may come before this returns. */
  void open(Signal signal) throws AmqpException {
    ActivationSettings settings = context.settings();
    Channel opened = Tickets.get(connection.openChannel());
    try {
      ConsumeSpec spec = ConsumeSpec.of(queue, settings.limits().prefetch());
      // A topic's selector is part of its subscription.
      ConsumeSpec filtered =
          settings.source().isTopic() ? spec : spec.withSelector(settings.selector());
      consumer = Tickets.get(opened.consume(filtered, signal));
    } catch (AmqpException e) {
      opened.close();
      throw e;
    }
    channel = opened;
    ReceivedMessages messages = ReceivedMessages.allowing(settings.objectMessageAllow());
    boolean together = settings.mode() == ActivationSettings.Mode.DUPS_OK;
    mode =
        settings.mode() == ActivationSettings.Mode.TRANSACTED
            ? new TransactedDelivery(
                channel,
                messages,
                session -> context.adapter().recovery().lasting(session, settings.access()))
            : new PlainDelivery(channel, messages, together);
    paused = false;
  }

  /**
   * One turn: takes an endpoint, then messages, until none is left, the time is over or one failed.
   *
   * @param probe whether to try one message only
   */
  Slice slice(boolean probe) {
    stopping = false;
    giveBackHeld();
    pause(false);
    MessageEndpoint endpoint = null;
    try {
      endpoint = context.endpoints().createEndpoint(mode.resource());
      return drain(endpoint, probe);
    } catch (ResourceException | RuntimeException e) {
      // Container boundary: no endpoint now (too few, or the application is starting or stopping)
      // is no failure of a message.
      LOG.log(Level.DEBUG, "No endpoint now", e);
      long waitMs = refusedMs;
      refusedMs = Math.min(2 * refusedMs, REFUSED_MAX_MS);
      return Slice.hold(waitMs);
    } finally {
      mode.flush();
      giveBack(List.of());
      release(endpoint);
    }
  }

  private Slice drain(MessageEndpoint endpoint, boolean probe) throws ResourceException {
    long endNs = System.nanoTime() + SLICE_NS;
    int most = probe ? 1 : context.settings().limits().prefetch();
    do {
      if (next == taken.size() && !take(most)) {
        return consumer.isClosed() ? Slice.LOST : Slice.DRAINED;
      }
      Slice end = deliver(endpoint);
      if (end != null) {
        return end;
      }
    } while (!probe && !stopping && System.nanoTime() - endNs < 0);
    return Slice.MORE;
  }

  private boolean take(int most) {
    mode.flush();
    taken.clear();
    next = 0;
    return consumer.drain(most, taken) > 0;
  }

  /** Shows the next message; null to go on. */
  private Slice deliver(MessageEndpoint endpoint) throws ResourceException {
    Delivery delivery = taken.get(next);
    shown = delivery;
    DeliveryMode.Result result;
    try {
      result = mode.deliver(endpoint, delivery);
    } finally {
      shown = null;
    }
    next++;
    refusedMs = REFUSED_MS;
    return switch (result) {
      case DONE -> succeeded();
      case FAILED -> failed(delivery);
      case IN_DOUBT -> inDoubt(delivery);
    };
  }

  private Slice succeeded() {
    if (context.watch().succeeded()) {
      context.events().resumed();
    }
    return null;
  }

  /** A message without an identifier is known by its place in the queue. */
  private static Object identity(Delivery delivery) {
    String id = delivery.message().messageId();
    return id == null || id.isEmpty() ? (Object) delivery.sequence() : id;
  }

  private Slice failed(Delivery delivery) {
    if (context.watch().failed(identity(delivery))) {
      context.events().paused();
    }
    long delayMs = context.settings().limits().redeliveryDelayMs();
    if (delayMs == 0 || stopping) {
      giveBack(List.of(delivery));
      return Slice.MORE;
    }
    held = delivery;
    return Slice.hold(delayMs);
  }

  /**
   * The branch is prepared, or finished by somebody else: a new channel lets go of the delivery, so
   * that the branch alone decides where it goes. If it was rolled back already, the delivery is in
   * this channel's hands again and has been seen.
   */
  private Slice inDoubt(Delivery delivery) {
    LOG.log(
        Level.WARNING,
        "The transaction of a delivery from {0} is in doubt; its message waits for recovery",
        queue);
    held = delivery;
    return Slice.REOPEN;
  }

  /** Gives back what was held after a failure; the delay is over. */
  void giveBackHeld() {
    if (held != null) {
      Delivery failed = held;
      held = null;
      giveBack(List.of(failed));
    }
  }

  private void giveBack(List<Delivery> failed) {
    List<Delivery> unseen = List.copyOf(taken.subList(next, taken.size()));
    taken.clear();
    next = 0;
    if (failed.isEmpty() && unseen.isEmpty()) {
      return;
    }
    mode.flush();
    Ticket<Void> done = channel.giveBack(failed, unseen);
    done.whenDone((value, failure) -> log(failure));
  }

  /** Stops or resumes what the engine hands out. */
  void pause(boolean value) {
    if (paused != value) {
      paused = value;
      consumer.pause(value);
    }
  }

  /** Asks a turn that is under way to end after the message that it shows now. */
  void stopSoon() {
    stopping = true;
  }

  /**
   * Closes the channel.
   *
   * @param busy whether a bean still runs with one of its messages
   */
  void close(boolean busy) {
    if (channel == null) {
      return;
    }
    consumer.close();
    Delivery running = shown;
    if (!busy) {
      giveBackHeld();
    } else if (running != null && mode.resource() == null) {
      // The bean has seen it, so it may not go back as if nobody had.
      channel.settle(running, Outcome.FAILED, channel.autoCommit());
    }
    channel.close();
  }

  private static void release(MessageEndpoint endpoint) {
    if (endpoint == null) {
      return;
    }
    try {
      endpoint.release();
    } catch (RuntimeException e) {
      // Container boundary.
      LOG.log(Level.DEBUG, "An endpoint could not be released", e);
    }
  }

  private static void log(AmqpException failure) {
    if (failure != null) {
      LOG.log(
          Level.DEBUG,
          "Messages could not be given back; the broker takes them back itself: {0}",
          failure.getMessage());
    }
  }
}
