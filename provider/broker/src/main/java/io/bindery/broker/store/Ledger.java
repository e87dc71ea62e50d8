package io.bindery.broker.store;

import io.bindery.broker.journal.Completion;
import io.bindery.broker.store.Store.StoredMessage;
import io.bindery.engine.AmqpException;
import io.bindery.engine.ExchangeSpec;
import io.bindery.engine.QueueSpec;
import io.bindery.engine.SubscriptionSpec;
import io.bindery.engine.Ticket;
import java.util.List;
import java.util.function.Consumer;
import javax.transaction.xa.Xid;

/**
 * What must outlive the broker is told here, and read again by the next one. Thread-safe; never
 * waits. Completions are called in the order of the calls, on the journal's thread, and must be
 * short; after one has failed nothing is kept any more.
 */
public interface Ledger {
  /** The ledger of a broker in memory. */
  Ledger NONE = new NullLedger();

  /** What the broker before has left; asked once, before {@link #start}. */
  KeptState found();

  /**
   * Begins to keep what is told, and to take checkpoints.
   *
   * @param source what checkpoints are made of
   * @param onFailure told once when nothing is kept any more, on a thread of the store
   */
  void start(KeptSource source, Consumer<AmqpException> onFailure) throws AmqpException;

  /** Keeps all that was told, and ends. Waits for that. */
  void close();

  /** Whether non-persistent messages of durable queues outlive an orderly restart. */
  boolean keepsNonPersistent();

  /** Whether each acknowledgement is to be on disk before it is done. */
  boolean acknowledgesAtOnce();

  /** Whether the disk is so full that publishers wait. */
  boolean isFull();

  /** Whether it is so full that even who must not wait may publish nothing. */
  boolean isExhausted();

  /** How many bytes wait in memory until the disk has them. */
  long unwrittenBytes();

  /** Whether anything is kept at all. If not, no queue has a number, and nothing else is called. */
  boolean keeps();

  // --- declarations: in effect on disk when {@link #declared} says so ---

  /** A durable queue is there. Answers its number, greater than 0. */
  int declareQueue(String host, QueueSpec spec);

  /** A queue is gone, with all that it holds, its bindings and its subscription. */
  void deleteQueue(int queue);

  /** A durable exchange is there. */
  void declareExchange(String host, ExchangeSpec spec);

  /** An exchange is gone, with its bindings. */
  void deleteExchange(String host, String name);

  /** A binding between what is durable is there. */
  void bind(String host, StoredBinding binding);

  /** A binding is gone. */
  void unbind(String host, StoredBinding binding);

  /** A queue is that of a durable subscription. */
  void subscribe(int queue, SubscriptionSpec spec);

  /**
   * All that is declared in it counts as a whole. Called by who alone may change what is declared;
   * not within another.
   */
  void together(Declaring work) throws AmqpException;

  /** Declares several things. */
  interface Declaring {
    /** Does it; what was declared before it fails stays declared. */
    void run() throws AmqpException;
  }

  /** Completes when all that was declared so far is on disk. */
  Ticket<Void> declared();

  // --- work of transactions ---

  /**
   * A publish that stands for itself. The entries learn their position before this returns, and
   * before the completion is called.
   *
   * @param nowMs the time, by which a queue's time to live is counted
   */
  void publish(
      StoredMessage message, List<? extends Kept> entries, long nowMs, Completion completion);

  /** Completes when all that was told so far is on disk, in the order of the calls. */
  void after(Completion completion);

  /** The message of a publish that counts only once a commit names its entries. */
  void stage(StoredMessage message, List<? extends Kept> entries);

  /** All of it counts, or nothing. */
  void commit(Unit unit, Completion completion);

  /** All of it is promised to a transaction manager, which decides later. */
  void prepare(Xid xid, Unit unit, Completion completion);

  /** What was prepared counts, or does not; or what an operator has decided is forgotten. */
  void decide(Xid xid, Decision decision, Completion completion);

  /** What becomes of a prepared branch; the journal has the place in this list. */
  enum Decision {
    /** Its work is undone. */
    ROLLED_BACK,
    /** Its work counts. */
    COMMITTED,
    /** An operator had it undone: its coordinator does not know yet. */
    HEURISTICALLY_ROLLED_BACK,
    /** An operator had it count: its coordinator does not know yet. */
    HEURISTICALLY_COMMITTED,
    /** The coordinator knows what the operator decided. */
    FORGOTTEN;

    private static final List<Decision> ALL = List.of(values());

    /** Whether its work counts. */
    public boolean commits() {
      return this == COMMITTED || this == HEURISTICALLY_COMMITTED;
    }

    /** Whether it is remembered until it is forgotten. */
    public boolean isHeuristic() {
      return this == HEURISTICALLY_COMMITTED || this == HEURISTICALLY_ROLLED_BACK;
    }

    static Decision of(byte code) {
      if (code < 0 || code >= ALL.size()) {
        throw new UnknownFormatException(
            "decision " + code + " on a branch", "those up to " + (ALL.size() - 1));
      }
      return ALL.get(code);
    }
  }

  /**
   * What a transaction did to durable queues.
   *
   * @param enqueued entries whose messages are staged
   * @param accepted entries that leave their queues
   * @param nowMs the time, by which a queue's time to live is counted
   */
  record Unit(List<? extends Kept> enqueued, List<? extends Kept> accepted, long nowMs) {
    /** Whether it did nothing to them. */
    public boolean isEmpty() {
      return enqueued.isEmpty() && accepted.isEmpty();
    }
  }

  // --- what may be lost for a few milliseconds, and is then repeated as redelivered ---

  /** Calls the rider once, soon, so that it tells what has left its queue. */
  void ride(Runnable rider);

  /**
   * Entries that have left their queue.
   *
   * @param ranges pairs of first and last sequence
   */
  void left(int queue, long[] ranges);

  /**
   * How often an entry was delivered and failed on, until this is told again.
   *
   * @param completion told when it is on disk; null when nobody waits for that
   */
  void failed(Kept entry, int deliveries, int failures, Completion completion);

  /** Entries of a lane below a sequence may be delivered, once that is on disk. */
  void mark(int queue, int lane, long below, Completion completion);
}
