package io.bindery.rabbitmq;

import io.bindery.engine.AmqpException;
import io.bindery.engine.ReplyCode;
import io.bindery.engine.Ticket;
import io.bindery.engine.Transaction;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What publishes and settles belong to. The server has a current one for each channel, which a
 * channel changes with a command when another is used.
 */
class RabbitTransaction implements Transaction {
  private final Map<String, Object> name;
  private final List<RabbitDelivery> settled = new ArrayList<>(0);

  /**
   * A transaction.
   *
   * @param name the arguments by which a channel enters it
   */
  RabbitTransaction(Map<String, Object> name) {
    this.name = name;
  }

  Map<String, Object> name() {
    return name;
  }

  /** Before it is used on a channel, with nothing between this and the use. */
  void enter(WireChannel wire) throws AmqpException {
    wire.tell("enter", name);
  }

  /** Fails when it is over. */
  void check() throws AmqpException {}

  /** Remembers what it settled, which is unsettled again when it is rolled back. */
  synchronized void settled(List<RabbitDelivery> deliveries) {
    settled.addAll(deliveries);
  }

  synchronized void unsettle() {
    settled.forEach(RabbitDelivery::unsettle);
    settled.clear();
  }

  @Override
  public boolean autoCommit() {
    return false;
  }

  @Override
  public Ticket<Void> commit() {
    return Ticket.failed(notItsOwn());
  }

  @Override
  public Ticket<Void> rollback() {
    return Ticket.failed(notItsOwn());
  }

  private static AmqpException notItsOwn() {
    return new AmqpException(
        ReplyCode.NOT_ALLOWED, "A branch ends with the verbs of XA, not by itself");
  }

  /** Each operation stands for itself. */
  static final class Auto extends RabbitTransaction {
    Auto() {
      super(Map.of());
    }

    @Override
    public boolean autoCommit() {
      return true;
    }

    @Override
    void settled(List<RabbitDelivery> deliveries) {
      // Nothing undoes it.
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

  /** A local transaction of a channel, begun at the server with its first use. */
  static final class Local extends RabbitTransaction {
    private final RabbitChannel channel;
    private boolean begun;
    private volatile boolean over;

    Local(RabbitChannel channel, long number) {
      super(Map.of("transaction", number));
      this.channel = channel;
    }

    @Override
    void enter(WireChannel wire) throws AmqpException {
      wire.tell(begun ? "enter" : "begin", name());
      begun = true;
    }

    @Override
    void check() throws AmqpException {
      if (over) {
        throw new AmqpException(ReplyCode.PRECONDITION_FAILED, "The transaction is over");
      }
    }

    boolean isBegun() {
      return begun;
    }

    @Override
    public Ticket<Void> commit() {
      if (over) {
        return Ticket.failed(
            new AmqpException(ReplyCode.PRECONDITION_FAILED, "The transaction is over"));
      }
      return end("commit");
    }

    @Override
    public Ticket<Void> rollback() {
      return over ? Ticket.done() : end("rollback");
    }

    private Ticket<Void> end(String command) {
      over = true;
      if (!begun) {
        return Ticket.done();
      }
      Ticket<Void> answer = channel.ended(this, command);
      Ticket<Void> ticket = new Ticket<>();
      answer.whenDone(
          (done, failure) -> {
            if (failure != null || command.equals("rollback")) {
              unsettle();
            }
            if (failure == null) {
              ticket.complete(null);
            } else {
              ticket.fail(failure);
            }
          });
      return ticket;
    }
  }
}
