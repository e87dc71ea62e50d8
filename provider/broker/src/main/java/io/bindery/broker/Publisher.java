package io.bindery.broker;

import io.bindery.broker.Permissions.Access;
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

/**
 * The publishing side of a channel. For the channel's one publishing thread, except for what waited
 * for memory: that is published by the thread that frees it, one after the other, and the channel's
 * later publishes wait behind it.
 */
final class Publisher {
  private static final Ticket<PublishOutcome> ROUTED = Ticket.done(PublishOutcome.ROUTED);
  private static final Ticket<PublishOutcome> UNROUTED = Ticket.done(PublishOutcome.UNROUTED);
  private static final Ticket<PublishOutcome> REJECTED = Ticket.done(PublishOutcome.REJECTED);

  private final BrokerChannel channel;
  private final VirtualHost host;
  private final MemoryBudget memory;
  private final Routing routing = new Routing();
  private final int blockBytes;
  private final ArrayDeque<Waiting> waiting = new ArrayDeque<>(0);
  private volatile boolean someWait;
  private long creditBytes;
  private Route checkedRoute;
  private Exchange checkedExchange;

  private record Waiting(
      Route route,
      AmqpMessage message,
      Work work,
      Ticket<PublishOutcome> ticket,
      MemoryBudget.Waiter[] waiter) {}

  Publisher(BrokerChannel channel) {
    this.channel = channel;
    this.host = channel.home().host();
    this.memory = channel.home().broker().memory();
    this.blockBytes = memory.blockBytes();
  }

  Ticket<PublishOutcome> publish(Route route, AmqpMessage message, Work work) {
    try {
      Exchange exchange = checked(route, message);
      if (someWait) {
        return waits(route, message, work);
      }
      if (!claim(message.sizeBytes())) {
        return channel.holdsDeliveries()
            ? fromReserve(route, message, work)
            : waits(route, message, work);
      }
      return published(
          exchange,
          new Publication(message, route, channel.home().id(), channel.home().clientId()),
          work);
    } catch (AmqpException e) {
      return Ticket.failed(e);
    }
  }

  private Ticket<PublishOutcome> published(Exchange exchange, Publication publication, Work work)
      throws AmqpException {
    Ticket<PublishOutcome> ticket = answer(exchange, publication, work, routing);
    if (!publication.taken()) {
      creditBytes += publication.message().sizeBytes();
    }
    return ticket;
  }

  private Ticket<PublishOutcome> answer(
      Exchange exchange, Publication publication, Work work, Routing into) throws AmqpException {
    host.route(exchange, publication, into);
    return switch (work.publish(publication, into, channel.home().broker().environment().nowMs())) {
      case ROUTED -> ROUTED;
      case UNROUTED -> UNROUTED;
      case REJECTED -> REJECTED;
    };
  }

  /**
   * The exchange of a route, null for the default one. What was found allowed is remembered for the
   * same route object.
   */
  private Exchange checked(Route route, AmqpMessage message) throws AmqpException {
    if (channel.isClosed()) {
      throw channel.closedException();
    }
    if (message.sizeBytes() > Limits.MESSAGE_BYTES) {
      throw Limits.tooLarge(message.sizeBytes());
    }
    if (route == checkedRoute && (checkedExchange == null || host.isThere(checkedExchange))) {
      return checkedExchange;
    }
    Limits.checkName("Routing key", route.routingKey());
    channel.check(Access.WRITE, route.exchange());
    Exchange exchange = route.exchange().isEmpty() ? null : host.exchange(route.exchange());
    if (exchange != null && exchange.spec().internal()) {
      throw new AmqpException(
          ReplyCode.ACCESS_REFUSED,
          "Exchange '" + route.exchange() + "' is internal: only exchanges publish to it");
    }
    checkedRoute = route;
    checkedExchange = exchange;
    return exchange;
  }

  private boolean claim(int bytes) {
    if (creditBytes >= bytes) {
      creditBytes -= bytes;
      return true;
    }
    long block = Math.max(blockBytes, bytes);
    if (memory.claim(block)) {
      creditBytes += block - bytes;
      return true;
    }
    return false;
  }

  private Ticket<PublishOutcome> fromReserve(Route route, AmqpMessage message, Work work)
      throws AmqpException {
    host.sweep();
    if (!claim(message.sizeBytes()) && !memory.claimReserve(message.sizeBytes())) {
      throw memory.exhausted("this session holds unacknowledged messages, so that it may not wait");
    }
    return published(
        checked(route, message),
        new Publication(message, route, channel.home().id(), channel.home().clientId()),
        work);
  }

  private Ticket<PublishOutcome> waits(Route route, AmqpMessage message, Work work) {
    Waiting mine = new Waiting(route, message, work, new Ticket<>(), new MemoryBudget.Waiter[1]);
    synchronized (waiting) {
      waiting.add(mine);
      someWait = true;
    }
    mine.waiter[0] =
        memory.await(
            message.sizeBytes(),
            channel.home().spec().sendTimeoutMs(),
            failure -> {
              if (failure == null) {
                served(mine);
              } else {
                ended(mine);
                mine.ticket.fail(failure);
              }
            });
    return mine.ticket;
  }

  private void served(Waiting mine) {
    try {
      Exchange exchange =
          mine.route.exchange().isEmpty() ? null : host.exchange(mine.route.exchange());
      Publication publication =
          new Publication(mine.message, mine.route, channel.home().id(), channel.home().clientId());
      Ticket<PublishOutcome> answer = answer(exchange, publication, mine.work, new Routing());
      if (!publication.taken()) {
        memory.freed(mine.message.sizeBytes());
      }
      ended(mine);
      mine.ticket.complete(answer.await());
    } catch (AmqpException e) {
      memory.freed(mine.message.sizeBytes());
      ended(mine);
      mine.ticket.fail(e);
    }
  }

  private void ended(Waiting mine) {
    synchronized (waiting) {
      waiting.remove(mine);
      someWait = !waiting.isEmpty();
    }
  }

  /** Fails what waits, and gives back what was claimed and not used. */
  void close() {
    List<Waiting> left;
    synchronized (waiting) {
      left = List.copyOf(waiting);
    }
    for (Waiting each : left) {
      if (each.waiter[0] != null && memory.withdraw(each.waiter[0])) {
        ended(each);
        each.ticket.fail(channel.closedException());
      }
    }
    memory.freed(creditBytes);
    creditBytes = 0;
  }
}
