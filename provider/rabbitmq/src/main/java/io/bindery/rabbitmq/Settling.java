package io.bindery.rabbitmq;

import io.bindery.engine.AmqpException;
import io.bindery.engine.Delivery;
import io.bindery.engine.Outcome;
import io.bindery.engine.ReplyCode;
import io.bindery.engine.Ticket;
import io.bindery.engine.Transaction;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/**
 * How deliveries of a channel end. What is accepted one by one waits for a moment, so that many go
 * out together: until the channel writes something else, the consumer has run empty, half of the
 * prefetch is accepted, or for {@link #SOON_MS}. Who dies meanwhile gets it again, as redelivered.
 * Threads as the seam says.
 */
final class Settling {
  static final int SOON_MS = 5;

  /** More than the names, types and lengths of the arguments of a command have. */
  private static final int SETTLE_BYTES = 64;

  private static final int GIVE_BACK_BYTES = 64;

  /** The same of each consumer in it, without its tag. */
  private static final int GIVEN_BACK_BYTES = 80;

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
          channel.within(
              transaction,
              () -> {
                channel.wire().refuse(own.tag(), outcome == Outcome.FAILED);
                return null;
              });
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
   * Something that is written.
   *
   * @param <E> what it throws
   */
  interface Write<T, E extends Exception> {
    /** Writes it. */
    T run() throws E;
  }

  /**
   * Writes something that acknowledgements which come meanwhile must not overtake: they may belong
   * to what it begins, or to another transaction than what it writes. Holding the wire.
   */
  <T, E extends Exception> T beforeAll(Write<T, E> write) throws E {
    boolean outer = held;
    held = true;
    try {
      return write.run();
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
      channel.checkOpen();
      takeAll(own);
      if (needsNoAnswer(own, outcome, transaction)) {
        return acceptAll(own, transaction);
      }
    } catch (AmqpException e) {
      return Ticket.failed(e);
    }
    Settlement settlement = new Settlement(own, outcome, parts(own, outcome));
    return settlement.parts.size() > 1 && transaction.autoCommit()
        ? settleTogether(settlement)
        : settle(settlement, transaction);
  }

  /**
   * Deliveries that are settled in one step.
   *
   * @param parts their tags, which need not fit into one command
   */
  private record Settlement(List<RabbitDelivery> own, Outcome outcome, List<List<Object>> parts) {
    private Map<String, Object> arguments(List<Object> part) {
      return Map.of("delivery-tags", part, "outcome", outcome.name().toLowerCase(Locale.ROOT));
    }
  }

  /** The order of settling shows only where dead letters are published. */
  private List<List<Object>> parts(List<RabbitDelivery> own, Outcome outcome) {
    int mostBytes = channel.wire().mostArgumentBytes() - SETTLE_BYTES;
    return DeliveryTags.in(outcome == Outcome.REJECTED ? own : sorted(own), mostBytes);
  }

  private static List<RabbitDelivery> sorted(List<RabbitDelivery> deliveries) {
    List<RabbitDelivery> sorted = new ArrayList<>(deliveries);
    sorted.sort(Comparator.comparingLong(RabbitDelivery::tag));
    return sorted;
  }

  /** All or none, though it takes several commands: in a transaction of their own. */
  private Ticket<Void> settleTogether(Settlement settlement) {
    Transaction whole = channel.begin();
    Ticket<Void> ticket = new Ticket<>();
    settle(settlement, (RabbitTransaction) whole)
        .whenDone(
            (settled, refused) ->
                // Whoever reads the answers does not write.
                channel.home().errand(() -> end(whole, refused, ticket)));
    return ticket;
  }

  private static void end(Transaction whole, AmqpException refused, Ticket<Void> ticket) {
    Ticket<Void> end = refused == null ? whole.commit() : whole.rollback();
    end.whenDone(
        (done, failure) -> {
          AmqpException why = refused == null ? failure : refused;
          if (why == null) {
            ticket.complete(null);
          } else {
            ticket.fail(why);
          }
        });
  }

