package io.bindery.rabbitmq;

import io.bindery.engine.AmqpException;
import io.bindery.engine.ReplyCode;
import io.bindery.engine.Ticket;
import io.bindery.engine.Transaction;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

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

  /** Before it is used on a channel: must be there at the server. */
  void begin(RabbitChannel on) throws AmqpException {}

  /** The next that a channel sends belongs to it. Holding the channel's wire. */
  void enter(RabbitChannel on) {
    on.wire().tell("enter", name);
  }

  /** Something was settled in it on a channel, once that ticket is done. */
  void settling(RabbitChannel on, Ticket<Void> ticket) {}

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
    private final Map<RabbitChannel, Ticket<Void>> elsewhere = new ConcurrentHashMap<>(0);
    private volatile boolean begun;
    private volatile boolean over;

    Local(RabbitChannel channel, long number) {
      super(Map.of("transaction", number));
      this.channel = channel;
    }

    @Override
    void begin(RabbitChannel on) throws AmqpException {
      if (on != channel && !begun) {
        channel.begin(this);
      }
    }

    @Override
    void enter(RabbitChannel on) {
      on.wire().tell(begun ? "enter" : "begin", name());
      begun = true;
    }

    /** Its end waits only for what is on its own channel. */
    @Override
    void settling(RabbitChannel on, Ticket<Void> ticket) {
      if (on != channel) {
        elsewhere.put(on, ticket);
      }
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
      Ticket<Void> ticket = new Ticket<>();
      end(command, elsewhere.values().iterator(), ticket);
      return ticket;
    }

    private void end(String command, Iterator<Ticket<Void>> first, Ticket<Void> ticket) {
      if (first.hasNext()) {
        first.next().whenDone((done, failure) -> end(command, first, ticket));
        return;
      }
      Ticket<Void> answer = channel.ended(this, command);
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
    }
  }
}
