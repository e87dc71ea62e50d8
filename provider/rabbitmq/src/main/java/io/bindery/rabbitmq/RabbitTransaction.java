package io.bindery.rabbitmq;

import io.bindery.engine.AmqpException;
import io.bindery.engine.PublishOutcome;
import io.bindery.engine.ReplyCode;
import io.bindery.engine.Ticket;
import io.bindery.engine.Transaction;
import java.util.ArrayList;
import java.util.HashMap;
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
  private final List<Ticket<Void>> waiting = new ArrayList<>(0);
  private int open;
  private int refused;
  private String broken;
  private volatile boolean rolledBack;

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

  /** Whether it is one of a channel's own. */
  boolean isOf(RabbitChannel channel) {
    return false;
  }

  // --- what is published in it ---

  /** Whether a publish need not wait for its confirm. */
  boolean letsAhead(RabbitChannel on, boolean persistent) {
    return !rolledBack;
  }

  /** It is known to be over: whatever is still published in it is refused, and told so. */
  void rolledBack() {
    rolledBack = true;
  }

  /** Counts a publish in it, and hears what becomes of it. */
  Confirms.Fate fate(Flow flow) {
    return new Counted(flow);
  }

  private final class Counted implements Confirms.Fate {
    private final Flow flow;

    private Counted(Flow flow) {
      this.flow = flow;
    }

    @Override
    public void added() {
      synchronized (RabbitTransaction.this) {
        open++;
      }
    }

    @Override
    public void takenBack() {
      arrived();
    }

    @Override
    public void became(
        Confirms.Publish publish, PublishOutcome outcome, AmqpException failure, boolean told) {
      flow.became(outcome, failure, told);
      if (!flow.isFine(outcome, failure)) {
        refused(told, flow.told(outcome, failure));
      }
      arrived();
    }
  }

  private synchronized void refused(boolean told, String what) {
    if (told) {
      refused++;
    } else if (broken == null) {
      broken = what;
    }
  }

  private void arrived() {
    List<Ticket<Void>> done;
    synchronized (this) {
      open--;
      if (open > 0 || waiting.isEmpty()) {
        return;
      }
      done = List.copyOf(waiting);
      waiting.clear();
    }
    done.forEach(each -> each.complete(null));
  }

  /** Done when all that was published in it is confirmed, or never will be. */
  synchronized Ticket<Void> confirmed() {
    if (open == 0) {
      return Ticket.done();
    }
    Ticket<Void> ticket = new Ticket<>();
    waiting.add(ticket);
    return ticket;
  }

  /** How many publishes failed whose senders know it. */
  synchronized int refused() {
    return refused;
  }

  /** What was not taken, and its sender does not know; null for nothing. */
  synchronized String broken() {
    return broken;
  }

  /** Remembers what it settled, which is unsettled again when it is rolled back. */
  synchronized void settled(List<RabbitDelivery> deliveries) {
    settled.addAll(deliveries);
  }

  /** What it had settled is in hand again. */
  synchronized List<RabbitDelivery> unsettle() {
    List<RabbitDelivery> again = List.copyOf(settled);
    again.forEach(RabbitDelivery::unsettle);
    settled.clear();
    return again;
  }

  synchronized void committed() {
    settled.forEach(RabbitDelivery::end);
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
    private final LostPublishes lost;

    Auto(LostPublishes lost) {
      super(Map.of());
      this.lost = lost;
    }

    @Override
    boolean isOf(RabbitChannel channel) {
      return true;
    }

    /**
     * What is persistent is safe when its sender goes on; and what the server lacks room for is not
     * lost: its sender waits for as long as the server does.
     */
    @Override
    boolean letsAhead(RabbitChannel on, boolean persistent) {
      return !persistent && !on.home().isBlocked();
    }

    /** Not counted: nothing that ends waits for it. */
    @Override
    Confirms.Fate fate(Flow flow) {
      return (publish, outcome, failure, told) -> {
        flow.became(outcome, failure, told);
        if (!told && !flow.isFine(outcome, failure)) {
          lost.lost(flow.told(outcome, failure));
        }
      };
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
    private final long number;
    private final Map<RabbitChannel, Ticket<Void>> elsewhere = new ConcurrentHashMap<>(0);
    private volatile boolean begun;
    private volatile boolean over;

    Local(RabbitChannel channel, long number) {
      super(Map.of("transaction", number));
      this.channel = channel;
      this.number = number;
    }

    @Override
    void begin(RabbitChannel on) throws AmqpException {
      if (on != channel && !begun) {
        channel.begin(this);
      }
    }

    @Override
    void enter(RabbitChannel on) {
      if (begun) {
        super.enter(on);
        return;
      }
      channel.begins(this);
      on.wire().tell("begin", name());
      begun = true;
    }

    /** The end of the one before begins it. */
    void begins(Map<String, Object> end) {
      channel.begins(this);
      end.put("next", number);
      begun = true;
    }

    @Override
    boolean isOf(RabbitChannel other) {
      return other == channel;
    }

    /** Its end waits only for what is on its own channel. */
    @Override
    boolean letsAhead(RabbitChannel on, boolean persistent) {
      return on == channel;
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
      channel.flush();
      over = true;
      if (!begun) {
        return Ticket.done();
      }
      hands().ending();
      Ticket<Void> ticket = new Ticket<>();
      end(command, elsewhere.values().iterator(), ticket);
      return ticket;
    }

    private void end(String command, Iterator<Ticket<Void>> first, Ticket<Void> ticket) {
      while (first.hasNext()) {
        Ticket<Void> next = first.next();
        if (!next.isDone()) {
          // Whoever reads the answers does not write.
          next.whenDone(
              (done, failure) -> channel.home().errand(() -> end(command, first, ticket)));
          return;
        }
      }
      boolean commits = command.equals("commit");
      Map<String, Object> arguments = new HashMap<>(name());
      if (commits) {
        // What failed without its sender knowing fails the commit.
        arguments.put("refused", refused());
      }
      Ticket<Void> answer = channel.ended(this, command, arguments);
      answer.whenDone(
          (done, failure) -> {
            if (failure == null && commits) {
              committed();
            }
            hands().ended(unsettle());
            if (failure == null) {
              ticket.complete(null);
            } else {
              ticket.fail(failure);
            }
          });
    }

    private Hands hands() {
      return channel.settling().hands();
    }

    /** Of its own channel: another one's are in hand for themselves. */
    @Override
    synchronized List<RabbitDelivery> unsettle() {
      return super.unsettle().stream().filter(each -> each.owner() == channel).toList();
    }
  }
}
