package io.bindery.broker.store;

import io.bindery.broker.journal.DiskDirectory;
import io.bindery.broker.journal.JournalException;
import io.bindery.broker.journal.JournalException.Reason;
import io.bindery.broker.journal.JournalReader;
import io.bindery.broker.journal.StoredRecord;
import io.bindery.broker.store.Store.StoredMessage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * A store as it is on disk, to be read by tools: the state that a broker would start with, and the
 * messages behind it. Changes nothing, also where a start would cut or repair. Of a directory that
 * a broker has it sees what was written when it was opened. One thread.
 */
public final class StoreReader implements AutoCloseable {
  private final JournalReader journal;
  private final Liveness live = new Liveness();
  private final String checkpoint;
  private final KeptState found;

  private StoreReader(JournalReader journal, Checkpoints checkpoints) throws JournalException {
    this.journal = journal;
    this.checkpoint = checkpoints == null ? null : checkpoints.latest();
    this.found = checkpoints == null ? new KeptState() : checkpoints.load();
    journal.replay(found.replayFrom(), new Replay(found, journal::place));
    live.add(found);
  }

  /**
   * Reads a store.
   *
   * @param directory where its journal is
   * @throws JournalException VERSION, DAMAGED with file and offset, or FAILED
   */
  public static StoreReader open(DiskDirectory directory) throws JournalException {
    JournalReader journal = JournalReader.open(directory);
    boolean done = false;
    try {
      StoreReader reader = new StoreReader(journal, checkpoints(directory));
      done = true;
      return reader;
    } finally {
      if (!done) {
        journal.close();
      }
    }
  }

  /** Null when the directory holds none, because a broker was killed while it made them. */
  static Checkpoints checkpoints(DiskDirectory directory) throws JournalException {
    String where = directory.location() + "/" + StoreDirectories.CHECKPOINTS;
    try {
      return DiskDirectory.existing(where).map(Checkpoints::new).orElse(null);
    } catch (IOException e) {
      throw new JournalException(Reason.FAILED, "reading " + where, e);
    }
  }

  /** What a broker would start with. */
  public KeptState state() {
    return found;
  }

  /** The file of the checkpoint that a start begins with, or null. */
  public String checkpoint() {
    return checkpoint;
  }

  /** File and offset from where a start replays the journal. */
  public String replayFrom() {
    return found.replayFrom() == 0 ? "the beginning" : journal.place(found.replayFrom());
  }

  /** The segments of the journal, in order. */
  public List<JournalReader.SegmentFile> segments() {
    return journal.segments();
  }

  /** How many bytes of a segment are still needed, about: messages count as in memory. */
  public long liveBytes(long segment) {
    return live.live(segment);
  }

  /** The format version of checkpoints that this program writes. */
  public static int checkpointVersion() {
    return Checkpoints.VERSION;
  }

  /** How many messages a queue holds. */
  public long depth(KeptQueue queue) throws JournalException {
    return entries(queue, new Counting()).count();
  }

  private QueueEntries entries(KeptQueue queue, QueueEntries.Visitor visitor) {
    return new QueueEntries(queue, position -> journal.read(position).payload(), visitor);
  }

  private static final class Counting implements QueueEntries.Visitor {
    @Override
    public void entries(List<StoredEntry> entries) {
      // They are counted.
    }

    @Override
    public void unreadable(PageRef page, JournalException why) throws JournalException {
      throw why;
    }
  }

  /** Sees the messages of a queue in the order in which they are delivered. */
  public interface MessageVisitor {
    /** A message. */
    void message(StoredEntry entry, StoredMessage message) throws IOException;

    /** So many messages cannot be read. */
    void unreadable(long count, JournalException why) throws IOException;
  }

  /** Shows all messages of a queue; the visitor's failure ends it. */
  public void forEach(KeptQueue queue, MessageVisitor visitor)
      throws JournalException, IOException {
    Messages messages = new Messages(visitor);
    try {
      entries(queue, messages).forEach();
    } catch (VisitorFailedException e) {
      throw e.cause;
    }
  }

  /** The failure of a visitor on its way through those who know nothing of it. */
  private static final class VisitorFailedException extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final IOException cause;

    VisitorFailedException(IOException cause) {
      super(cause);
      this.cause = cause;
    }
  }

  private final class Messages implements QueueEntries.Visitor {
    private final MessageVisitor visitor;

    Messages(MessageVisitor visitor) {
      this.visitor = visitor;
    }

    @Override
    public void entries(List<StoredEntry> entries) {
      try {
        for (int next = together(entries); next < entries.size(); next++) {
          show(entries.get(next));
        }
      } catch (IOException e) {
        throw new VisitorFailedException(e);
      }
    }

    /** Reads neighbours together, as far as all is well. Answers how many were shown. */
    private int together(List<StoredEntry> entries) {
      long[] positions = entries.stream().mapToLong(StoredEntry::position).toArray();
      for (int i = 1; i < positions.length; i++) {
        if (positions[i] <= positions[i - 1]) {
          return 0;
        }
      }
      int[] shown = {0};
      try {
        journal.read(
            positions,
            (position, type, payload) -> {
              StoredMessage message = decode(position, type, payload);
              try {
                visitor.message(entries.get(shown[0]), message);
              } catch (IOException e) {
                throw new VisitorFailedException(e);
              }
              shown[0]++;
            });
      } catch (JournalException e) {
        // What cannot be read is told by who reads it alone.
        return shown[0];
      }
      return shown[0];
    }

    private void show(StoredEntry entry) throws IOException {
      StoredMessage message;
      try {
        message = message(entry.position());
      } catch (JournalException e) {
        visitor.unreadable(1, e);
        return;
      }
      visitor.message(entry, message);
    }

    @Override
    public void unreadable(PageRef page, JournalException why) {
      try {
        visitor.unreadable(page.kept(), why);
      } catch (IOException e) {
        throw new VisitorFailedException(e);
      }
    }
  }

  /**
   * A message.
   *
   * @throws JournalException GONE, VERSION, DAMAGED or FAILED
   */
  StoredMessage message(long position) throws JournalException {
    StoredRecord record = journal.read(position);
    return decode(position, record.type(), record.payload());
  }

  private StoredMessage decode(long position, int type, ByteBuffer payload)
      throws JournalException {
    try {
      if (type != RecordTypes.ENQUEUE && type != RecordTypes.MESSAGE) {
        throw new MalformedRecordException(
            0, "a record of type " + type + " where a message should be");
      }
      return MessageCodec.decode(WorkCodec.message(type, payload));
    } catch (UnknownFormatException e) {
      throw e.in(journal.place(position));
    } catch (MalformedRecordException | IllegalArgumentException | IndexOutOfBoundsException e) {
      throw new JournalException(
          Reason.DAMAGED, journal.place(position) + ": " + e.getMessage(), e);
    }
  }

  @Override
  public void close() {
    journal.close();
  }
}
