package io.bindery.rabbitmq;

import io.bindery.engine.AmqpException;
import io.bindery.engine.Delivery;
import io.bindery.engine.Outcome;
import io.bindery.engine.ReplyCode;
import io.bindery.engine.Ticket;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * How deliveries of a channel end. What is accepted one by one waits for a moment, so that many go
 * out together: until the channel writes something else, the consumer has run empty, half of the
 * prefetch is accepted, or for {@link #SOON_MS}. Who dies meanwhile gets it again, as redelivered.
 * Threads as the seam says.
 */
final class Settling {
  static final int SOON_MS = 5;

  private final RabbitChannel channel;
  private final Hands hands = new Hands();

  /** Guarded by the wire. */
  private boolean held;

  Settling(RabbitChannel channel) {
    this.channel = channel;
  }

  Hands hands() {
    return hands;
  }

  private Object writing() {
    return channel.wire().writing();
  }

  Ticket<Void> settle(Delivery delivery, Outcome outcome, RabbitTransaction transaction) {
    boolean plain =
        outcome == Outcome.ACCEPTED && transaction.isOf(channel)
            || outcome != Outcome.RELEASED && transaction.autoCommit();
    if (!plain) {
      return settle(List.of(delivery), outcome, transaction);
    }
    try {
      RabbitDelivery own = own(delivery);
      channel.checkOpen();
      transaction.check();
      if (!own.settle()) {
        throw unknown(delivery);
      }
      if (outcome == Outcome.ACCEPTED) {
        accept(own, transaction);
      } else {
        own.end();
        synchronized (writing()) {
          channel.enter(transaction);
          channel.wire().refuse(own.tag(), outcome == Outcome.FAILED);
        }
      }
      return Ticket.done();
    } catch (AmqpException e) {
      return Ticket.failed(e);
    }
  }

  private void accept(RabbitDelivery own, RabbitTransaction transaction) throws AmqpException {
    if (hands.holdsOther(transaction)) {
      flush();
    }
    transaction.settled(List.of(own));
    switch (hands.accept(own, transaction)) {
      case NOW -> flush();
      case SOON -> channel.home().later(this::flushLate, SOON_MS);
      default -> {}
    }
  }

  private void flushLate() {
    hands.timeOver();
    flush();
  }

  /** Writes the acknowledgements that wait. */
  void flush() {
    if (hands.isWritten()) {
      return;
    }
    synchronized (writing()) {
      if (held) {
        return;
      }
      try {
        // What comes meanwhile, too.
        for (Hands.Batch next = hands.take(); next != null; next = hands.take()) {
          channel.change(next.within());
          write(next);
        }
      } catch (AmqpException e) {
        // The channel is over, or about to be, and whoever must know is told so: it comes again.
      }
    }
  }

  private void write(Hands.Batch batch) throws AmqpException {
    List<RabbitDelivery> accepted = batch.accepted();
    if (batch.multiple()) {
      long last = accepted.get(accepted.size() - 1).tag();
      channel.wire().acknowledge(last, accepted.size() > 1);
      return;
    }
    for (RabbitDelivery each : accepted) {
      channel.wire().acknowledge(each.tag(), false);
    }
  }

  /**
   * Writes something that acknowledgements which come meanwhile must not overtake: they may belong
   * to what it begins, or be later than those that it is written for. Holding the wire.
   */
  void beforeAll(Runnable write) {
    boolean outer = held;
    held = true;
    try {
      write.run();
    } finally {
      held = outer;
    }
  }

  Ticket<Void> settle(
      List<? extends Delivery> deliveries, Outcome outcome, RabbitTransaction transaction) {
    if (deliveries.isEmpty()) {
      return Ticket.done();
    }
    List<RabbitDelivery> own;
    try {
      own = own(deliveries);
      takeAll(own);
      if (needsNoAnswer(own, outcome, transaction)) {
        return acceptAll(own, transaction);
      }
    } catch (AmqpException e) {
      return Ticket.failed(e);
    }
    Map<String, Object> arguments =
        Map.of("delivery-tags", tags(own), "outcome", outcome.name().toLowerCase(Locale.ROOT));
    Ticket<Void> answer;
    try {
      channel.checkOpen();
      transaction.begin(channel);
      if (!transaction.autoCommit() && !transaction.isOf(channel)) {
        hands.exactly();
      }
      synchronized (writing()) {
        channel.enter(transaction);
        answer = channel.asked("settle", arguments);
      }
      transaction.settling(channel, answer);
    } catch (AmqpException e) {
      answer = Ticket.failed(e);
    }
    answer.whenDone(
        (done, failure) -> {
          if (failure != null) {
            own.forEach(RabbitDelivery::unsettle);
            return;
          }
          transaction.settled(own);
          if (transaction.autoCommit()) {
            own.forEach(RabbitDelivery::end);
          }
        });
    return answer;
  }

  /** What no disk keeps is acknowledged when that is written: who dies then has lost no more. */
  private static boolean needsNoAnswer(
      List<RabbitDelivery> own, Outcome outcome, RabbitTransaction transaction) {
    return outcome == Outcome.ACCEPTED
        && transaction.autoCommit()
        && own.stream().noneMatch(each -> each.message().persistent());
  }

  private Ticket<Void> acceptAll(List<RabbitDelivery> own, RabbitTransaction transaction)
      throws AmqpException {
    channel.checkOpen();
    for (RabbitDelivery each : own) {
      accept(each, transaction);
    }
    flush();
    channel.wire().push();
    return Ticket.done();
  }

  private static void takeAll(List<RabbitDelivery> own) throws AmqpException {
    for (int i = 0; i < own.size(); i++) {
      if (!own.get(i).settle()) {
        own.subList(0, i).forEach(RabbitDelivery::unsettle);
        throw unknown(own.get(i));
      }
    }
  }

  private static List<Long> tags(List<RabbitDelivery> deliveries) {
    return deliveries.stream().map(RabbitDelivery::tag).toList();
  }

  private RabbitDelivery own(Delivery delivery) throws AmqpException {
    if (delivery instanceof RabbitDelivery own && own.owner() == channel) {
      return own;
    }
    throw unknown(delivery);
  }

  private List<RabbitDelivery> own(List<? extends Delivery> deliveries) throws AmqpException {
    List<RabbitDelivery> own = new ArrayList<>(deliveries.size());
    for (Delivery each : deliveries) {
      own.add(own(each));
    }
    return own;
  }

  private static AmqpException unknown(Delivery delivery) {
    return new AmqpException(
        ReplyCode.PRECONDITION_FAILED,
        "Delivery "
            + delivery.sequence()
            + " of queue '"
            + delivery.queue()
            + "' is not in the hands of this channel: it was settled already, or delivered to another");
  }

  Ticket<Void> giveBack(
      List<? extends Delivery> seen,
      List<? extends Delivery> unseen,
      Collection<RabbitConsumer> consumers) {
    try {
      List<RabbitDelivery> failed = own(seen);
      List<RabbitDelivery> released = own(unseen);
      failed.forEach(RabbitDelivery::settle);
      released.forEach(RabbitDelivery::settle);
      channel.checkOpen();
      if (failed.isEmpty() && released.isEmpty()) {
        return Ticket.done();
      }
      return giveBackAll(failed, released, consumers);
    } catch (AmqpException e) {
      return Ticket.failed(e);
    }
  }

  /** What consumers were sent and nobody drained is not ahead of it then. */
  private Ticket<Void> giveBackAll(
      List<RabbitDelivery> seen, List<RabbitDelivery> unseen, Collection<RabbitConsumer> sent) {
    List<Map<String, Object>> undrained = new ArrayList<>(sent.size());
    Ticket<WireChannel.Answer> answer;
    synchronized (writing()) {
      sent.forEach(each -> undrained.add(each.giveBack()));
      answer =
          channel
              .wire()
              .ask(
                  "give-back",
                  Map.of("seen", tags(seen), "unseen", tags(unseen), "consumers", undrained),
                  () -> {
                    seen.forEach(RabbitDelivery::end);
                    unseen.forEach(RabbitDelivery::end);
                    sent.forEach(RabbitConsumer::gaveBack);
                  });
    }
    return Tickets.nothing(answer);
  }
}
