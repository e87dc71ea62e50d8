package io.bindery.broker.store;

import io.bindery.broker.journal.DiskDirectory;
import io.bindery.broker.journal.JournalCheck;
import io.bindery.broker.journal.JournalException;
import io.bindery.broker.journal.JournalException.Reason;
import io.bindery.broker.journal.JournalReader;
import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Reads all of a store that no broker has: the checkpoint, every record of every segment, and every
 * message that a queue or a prepared branch refers to. Tells all that is wrong, not only the first.
 * Changes nothing. One thread.
 */
public final class StoreVerification {
  private static final long PROGRESS_MESSAGES = 1_000_000;
  private static final String NO_START =
      "a broker does not start with this directory: restore it from a backup";

  private final DiskDirectory directory;
  private final Findings findings;
  private final Figures figures = new Figures();
  private long replayFrom;
  private boolean unneeded;

  /** Hears what a verification finds. */
  public interface Findings {
    /** What is read now. */
    void progress(String what);

    /**
     * Something is damaged.
     *
     * @param place file and offset
     * @param what what is wrong
     * @param meaning what follows from it
     */
    void damage(String place, String what, String meaning);

    /** Something that is no damage and good to know. */
    void note(String what);
  }

  /** How much was read, and how much of it is damaged. */
  public static final class Figures {
    private long segments;
    private long records;
    private long messages;
    private long unreadable;
    private long damages;

    /** Segments that were read. */
    public long segments() {
      return segments;
    }

    /** Records that were read. */
    public long records() {
      return records;
    }

    /** Messages that queues and branches refer to, and that can be read. */
    public long messages() {
      return messages;
    }

    /** Messages that queues and branches refer to, and that cannot be read. */
    public long unreadable() {
      return unreadable;
    }

    /** How many places are damaged. */
    public long damages() {
      return damages;
    }
  }

  private StoreVerification(DiskDirectory directory, Findings findings) {
    this.directory = directory;
    this.findings = findings;
  }

  /**
   * Verifies a store.
   *
   * @throws JournalException VERSION, or FAILED when something cannot be read at all
   */
  public static Figures run(DiskDirectory directory, Findings findings) throws JournalException {
    StoreVerification verification = new StoreVerification(directory, findings);
    verification.checkpoint();
    JournalCheck.run(directory, verification.new Records());
    verification.state();
    return verification.figures;
  }

  private void checkpoint() throws JournalException {
    try {
      Checkpoints checkpoints = StoreReader.checkpoints(directory);
      if (checkpoints != null && checkpoints.latest() != null) {
        findings.progress("checkpoint " + checkpoints.latest());
        replayFrom = checkpoints.load().replayFrom();
      }
    } catch (JournalException e) {
      damage(e);
    }
  }

  private void damage(JournalException why) throws JournalException {
    if (why.reason() != Reason.DAMAGED && why.reason() != Reason.GONE) {
      throw why;
    }
    figures.damages++;
    findings.damage("", why.what(), NO_START);
  }

  /** The journal's records, each decoded. */
  private final class Records implements JournalCheck.Findings {
    @Override
    public void segment(String name, long bytes) {
      figures.segments++;
      findings.progress(name + ", " + bytes + " bytes");
    }

    @Override
    public void record(long position, int type, ByteBuffer payload) throws JournalException {
      figures.records++;
      try {
        decode(type, payload);
      } catch (UnknownFormatException e) {
        throw e.in(place(position));
      } catch (MalformedRecordException
          | BufferUnderflowException
          | IllegalArgumentException
          | IndexOutOfBoundsException e) {
        damage(position, place(position), "a record of type " + type + ": " + e.getMessage());
      }
    }

    private String place(long position) {
      return JournalReader.place(directory, position);
    }

    private void decode(int type, ByteBuffer payload) throws JournalException {
      switch (type) {
        case RecordTypes.ENQUEUE, RecordTypes.MESSAGE ->
            MessageCodec.decode(WorkCodec.message(type, payload));
        case RecordTypes.PAGE -> {
          if (payload.remaining() % PageSlot.BYTES != 0) {
            throw new MalformedRecordException(
                0, "an index page of " + payload.remaining() + " bytes");
          }
        }
        default -> new Replay(new KeptState(), this::place).apply(0, type, payload);
      }
    }

    @Override
    public void damage(long position, String place, String what) {
      figures.damages++;
      boolean needed = position >= replayFrom || replayFrom == 0;
      findings.damage(
          place,
          what,
          needed
              ? NO_START
              : "a broker starts; whether a queue has lost messages by it is said below");
      unneeded |= !needed;
    }

    @Override
    public void unfinished(String place) {
      findings.note(
          place
              + ": a crash left a record unfinished. Nobody was told that it is kept, and the next"
              + " start cuts it");
    }
  }

  /** What a start would make of it, and whether all that this refers to is there. */
  private void state() throws JournalException {
    try (StoreReader store = StoreReader.open(directory)) {
      for (KeptQueue queue : store.state().queues()) {
        findings.progress("queue " + name(queue));
        messages(store, queue);
      }
      for (KeptBranch branch : store.state().branches()) {
        Losses losses = new Losses("prepared branch " + branch.xid());
        branch.enqueued().forEach(each -> message(store, each, losses));
        losses.tell();
      }
      if (unneeded && figures.unreadable == 0) {
        findings.note(
            "no queue and no prepared branch has a message in the damaged bytes: nothing is lost, and"
                + " nothing needs to be done; the file is deleted when nothing in it is needed any more");
      }
    } catch (JournalException e) {
      if (figures.damages == 0) {
        damage(e);
      }
      findings.note("the queues cannot be checked, because a start would end at: " + e.what());
    }
  }

  private static String name(KeptQueue queue) {
    return "'" + queue.spec().name() + "' of virtual host '" + queue.host() + "'";
  }

  private void message(StoreReader store, KeptEntry entry, Losses losses) {
    try {
      store.message(entry.position());
      figures.messages++;
    } catch (JournalException e) {
      losses.add(1, e);
    }
  }

  /** Messages of one queue or branch that cannot be read: told once for each reason. */
  private final class Losses {
    private final String whose;
    private final Map<String, Long> counts = new LinkedHashMap<>();
    private final Map<String, JournalException> first = new LinkedHashMap<>();

    Losses(String whose) {
      this.whose = whose;
    }

    void add(long count, JournalException why) {
      String file = why.what().replaceFirst(", offset .*", "");
      counts.merge(file, count, Long::sum);
      first.putIfAbsent(file, why);
    }

    void tell() {
      counts.forEach(
          (file, count) -> {
            figures.damages++;
            figures.unreadable += count;
            findings.damage(
                whose,
                first.get(file).what(),
                count
                    + (count == 1 ? " message" : " messages")
                    + " of this file cannot be read: restore the directory from a backup, or write"
                    + " the others to a file with 'store export'");
          });
    }
  }

  private void messages(StoreReader store, KeptQueue queue) throws JournalException {
    Losses losses = new Losses("queue " + name(queue));
    try {
      store.forEach(
          queue,
          new StoreReader.MessageVisitor() {
            @Override
            public void message(StoredEntry entry, Store.StoredMessage message) {
              figures.messages++;
              if (figures.messages % PROGRESS_MESSAGES == 0) {
                findings.progress("queue " + name(queue) + ": message " + entry.sequence());
              }
            }

            @Override
            public void unreadable(long count, JournalException why) {
              losses.add(count, why);
            }
          });
    } catch (IOException e) {
      throw new JournalException(Reason.FAILED, "reading " + name(queue), e);
    }
    losses.tell();
  }
}
