package io.bindery.rabbitmq;

import io.bindery.engine.AmqpException;
import io.bindery.engine.Delivery;
import io.bindery.engine.Outcome;
import io.bindery.engine.Ticket;
import java.util.ArrayList;
import java.util.List;

/**
 * How deliveries of a channel that comes back end: what went with a connection is in the queue
 * again, which not everybody may be told as if it were settled. Threads as the seam says.
 */
final class LastingSettling {
  private final LastingChannel channel;

  LastingSettling(LastingChannel channel) {
    this.channel = channel;
  }

  /** In a transaction that is lost it is in vain, which the commit tells. */
  Ticket<Void> settle(Delivery delivery, Outcome outcome, LastingTransaction within) {
    RabbitChannel on = holder(delivery);
    if (on == null) {
      return wentBack(delivery, outcome, within);
    }
    Ticket<Void> ticket;
    try {
      ticket = on.settle(delivery, outcome, within.on(on));
    } catch (AmqpException e) {
      return within.isLost() ? Ticket.done() : Ticket.failed(e);
    }
    AmqpException failure = ticket.failure();
    return failure != null && channel.line().isLoss(on, failure)
        ? wentBack(delivery, outcome, within)
        : ticket;
  }

  /** The channel that has a delivery; null when that is lost. */
  private RabbitChannel holder(Delivery delivery) {
    RabbitChannel on = channel.line().live();
    if (on != null && delivery instanceof RabbitDelivery own && own.owner() == on) {
      return on;
    }
    return Losses.isLost(delivery) ? null : channel.bound();
  }

  private Ticket<Void> wentBack(Delivery delivery, Outcome outcome, LastingTransaction within) {
    if (channel.isClosed()) {
      return Ticket.failed(Losses.closed("channel"));
    }
    boolean matters = outcome == Outcome.ACCEPTED || outcome == Outcome.REJECTED;
    return matters && !within.isLost() ? Ticket.failed(Losses.lost(delivery)) : Ticket.done();
  }

  Ticket<Void> settle(
      List<? extends Delivery> deliveries, Outcome outcome, LastingTransaction within) {
    if (within.isLost() || deliveries.isEmpty()) {
      return Ticket.done();
    }
    List<Delivery> there = there(deliveries);
    if (there.size() < deliveries.size()) {
      Ticket<Void> told = wentBack(gone(deliveries), outcome, within);
      if (told.failure() != null) {
        // All or none.
        return told;
      }
    }
    RabbitChannel on = channel.bound();
    if (there.isEmpty() || on == null) {
      return openTicket();
    }
    try {
      return answered(on, on.settle(there, outcome, within.on(on)), outcome, within);
    } catch (AmqpException e) {
      return within.isLost() ? Ticket.done() : Ticket.failed(e);
    }
  }

  private Ticket<Void> answered(
      RabbitChannel on, Ticket<Void> answer, Outcome outcome, LastingTransaction within) {
    Ticket<Void> ticket = new Ticket<>();
    answer.whenDone(
        (done, failure) -> {
          boolean goesBack = outcome == Outcome.FAILED || outcome == Outcome.RELEASED;
          if (failure == null
              || (channel.line().isLoss(on, failure) && (goesBack || !within.autoCommit()))) {
            ticket.complete(null);
          } else {
            ticket.fail(channel.line().isLoss(on, failure) ? Losses.settledOrNot() : failure);
          }
        });
    return ticket;
  }

  private static List<Delivery> there(List<? extends Delivery> deliveries) {
    List<Delivery> there = new ArrayList<>(deliveries.size());
    for (Delivery each : deliveries) {
      if (!Losses.isLost(each)) {
        there.add(each);
      }
    }
    return there;
  }

  private static Delivery gone(List<? extends Delivery> deliveries) {
    for (Delivery each : deliveries) {
      if (Losses.isLost(each)) {
        return each;
      }
    }
    return deliveries.get(0);
  }

  /** What went with a connection is given back already. */
  Ticket<Void> giveBack(
      List<? extends Delivery> seen,
      List<? extends Delivery> unseen,
      LastingTransaction autoCommit) {
    List<Delivery> failed = there(seen);
    List<Delivery> released = there(unseen);
    RabbitChannel on = channel.bound();
    if (on == null || (failed.isEmpty() && released.isEmpty())) {
      return openTicket();
    }
    return answered(on, on.giveBack(failed, released), Outcome.RELEASED, autoCommit);
  }

  private Ticket<Void> openTicket() {
    return channel.isClosed() ? Ticket.failed(Losses.closed("channel")) : Ticket.done();
  }
}
