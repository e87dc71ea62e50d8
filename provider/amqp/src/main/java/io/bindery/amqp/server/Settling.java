package io.bindery.amqp.server;

import io.bindery.amqp.codec.BasicMethod;
import io.bindery.amqp.codec.MethodType;
import io.bindery.amqp.codec.ProtocolException;
import io.bindery.amqp.server.Unsettled.Held;
import io.bindery.engine.AmqpException;
import io.bindery.engine.Delivery;
import io.bindery.engine.Outcome;
import io.bindery.engine.ReplyCode;
import io.bindery.engine.Ticket;
import io.bindery.engine.Transaction;
import io.bindery.engine.XaException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * How deliveries of a channel end: ack, nack, reject, recover (AMQP 0-9-1, class basic). On the
 * event loop.
 */
final class Settling {
  private final ClientChannel channel;
  private final Unsettled unsettled = new Unsettled();
  private final Map<Transaction, Map<Long, Held>> settledIn = new IdentityHashMap<>(0);
  private Ticket<Void> last = Ticket.done();

  Settling(ClientChannel channel) {
    this.channel = channel;
  }

  /**
   * Done when what was acknowledged before is out of the consumers' hands. Journals end work in its
   * order, so it is the last that counts; whether it failed is told elsewhere.
   */
  Ticket<Void> acknowledged() {
    return last;
  }

  Unsettled unsettled() {
    return unsettled;
  }

  void method(BasicMethod method) throws AmqpException {
    if (method instanceof BasicMethod.Ack ack) {
      settle(taken(ack.deliveryTag(), ack.multiple(), ack.type()), Outcome.ACCEPTED, ack.type());
    } else if (method instanceof BasicMethod.Nack nack) {
      settle(
          taken(nack.deliveryTag(), nack.multiple(), nack.type()),
          refused(nack.requeue()),
          nack.type());
    } else if (method instanceof BasicMethod.Reject reject) {
      settle(
          taken(reject.deliveryTag(), false, reject.type()),
          refused(reject.requeue()),
          reject.type());
    } else if (method instanceof BasicMethod.Recover recover) {
      recover(recover.requeue(), recover.type());
      channel.reply(new BasicMethod.RecoverOk());
      channel.consuming().resume();
    } else if (method instanceof BasicMethod.RecoverAsync recover) {
      recover(recover.requeue(), recover.type());
      channel.consuming().resume();
    }
  }

  private static Outcome refused(boolean requeue) {
    return requeue ? Outcome.FAILED : Outcome.REJECTED;
  }

  /** AMQP 0-9-1, delivery-tag: 0 with multiple is all; what is not outstanding is an error. */
  private List<Held> taken(long tag, boolean multiple, MethodType about) throws ProtocolException {
    if (multiple && tag == 0) {
      return unsettled.removeAll();
    }
    if (multiple) {
      List<Held> several = unsettled.removeUpTo(tag);
      if (several != null) {
        return several;
      }
    } else {
      Held one = unsettled.remove(tag);
      if (one != null) {
        return List.of(one);
      }
    }
    throw new ProtocolException(
        ReplyCode.PRECONDITION_FAILED, "unknown delivery tag " + Long.toUnsignedString(tag), about);
  }

  private void settle(List<Held> held, Outcome outcome, MethodType about) {
    Transaction transaction = channel.work().current();
    keep(held, transaction);
    if (held.size() == 1 || transaction.autoCommit() && outcome == Outcome.ACCEPTED) {
      // An ack is not answered: it waits for the disk no more than one message's does.
      held.forEach(each -> settle(each.delivery(), outcome, transaction, about));
    } else if (!held.isEmpty()) {
      List<Delivery> deliveries = held.stream().map(Held::delivery).toList();
      channel
          .connection()
          .then(
              channel.engine().settle(deliveries, outcome, transaction),
              (done, failure) -> {
                if (isGone(failure)) {
                  // One of them was: all or none were settled.
                  deliveries.forEach(each -> settle(each, outcome, transaction, about));
                } else if (failure != null) {
                  channel.fail(failure, about);
                }
              });
    }
    channel.consuming().resume();
  }

  private void settle(
      Delivery delivery, Outcome outcome, Transaction transaction, MethodType about) {
    Ticket<Void> ticket = channel.engine().settle(delivery, outcome, transaction);
    if (ticket.isDone() && ticket.failure() == null) {
      return;
    }
    last = ticket;
    channel
        .connection()
        .then(
            ticket,
            (done, failure) -> {
              if (failure != null && !isGone(failure)) {
                channel.fail(failure, about);
              }
            });
  }

  /** The tag was right, but the message went with its queue. */
  private static boolean isGone(AmqpException failure) {
    return failure != null
        && failure.replyCode() == ReplyCode.PRECONDITION_FAILED
        && !(failure instanceof XaException);
  }

