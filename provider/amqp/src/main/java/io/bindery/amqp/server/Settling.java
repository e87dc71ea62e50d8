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
import java.util.ArrayList;
import java.util.List;

/**
 * How deliveries of a channel end: ack, nack, reject, recover (AMQP 0-9-1, class basic). On the
 * event loop.
 */
final class Settling {
  private final ClientChannel channel;
  private final Unsettled unsettled = new Unsettled();
  private final List<Held> inTransaction = new ArrayList<>(0);

  Settling(ClientChannel channel) {
    this.channel = channel;
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
    if (channel.work().isTransactional()) {
      inTransaction.addAll(held);
    }
    if (held.size() == 1) {
      settle(held.get(0).delivery(), outcome, transaction, about);
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
    return failure != null && failure.replyCode() == ReplyCode.PRECONDITION_FAILED;
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
  private void giveBack(List<Held> held) {
    if (!held.isEmpty()) {
      channel.engine().giveBack(held.stream().map(Held::delivery).toList(), List.of());
    }
  }

  /** The transaction in which some were settled is committed. */
  void committed() {
    inTransaction.clear();
  }

  /** It is rolled back: they are unsettled again, and stay with the client. */
  void rolledBack() {
    unsettled.restore(inTransaction);
    inTransaction.clear();
  }

  /** The channel closes, its transaction is rolled back. */
  void giveBackAll() {
    rolledBack();
    giveBack(unsettled.removeAll());
  }
}
