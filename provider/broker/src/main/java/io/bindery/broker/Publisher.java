package io.bindery.broker;

import io.bindery.broker.Permissions.Access;
import io.bindery.broker.queue.MessageQueue;
import io.bindery.broker.routing.Exchange;
import io.bindery.broker.routing.Publication;
import io.bindery.broker.routing.Routing;
import io.bindery.engine.AmqpException;
import io.bindery.engine.AmqpMessage;
import io.bindery.engine.PublishOutcome;
import io.bindery.engine.ReplyCode;
import io.bindery.engine.Route;
import io.bindery.engine.Ticket;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import java.util.concurrent.atomic.AtomicLongFieldUpdater;

/**
 * The publishing side of a channel. For the channel's one publishing thread, except for what waited
 * for memory: that is published by the thread that frees it, one after the other, and the channel's
 * later publishes wait behind it.
 */
final class Publisher {
  private static final AtomicLongFieldUpdater<Publisher> CREDIT =
      AtomicLongFieldUpdater.newUpdater(Publisher.class, "creditBytes");
  private static final AtomicIntegerFieldUpdater<Publisher> FORGOTTEN =
      AtomicIntegerFieldUpdater.newUpdater(Publisher.class, "forgotten");

  private final BrokerChannel channel;
  private final VirtualHost host;
  private final MemoryBudget memory;
  private final Routing routing = new Routing();
  private final int blockBytes;
  private final ArrayDeque<Waiting> waiting = new ArrayDeque<>(0);
  private boolean serving;
  private volatile boolean someWait;

  /**
   * Claimed and not used. The publishing thread takes all of it and puts the rest back; any thread
   * may take it away.
   */
  private volatile long creditBytes;

  private volatile Publication.Source source;
  private double restMs;

  /** What was found allowed, until permissions change. */
  private volatile Route checkedRoute;

  private Exchange checkedExchange;

  /** How often that was forgotten. */
  private volatile int forgotten;

  Publisher(BrokerChannel channel) {
    this.channel = channel;
    this.host = channel.home().host();
    this.memory = channel.home().broker().memory();
    this.source = new Publication.Source(channel.home().id(), channel.home().clientId());
    this.blockBytes = memory.blockBytes();
  }

  Ticket<PublishOutcome> publish(Route route, AmqpMessage message, Work work) {
    Objects.requireNonNull(work, "transaction");
    try {
      Exchange exchange = checked(route, message);
      if (someWait) {
        return waits(route, message, work);
      }
      int bytes = message.sizeBytes();
      if (!claim(bytes)) {
        boolean holds = holdsDeliveries(work);
        if (!holds || !memory.claimReserve(bytes)) {
          if (holds && !memory.waitsForDisk(bytes)) {
            throw memory.exhausted(MemoryBudget.HOLDS);
          }
          return waits(route, message, work);
        }
      }
      return published(exchange, publication(route, message), work);
    } catch (AmqpException e) {
      return Ticket.failed(e);
    }
  }

  /** A connection may take its client identifier when its channels are there already. */
  private Publication.Source source() {
    Publication.Source now = source;
    if (!now.clientId().equals(channel.home().clientId())) {
      now = new Publication.Source(channel.home().id(), channel.home().clientId());
      source = now;
    }
    return now;
  }

  private Publication publication(Route route, AmqpMessage message) {
    return new Publication(message, route, source(), channel.home().broker().messages());
  }

  private Ticket<PublishOutcome> published(Exchange exchange, Publication publication, Work work)
      throws AmqpException {
    try {
      Ticket<PublishOutcome> answer = answer(exchange, publication, work, routing);
      look();
      return answer;
    } finally {
      if (!publication.taken()) {
        putBack(publication.message().sizeBytes());
      }
    }
  }

  private void look() {
    double beforeMs = restMs;
    for (int i = 0; i < routing.size(); i++) {
      if (routing.get(i) instanceof MessageQueue queue) {
        restMs = Math.max(restMs, queue.restMs(beforeMs));
      }
    }
  }

  /** See {@link BrokerChannel#restMs}. */
  int restMs() {
    int whole = (int) restMs;
    restMs -= whole;
    return whole;
  }

  private Ticket<PublishOutcome> answer(
      Exchange exchange, Publication publication, Work work, Routing into) throws AmqpException {
    host.route(exchange, publication, into);
    return work.publish(publication, into, channel.home().broker().environment().nowMs());
  }

  /** Looks at permissions again when something is published next; any thread. */
  void forgetPermissions() {
    FORGOTTEN.incrementAndGet(this);
    checkedRoute = null;
  }