  private Ticket<Void> settle(Settlement settlement, RabbitTransaction transaction) {
    List<RabbitDelivery> own = settlement.own;
    Ticket<Void> answer;
    try {
      channel.checkOpen();
      transaction.begin(channel);
      if (!transaction.autoCommit() && !transaction.isOf(channel)) {
        hands.exactly();
      }
      synchronized (writing()) {
        answer =
            channel.within(
                transaction,
                () ->
                    Tickets.all(
                        settlement.parts.stream()
                            .map(part -> channel.asked("settle", settlement.arguments(part)))
                            .toList()));
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
      channel.checkOpen();
      if (failed.isEmpty() && released.isEmpty()) {
        return Ticket.done();
      }
      Returned returned = new Returned(failed, released);
      returned.check(channel.wire().mostArgumentBytes(), consumers);
      returned.take();
      return giveBackAll(returned, consumers);
    } catch (AmqpException e) {
      return Ticket.failed(e);
    }
  }

  /** What is given back in one step, and so with one command. */
  private static final class Returned {
    private final List<RabbitDelivery> seen;
    private final List<RabbitDelivery> unseen;
    private final List<Object> seenTags;
    private final List<Object> unseenTags;

    /** What was in hand; the rest was settled before, perhaps in something that is undone. */
    private final List<RabbitDelivery> taken = new ArrayList<>();

    private Returned(List<RabbitDelivery> seen, List<RabbitDelivery> unseen) {
      this.seen = seen;
      this.unseen = unseen;
      seenTags = tags(seen);
      unseenTags = tags(unseen);
    }

    private static List<Object> tags(List<RabbitDelivery> deliveries) {
      return DeliveryTags.in(sorted(deliveries), Integer.MAX_VALUE).get(0);
    }

    private void check(int most, Collection<RabbitConsumer> sent) throws AmqpException {
      int bytes = GIVE_BACK_BYTES + DeliveryTags.bytes(seenTags) + DeliveryTags.bytes(unseenTags);
      for (RabbitConsumer each : sent) {
        bytes += GIVEN_BACK_BYTES + each.tag().getBytes(StandardCharsets.UTF_8).length;
      }
      if (bytes > most) {
        throw new AmqpException(
            ReplyCode.PRECONDITION_FAILED,
            "Giving back "
                + (seen.size() + unseen.size())
                + " deliveries in one step takes "
                + bytes
                + " bytes, and a frame (frame-max) has room for "
                + most
                + "; nothing was given back, and closing the channel gives back all of it");
      }
    }

    private void take() {
      Stream.concat(seen.stream(), unseen.stream())
          .filter(RabbitDelivery::settle)
          .forEach(taken::add);
    }

    /** Null when the server has done it. */
    private void answered(AmqpException refused) {
      if (refused != null) {
        taken.forEach(RabbitDelivery::unsettle);
        return;
      }
      seen.forEach(RabbitDelivery::end);
      unseen.forEach(RabbitDelivery::end);
    }
  }

  /** What consumers were sent and nobody drained is not ahead of it then. */
  private Ticket<Void> giveBackAll(Returned returned, Collection<RabbitConsumer> sent) {
    List<Map<String, Object>> undrained = new ArrayList<>(sent.size());
    Ticket<WireChannel.Answer> answer;
    synchronized (writing()) {
      sent.forEach(each -> undrained.add(each.giveBack()));
      answer =
          channel
              .wire()
              .ask(
                  "give-back",
                  Map.of(
                      "seen",
                      returned.seenTags,
                      "unseen",
                      returned.unseenTags,
                      "consumers",
                      undrained),
                  refused -> {
                    returned.answered(refused);
                    sent.forEach(each -> each.gaveBack(refused));
                  });
    }
    return Tickets.nothing(answer);
  }
}
