package io.bindery.rabbitmq;

import io.bindery.engine.AmqpException;
import io.bindery.engine.ReplyCode;
import io.bindery.engine.Ticket;
import io.bindery.engine.Transaction;

/**
 * A transaction on a connection that may come back. It does not: the server rolls back what was
 * done in it, what follows is in vain, and its commit fails. Thread-safe.
 */
abstract class LastingTransaction implements Transaction {
  /**
   * The transaction with which a channel works for it.
   *
   * @throws AmqpException when it was lost, or is over
   */
  abstract RabbitTransaction on(RabbitChannel channel) throws AmqpException;

  /** Whether work that was done in it was lost. */
  abstract boolean isLost();

  /** What it was asked for last was not done: there was no connection any more. */
  void unsent() {}

  /** Each operation stands for itself, so none is lost with another. */
  static final class Auto extends LastingTransaction {
    @Override
    RabbitTransaction on(RabbitChannel channel) {
      return (RabbitTransaction) channel.autoCommit();
    }

    @Override
    boolean isLost() {
      return false;
    }

    @Override
    public boolean autoCommit() {
      return true;
    }

    @Override
    public Ticket<Void> commit() {
      return Ticket.done();
    }

    @Override
    public Ticket<Void> rollback() {
      return Ticket.done();
    }
  }

  /** A local transaction, of the connection that is there when it is used first. */
  static final class Local extends LastingTransaction {
    private final LastingChannel channel;
    private RabbitTransaction.Local work;
    private RabbitChannel at;
    private int uses;
    private boolean lost;
    private boolean over;

    Local(LastingChannel channel) {
      this.channel = channel;
    }

    @Override
    synchronized RabbitTransaction on(RabbitChannel using) throws AmqpException {
      if (isLost()) {
        throw Losses.rolledBack();
      }
      if (over) {
        throw over();
      }
      if (work == null) {
        RabbitChannel own = channel.bound();
        if (own == null || own.home() != using.home()) {
          lost = using.home().isUp();
          throw lost ? Losses.rolledBack() : Losses.closed("channel");
        }
        at = own;
        work = (RabbitTransaction.Local) own.begin();
      }
      uses++;
      return work;
    }

    /** Where nothing else was done in it, it is of the next connection. */
    @Override
    synchronized void unsent() {
      uses--;
      if (uses == 0 && !lost && !over) {
        at = null;
        work = null;
      }
    }

    @Override
    synchronized boolean isLost() {
      lost |= work != null && !over && !at.home().isUp();
      return lost;
    }

    private static AmqpException over() {
      return new AmqpException(ReplyCode.PRECONDITION_FAILED, "The transaction is over");
    }

    @Override
    public boolean autoCommit() {
      return false;
    }

    @Override
    public Ticket<Void> commit() {
      RabbitTransaction.Local ending;
      synchronized (this) {
        boolean gone = isLost();
        if (over) {
          return Ticket.failed(over());
        }
        over = true;
        if (gone) {
          return Ticket.failed(Losses.rolledBack());
        }
        if (work == null) {
          return Ticket.done();
        }
        ending = work;
      }
      Ticket<Void> ticket = new Ticket<>();
      ending
          .commit()
          .whenDone(
              (done, failure) -> {
                if (failure == null) {
                  ticket.complete(null);
                } else {
                  ticket.fail(told(failure));
                }
              });
      return ticket;
    }

    private AmqpException told(AmqpException failure) {
      if (!channel.line().isLoss(at, failure)) {
        return failure;
      }
      return switch (failure.replyCode()) {
        case CHANNEL_ERROR -> Losses.rolledBack();
        case CONNECTION_FORCED -> Losses.commitUnknown(failure);
        default -> failure;
      };
    }

    @Override
    public Ticket<Void> rollback() {
      RabbitTransaction.Local ending;
      synchronized (this) {
        if (isLost() || over || work == null) {
          over = true;
          return Ticket.done();
        }
        over = true;
        ending = work;
      }
      Ticket<Void> ticket = new Ticket<>();
      ending
          .rollback()
          .whenDone(
              (done, failure) -> {
                // What is lost is rolled back.
                if (failure == null || channel.line().isLoss(at, failure)) {
                  ticket.complete(null);
                } else {
                  ticket.fail(failure);
                }
              });
      return ticket;
    }
  }

  /** A branch, as far as a connection works for it. */
  static final class Branch extends LastingTransaction {
    private final RabbitConnection at;
    private final RabbitTransaction work;

    Branch(RabbitConnection at, RabbitTransaction work) {
      this.at = at;
      this.work = work;
    }

    /** The connection that works for it. */
    RabbitConnection at() {
      return at;
    }

    @Override
    RabbitTransaction on(RabbitChannel channel) throws AmqpException {
      if (channel.home() != at) {
        throw Losses.rolledBack();
      }
      return work;
    }

    @Override
    boolean isLost() {
      return !at.isUp();
    }

    @Override
    public boolean autoCommit() {
      return false;
    }

    @Override
    public Ticket<Void> commit() {
      return work.commit();
    }

    @Override
    public Ticket<Void> rollback() {
      return work.rollback();
    }
  }
}