  /**
   * The exchange of a route, null for the default one. What was found allowed is remembered for the
   * same route object.
   */
  private Exchange checked(Route route, AmqpMessage message) throws AmqpException {
    if (channel.isClosed()) {
      throw channel.closedException();
    }
    Limits.checkMessage(message);
    channel.home().broker().checkStorable(message);
    if (message.sizeBytes() > memory.limitBytes()) {
      throw memory.tooSmallFor(message.sizeBytes());
    }
    if (route == checkedRoute && (checkedExchange == null || host.isThere(checkedExchange))) {
      return checkedExchange;
    }
    int before = forgotten;
    Limits.checkName("Routing key", route.routingKey());
    for (String key : route.copies()) {
      Limits.checkName("Routing key", key);
    }
    channel.home().checkExchange(Access.WRITE, route.exchange());
    Exchange exchange = exchange(route);
    if (exchange != null && exchange.spec().internal()) {
      throw new AmqpException(
          ReplyCode.ACCESS_REFUSED,
          "cannot publish to internal exchange '"
              + route.exchange()
              + "' in vhost '"
              + host.name()
              + "': only exchanges do");
    }
    if (exchange != null && exchange.isTopic()) {
      for (String key : route.routingKeys()) {
        channel.home().checkTopic(Access.WRITE, new Permissions.Topic(route.exchange(), key));
      }
    }
    checkedExchange = exchange;
    checkedRoute = route;
    if (forgotten != before) {
      // It may have been allowed by what held before. Who forgets counts first: one of both sees
      // the other.
      checkedRoute = null;
    }
    return exchange;
  }

  private Exchange exchange(Route route) throws AmqpException {
    return route.exchange().isEmpty() ? null : host.exchange(route.exchange());
  }

  // --- credit ---

  private boolean claim(int bytes) {
    long credit = CREDIT.getAndSet(this, 0);
    boolean enough = credit >= bytes && !memory.diskIsFull();
    if (!enough) {
      long block = Math.max(blockBytes, bytes);
      enough = memory.claim(block);
      credit += enough ? block : 0;
    }
    putBack(enough ? credit - bytes : credit);
    return enough;
  }

  private void putBack(long bytes) {
    CREDIT.addAndGet(this, bytes);
    // Who closes the channel recalls the credit after it has marked it closed: one of both sees
    // the other.
    if (channel.isClosed()) {
      recallCredit();
    }
  }

  /** Gives back what is claimed and not used. Any thread. */
  void recallCredit() {
    long credit = CREDIT.getAndSet(this, 0);
    if (credit > 0) {
      memory.freed(credit);
    }
  }

  // --- waiting ---

  private boolean holdsDeliveries(Work work) {
    return channel.holdsDeliveries() || work.holdsDeliveries();
  }

  private Ticket<PublishOutcome> waits(Route route, AmqpMessage message, Work work) {
    Waiting mine;
    synchronized (waiting) {
      // Behind one that waits for others nothing is served before.
      boolean forDisk = waiting.isEmpty() ? holdsDeliveries(work) : waiting.peekLast().isForDisk();
      mine = new Waiting(route, message, work, forDisk);
      waiting.add(mine);
      someWait = true;
    }
    memory.await(mine, channel.home().spec().sendTimeoutMs());
    if (channel.isClosed()) {
      close();
    }
    return mine.ticket;
  }

  /** Publishes what was granted, in the channel's order, on one thread at a time. */
  private void serve() {
    synchronized (waiting) {
      if (serving) {
        return;
      }
      serving = true;
    }
    for (Waiting next = nextGranted(); next != null; next = nextGranted()) {
      next.publish();
    }
  }

  private Waiting nextGranted() {
    synchronized (waiting) {
      Waiting head = waiting.peek();
      if (head == null || !head.granted) {
        serving = false;
        return null;
      }
      return head;
    }
  }

  private void ended(Waiting mine) {
    synchronized (waiting) {
      waiting.remove(mine);
      someWait = !waiting.isEmpty();
    }
  }

  /** Fails what waits, and gives back what was claimed and not used. The channel is closed. */
  void close() {
    List<Waiting> left;
    synchronized (waiting) {
      left = List.copyOf(waiting);
    }
    for (Waiting each : left) {
      if (memory.withdraw(each)) {
        each.refused(channel.closedException());
      }
    }
    recallCredit();
  }

  /** A publish that waits for memory. */
  private final class Waiting extends MemoryBudget.Waiter {
    private final Route route;
    private final AmqpMessage message;
    private final Work work;
    private final Ticket<PublishOutcome> ticket = new Ticket<>();
    private boolean granted;

    private Waiting(Route route, AmqpMessage message, Work work, boolean forDisk) {
      super(message.sizeBytes(), forDisk);
      this.route = route;
      this.message = message;
      this.work = work;
    }

    @Override
    void granted() {
      synchronized (waiting) {
        granted = true;
      }
      serve();
    }

    @Override
    void refused(AmqpException why) {
      ended(this);
      ticket.fail(why);
      serve();
    }

    private void answered(PublishOutcome outcome, AmqpException failure) {
      if (failure == null) {
        ticket.complete(outcome);
      } else {
        ticket.fail(failure);
      }
    }

    private void publish() {
      Publication publication = publication(route, message);
      try {
        if (channel.isClosed()) {
          throw channel.closedException();
        }
        Ticket<PublishOutcome> answer = answer(exchange(route), publication, work, new Routing());
        ended(this);
        answer.whenDone(this::answered);
      } catch (AmqpException e) {
        ended(this);
        ticket.fail(e);
      } finally {
        if (!publication.taken()) {
          memory.freed(message.sizeBytes());
        }
      }
    }
  }
}
