package io.bindery.broker.store;

import io.bindery.broker.journal.Commitment;
import io.bindery.broker.journal.Completion;
import io.bindery.broker.journal.DiskDirectory;
import io.bindery.broker.journal.Journal;
import io.bindery.broker.journal.JournalException;
import io.bindery.broker.journal.JournalException.Reason;
import io.bindery.broker.runtime.Environment;
import io.bindery.broker.store.Store.StoredMessage;
import io.bindery.engine.AmqpException;
import io.bindery.engine.QueueSpec;
import io.bindery.engine.Ticket;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Puts messages into a queue of a store that no broker has: all of them with one commit, or none.
 * Until the commit the next broker finds nothing of them. One thread.
 */
public final class StoreImport implements AutoCloseable {
  /** How many bytes may wait to be written. */
  private static final long AHEAD_BYTES = 8 << 20;

  private final Journal journal;
  private final Environment environment;
  private final KeptState found;
  private final List<Kept> entries = new ArrayList<>();
  private KeptQueue queue;
  private long sequence;
  private long waitingBytes;

  private StoreImport(Journal journal, DiskDirectory directory, Environment environment)
      throws JournalException {
    this.journal = journal;
    this.environment = environment;
    Checkpoints checkpoints = StoreReader.checkpoints(directory);
    found = checkpoints == null ? new KeptState() : checkpoints.load();
    journal.replay(found.replayFrom(), new Replay(found, journal::place));
    journal.start(why -> {});
  }

  /**
   * Takes a store for this process.
   *
   * @throws JournalException LOCKED when a broker has it, VERSION, DAMAGED or FAILED
   */
  public static StoreImport open(DiskDirectory directory, Environment environment)
      throws JournalException {
    Journal journal = Journal.open(directory, StoreSettings.DEFAULT.journal(), environment);
    boolean done = false;
    try {
      StoreImport opened = new StoreImport(journal, directory, environment);
      done = true;
      return opened;
    } finally {
      if (!done) {
        journal.close();
      }
    }
  }

  /** What is there. */
  public KeptState state() {
    return found;
  }

  /** The queue into which messages go, which is there. */
  public void into(KeptQueue target) {
    queue = target;
    sequence = target.lastSequence();
    for (long mark : target.marks()) {
      // Else they would count as maybe delivered.
      sequence = mark == Long.MAX_VALUE ? sequence : Math.max(sequence, mark - 1);
    }
  }

  /** The queue into which messages go is declared with them. */
  public void declare(String host, QueueSpec spec) {
    into(new KeptQueue(found.lastQueueId() + 1, host, spec));
  }

  /**
   * Adds a message.
   *
   * @param lane its lane in the queue
   * @throws JournalException FULL, or FAILED
   */
  public void add(StoredMessage message, int lane) throws JournalException {
    ByteBuffer record = MessageCodec.encode(0, message);
    int bytes = record.remaining();
    long position = journal.append(RecordTypes.MESSAGE, record, Commitment.LATER, null);
    entries.add(
        new Imported(
            queue.id(),
            ++sequence,
            lane,
            message.message().expiresAtMs(),
            message.message().sizeBytes(),
            message.message().deliverAtMs() != 0,
            position));
    waitingBytes += bytes;
    if (waitingBytes > AHEAD_BYTES) {
      await();
      waitingBytes = 0;
    }
  }

  private void await() throws JournalException {
    if (journal.spaceIsLow()) {
      throw new JournalException(
          Reason.FULL, "the disk is nearly full: a broker would not accept messages, either");
    }
    Waiting waiting = new Waiting();
    journal.after(waiting);
    waiting.await();
  }

  /** All of them are there when this returns. Answers how many. */
  public int commit() throws JournalException {
    await();
    if (found.queue(queue.id()) == null) {
      int head = Integer.BYTES + WorkCodec.hostBytes(queue.host());
      ByteBuffer record = WorkCodec.host(queue.host(), DeclarationCodec.encode(head, queue.spec()));
      journal.append(
          RecordTypes.QUEUE, WorkCodec.queue(queue.id(), record), Commitment.LATER, null);
    }
    Ledger.Unit unit = new Ledger.Unit(entries, List.of(), environment.nowMs());
    Waiting waiting = new Waiting();
    journal.append(RecordTypes.COMMIT, WorkCodec.unit(unit), Commitment.SYNC, waiting);
    waiting.await();
    return entries.size();
  }

  @Override
  public void close() {
    journal.close();
  }

  /** A completion that is waited for. */
  private static final class Waiting implements Completion {
    private final Ticket<JournalException> ticket = new Ticket<>();

    @Override
    public void durable() {
      ticket.complete(null);
    }

    @Override
    public void failed(JournalException why) {
      ticket.complete(why);
    }

    void await() throws JournalException {
      try {
        JournalException failure = ticket.await();
        if (failure != null) {
          throw failure;
        }
      } catch (AmqpException e) {
        throw new JournalException(Reason.FAILED, "waiting for the disk: " + e.getMessage(), e);
      }
    }
  }

  private record Imported(
      int queueId,
      long sequence,
      int lane,
      long expiresAtMs,
      int sizeBytes,
      boolean delayed,
      long position)
      implements Kept {
    @Override
    public boolean near() {
      return false;
    }

    @Override
    public void position(long stored) {
      throw new IllegalStateException("a message that is imported does not move");
    }
  }
}
