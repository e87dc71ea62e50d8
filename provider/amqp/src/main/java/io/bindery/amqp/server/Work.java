package io.bindery.amqp.server;

import io.bindery.amqp.codec.BasicMethod;
import io.bindery.amqp.codec.ConfirmMethod;
import io.bindery.amqp.codec.MethodType;
import io.bindery.amqp.codec.ProtocolException;
import io.bindery.amqp.codec.TxMethod;
import io.bindery.engine.AmqpException;
import io.bindery.engine.ReplyCode;
import io.bindery.engine.Ticket;
import io.bindery.engine.Transaction;
import java.util.ArrayList;
import java.util.List;

/**
 * What publishes and settles of a channel belong to: each stands for itself, is confirmed, or is
 * part of a transaction (AMQP 0-9-1, class tx; RabbitMQ, class confirm). On the event loop.
 */
final class Work {
  private final ClientChannel channel;
  private final Settling settling;
  private final List<Runnable> returns = new ArrayList<>(0);
  private final List<Transaction> begun = new ArrayList<>(0);
  private Confirms confirms;
  private boolean transactional;
  private Transaction transaction;
  private Transaction entered;
  private boolean rejected;
  private int untaken;
  private Ticket<Void> allTaken;

  Work(ClientChannel channel) {
    this.channel = channel;
    this.settling = new Settling(channel);
  }

  Settling settling() {
    return settling;
  }

  /** What the next publish or settle belongs to. */
  Transaction current() {
    if (entered != null) {
      return entered;
    }
    if (!transactional) {
      return channel.engine().autoCommit();
    }
    if (transaction == null) {
      transaction = channel.engine().begin();
    }
    return transaction;
  }

  boolean isTransactional() {
    return transactional;
  }

  // --- confirms ---

  void confirm(ConfirmMethod.Select select) throws AmqpException {
    if (transactional) {
      throw new ProtocolException(
          ReplyCode.PRECONDITION_FAILED, "cannot switch from tx to confirm mode", select.type());
    }
    if (confirms == null) {
      confirms = new Confirms();
    }
    if (!select.noWait()) {
      channel.reply(new ConfirmMethod.SelectOk());
    }
  }

  /** A publish begins: its number, 0 where none is confirmed. */
  long publishing() {
    return confirms == null ? 0 : confirms.next();
  }

  /** A publish is done. */
  void published(long number, boolean accepted) {
    if (number > 0) {
      confirms.done(number, accepted);
      channel.finishLater();
    }
  }

  void answerPublishes() {
    if (confirms != null) {
      confirms.answer(channel::reply);
    }
  }

  /** Whether publishes are confirmed. */
  boolean isConfirming() {
    return confirms != null;
  }

  // --- transactions by commands ---

  /** Fails in tx mode, which has its own transaction. */
  void checkNoTx(Command command) throws AmqpException {
    if (transactional) {
      throw command.refused("the channel is in tx mode");
    }
  }

  /** Begins a local transaction, and enters it. */
  Transaction begin() {
    entered = channel.engine().begin();
    begun.add(entered);
    return entered;
  }

  /** What comes next belongs to that one; null for none. */
  void enter(Transaction other) {
    entered = other;
  }

  /** The one that was entered, or null. */
  Transaction entered() {
    return entered;
  }

  /** One is over for this channel. */
  void leave(Transaction over) {
    begun.remove(over);
    if (entered == over) {
      entered = null;
    }
  }

  // --- transactions ---

  /** A publish of the transaction is not yet taken in. */
  void untaken() {
    untaken++;
  }

  /** It is. */
  void taken() {
    untaken--;
    if (untaken == 0 && allTaken != null) {
      Ticket<Void> now = allTaken;
      allTaken = null;
      now.complete(null);
    }
  }

  /** A queue has refused a publish of the transaction, which cannot be committed. */
  void rejected() {
    rejected = true;
  }

  /** Gives a message of the transaction back, when that is committed. */
  void giveBackLater(Runnable returning) {
    returns.add(returning);
  }

  void tx(TxMethod method) throws AmqpException {
    if (method instanceof TxMethod.Select) {
      if (confirms != null) {
        throw new ProtocolException(
            ReplyCode.PRECONDITION_FAILED, "cannot switch from confirm to tx mode", method.type());
      }
      if (entered != null) {
        throw new ProtocolException(
            ReplyCode.PRECONDITION_FAILED, "a transaction was begun by a command", method.type());
      }
      transactional = true;
      channel.reply(new TxMethod.SelectOk());
    } else if (method instanceof TxMethod.Commit) {
      checkTransactional(method);
      channel.answer(allTaken(), MethodType.TX_COMMIT, nothing -> commit());
    } else if (method instanceof TxMethod.Rollback) {
      checkTransactional(method);
      channel.answer(allTaken(), MethodType.TX_ROLLBACK, nothing -> rollback());
    } else {
      throw ClientChannel.invalid(method);
    }
  }

  private void checkTransactional(TxMethod method) throws ProtocolException {
    if (!transactional) {
      throw new ProtocolException(
          ReplyCode.PRECONDITION_FAILED, "channel is not transactional", method.type());
    }
  }

  /** Done when all publishes are taken in. */
  Ticket<Void> allTaken() {
    if (untaken == 0) {
      return Ticket.done();
    }
    if (allTaken == null) {
      allTaken = new Ticket<>();
    }
    return allTaken;
  }

  /**
   * Done when all publishes are taken in of which nobody would hear that they were not: neither by
   * a confirm that does not come, nor because they are rolled back with the channel.
   */
  Ticket<Void> allPromised() {
    return confirms != null || transactional ? Ticket.done() : allTaken();
  }

  private Transaction over() {
    Transaction over = current();
    transaction = null;
    rejected = false;
    return over;
  }

  private void commit() {
    if (rejected) {
      // The end of the channel rolls the rest back.
      channel.fail(
          new ProtocolException(
              ReplyCode.PRECONDITION_FAILED,
              "partial tx completion: a queue has reached its length limit and refuses more",
              MethodType.TX_COMMIT),
          MethodType.TX_COMMIT);
      return;
    }
    Transaction over = over();
    channel.answer(
        over.commit(),
        MethodType.TX_COMMIT,
        nothing -> {
          settling.ended(over, true);
          returns.forEach(Runnable::run);
          returns.clear();
          channel.reply(new TxMethod.CommitOk());
          channel.consuming().resume();
        });
  }

  private void rollback() {
    Transaction over = over();
    channel.answer(
        over.rollback(),
        MethodType.TX_ROLLBACK,
        nothing -> {
          settling.ended(over, false);
          returns.clear();
          channel.reply(new TxMethod.RollbackOk());
        });
  }

  // --- settles ---

  void settle(BasicMethod method) throws AmqpException {
    settling.method(method);
  }

  /** The channel closes: what it holds goes back. */
  void giveBackAll() {
    if (transaction != null) {
      begun.add(transaction);
      transaction = null;
    }
    for (Transaction each : begun) {
      each.rollback();
      channel.connection().ended(each, false);
    }
    channel.connection().transactions().values().removeAll(begun);
    begun.clear();
    settling.giveBackAll();
  }
}