  // --- by commands ---

  /** Settles some, all or none; tells the failure, or null. */
  void settle(List<Long> tags, Outcome outcome, Consumer<AmqpException> then) throws AmqpException {
    List<Held> held = unsettled.removeAll(tags);
    Transaction transaction = channel.work().current();
    keep(held, transaction);
    List<Delivery> deliveries = held.stream().map(Held::delivery).toList();
    channel
        .connection()
        .then(
            channel.engine().settle(deliveries, outcome, transaction),
            (done, failure) -> {
              if (!channel.isOpen()) {
                return;
              }
              if (failure != null) {
                takeBack(held, transaction);
              }
              then.accept(failure);
            });
    channel.consuming().resume();
  }

  /** How many the client has, with those that are settled in transactions. */
  int held() {
    return unsettled.size() + settledIn.values().stream().mapToInt(Map::size).sum();
  }

  /** Gives some that were delivered back in one step; what is settled stays. */
  void giveBackTags(List<Long> seen, List<Long> unseen) {
    giveBack(taken(seen), taken(unseen));
  }

  /** Gives back, as never seen, what a consumer got after a delivery. */
  void giveBackAfter(long tag, Feed consumer) {
    giveBack(List.of(), taken(unsettled.tagsAfter(tag, consumer)));
  }

  /** Gives back, as never seen, all that is not settled. */
  void giveBackRest() {
    giveBack(List.of(), unsettled.removeAll().stream().map(Held::delivery).toList());
  }

  /** Fails for a tag that no delivery of the channel has had. */
  void checkDelivered(List<Long> tags) throws AmqpException {
    for (long tag : tags) {
      if (tag < 1 || tag > channel.consuming().lastTag()) {
        throw Unsettled.unknown(tag);
      }
    }
  }

  private List<Delivery> taken(List<Long> tags) {
    List<Delivery> taken = new ArrayList<>(tags.size());
    for (long tag : tags) {
      Held one = unsettled.remove(tag);
      if (one == null) {
        one = takenFromTransaction(tag);
      }
      if (one != null) {
        taken.add(one.delivery());
      }
    }
    return taken;
  }

  /** A branch may have been rolled back without this connection knowing. */
  private Held takenFromTransaction(long tag) {
    for (Map<Long, Held> each : settledIn.values()) {
      Held one = each.remove(tag);
      if (one != null) {
        return one;
      }
    }
    return null;
  }

  private void recover(boolean requeue, MethodType about) throws ProtocolException {
    if (!requeue) {
      throw new ProtocolException(
          ReplyCode.NOT_IMPLEMENTED,
          "requeue=false: a message is never delivered to the same",
          about);
    }
    giveBack(unsettled.removeAll());
  }

  /** Gives deliveries back as seen, in one step. */
  private void giveBack(Collection<Held> seen) {
    giveBack(seen.stream().map(Held::delivery).toList(), List.of());
  }

  private void giveBack(List<Delivery> seen, List<Delivery> unseen) {
    if (seen.isEmpty() && unseen.isEmpty()) {
      return;
    }
    channel
        .connection()
        .then(
            channel.engine().giveBack(seen, unseen),
            (done, failure) -> {
              if (isGone(failure)) {
                // One of them was: all or none were given back.
                seen.forEach(each -> channel.engine().giveBack(List.of(each), List.of()));
                unseen.forEach(each -> channel.engine().giveBack(List.of(), List.of(each)));
              }
            });
  }

  // --- transactions ---

  private void keep(List<Held> held, Transaction transaction) {
    if (!transaction.autoCommit() && !held.isEmpty()) {
      Map<Long, Held> kept = settledIn.computeIfAbsent(transaction, any -> new HashMap<>());
      held.forEach(each -> kept.put(each.tag(), each));
    }
  }

  /** They are not settled after all. */
  private void takeBack(List<Held> held, Transaction transaction) {
    Map<Long, Held> kept = settledIn.get(transaction);
    unsettled.restore(
        held.stream()
            .filter(
                each -> transaction.autoCommit() || kept != null && kept.remove(each.tag()) != null)
            .toList());
  }

  /**
   * A transaction in which some may have been settled is over: rolled back, they are unsettled
   * again, and stay with the client.
   */
  void ended(Transaction over, boolean committed) {
    Map<Long, Held> kept = settledIn.remove(over);
    if (kept != null && !committed) {
      unsettled.restore(kept.values());
    }
  }

  /** The channel closes, its own transactions are rolled back. */
  void giveBackAll() {
    giveBack(unsettled.removeAll());
    // What a branch holds stays with it; it may have been rolled back elsewhere.
    settledIn.values().forEach(each -> giveBack(each.values()));
    settledIn.clear();
  }
}
