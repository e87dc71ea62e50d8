package io.bindery.broker.store;

import io.bindery.broker.journal.Commitment;
import io.bindery.broker.journal.Completion;
import io.bindery.broker.journal.Journal;
import io.bindery.broker.journal.JournalException;
import io.bindery.broker.journal.JournalException.Reason;
import io.bindery.broker.journal.RecordVisitor;
import io.bindery.broker.journal.SegmentInfo;
import io.bindery.broker.journal.StoredRecord;
import io.bindery.broker.runtime.Environment;
import io.bindery.broker.runtime.IoFailure;
import io.bindery.engine.AmqpException;
import io.bindery.engine.ExchangeSpec;
import io.bindery.engine.QueueSpec;
import io.bindery.engine.ReplyCode;
import io.bindery.engine.SubscriptionSpec;
import io.bindery.engine.Ticket;
import io.bindery.engine.XidKey;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Lock;
import java.util.function.Consumer;
import javax.transaction.xa.Xid;

/**
 * The store of a broker with a directory: one journal for all that must outlive the broker,
 * checkpoints so that a start reads little of it, and a second journal, never synced and thrown
 * away by the next start, for what leaves memory and need not outlive the broker. Thread-safe.
 *
 * <p>A segment of the journal is freed when nothing of it was needed at the beginning of a
 * checkpoint that is on disk: so whatever says that something has left is on disk before its
 * message goes.
 */
public final class DurableStore implements Store, Ledger {
  private static final System.Logger LOG = System.getLogger(DurableStore.class.getName());

  private final StoreDirectories directories;
  private final StoreSettings settings;
  private final Environment environment;
  private final Journal journal;
  private final Checkpoints checkpoints;
  private final Liveness live = new Liveness();
  private final AtomicInteger lastQueueId = new AtomicInteger();
  private final KeptState found;
  private final Riders riders;
  private final Declarations declarations =
      new Declarations(
          (type, record, completion) -> append(type, record, Commitment.SYNC, completion));
  private Spill spill;
  private ReadAhead readAhead;
  private Checkpointer checkpointer;
  private List<Evacuation> evacuations = List.of();

  private DurableStore(
      StoreDirectories directories, StoreSettings settings, Environment environment)
      throws JournalException {
    this.directories = directories;
    this.settings = settings;
    this.environment = environment;
    this.riders = new Riders(environment, settings.acknowledgeWithinMs());
    this.checkpoints = new Checkpoints(directories.checkpoints());
    this.journal = Journal.open(directories.journal(), settings.journal(), environment);
    this.found = read();
  }

  /**
   * Opens a store and reads what it holds.
   *
   * @throws JournalException when the directory is in use, damaged or of another version
   */
  public static DurableStore open(
      StoreDirectories directories, StoreSettings settings, Environment environment)
      throws JournalException {
    return new DurableStore(directories, settings, environment);
  }

  private KeptState read() throws JournalException {
    boolean done = false;
    try {
      long startNs = environment.nanos();
      KeptState state = checkpoints.load();
      Replay replay = new Replay(state, journal::place);
      journal.replay(
          state.replayFrom(), new ReplayProgress(replay, journal::place, endOfLog(), environment));
      LOG.log(
          Level.INFO,
          "{0}: {1} queues, {2} branches in doubt, {3} records replayed in {4} ms",
          directories.journal().location(),
          state.queues().size(),
          state.branches().size(),
          replay.records(),
          (environment.nanos() - startNs) / 1_000_000);
      if (state.identity().isEmpty()) {
        state.identity(Long.toString(environment.random() >>> 1, 36));
      }
      lastQueueId.set(state.lastQueueId());
      live.add(state);
      done = true;
      return state;
    } finally {
      if (!done) {
        journal.close();
      }
    }
  }

  private String endOfLog() {
    List<SegmentInfo> segments = journal.segments();
    SegmentInfo last = segments.get(segments.size() - 1);
    return journal.place((last.number() << 32) + last.bytes());
  }

  @Override
  public KeptState found() {
    return found;
  }

  @Override
  public void start(KeptSource source, Consumer<AmqpException> onFailure) throws AmqpException {
    try {
      spill =
          new Spill(directories.spill(), settings.spill(), environment, () -> checkpointer.wake());
      checkpointer = new Checkpointer(journal, checkpoints, live, source);
      journal.start(why -> failed(why, onFailure));
      spill.start(why -> failed(why, onFailure));
      evacuations =
          List.of(
              evacuation(new Evacuation.Log(journal, live, this, 0), source),
              evacuation(spill.log(this), source));
      readAhead = new ReadAhead(environment);
      checkpointer.start(environment, evacuations, why -> failed(why, onFailure));
      if (found.hasParked()) {
        started();
      }
    } catch (IOException e) {
      throw cannotStart(IoFailure.of(e));
    } catch (JournalException e) {
      throw cannotStart(e.getMessage());
    }
  }

  private AmqpException cannotStart(String why) {
    return new AmqpException(
        ReplyCode.INTERNAL_ERROR,
        "The store in " + directories.journal().location() + " cannot start: " + why);
  }

  private Evacuation evacuation(Evacuation.Log log, KeptSource source) {
    return new Evacuation(log, source, environment, checkpointer::wake);
  }

  /**
   * Before anything that is parked is delivered, it is on disk that the next broker must not: it
   * would be delivered twice.
   */
  private void started() throws AmqpException {
    declarations.add(RecordTypes.STARTED, ByteBuffer.allocate(0));
    declared().await();
  }

  private void failed(JournalException why, Consumer<AmqpException> onFailure) {
    LOG.log(Level.ERROR, "the store has failed and keeps nothing any more", why);
    onFailure.accept(
        new AmqpException(ReplyCode.INTERNAL_ERROR, "The store has failed: " + why.getMessage()));
  }

  @Override
  public void close() {
    riders.flush();
    if (readAhead != null) {
      readAhead.close();
    }
    if (checkpointer != null) {
      checkpointer.close();
    }
    journal.close();
    if (spill != null) {
      spill.close();
    }
  }

  // --- pages and messages ---

  @Override
  public boolean evicts() {
    return true;
  }

  @Override
  public long keepMessage(StoredMessage message) {
    ByteBuffer record = MessageCodec.encode(0, message);
    return spill.add(RecordTypes.MESSAGE, record, message.message().sizeBytes()) | Spill.MARK;
  }

  @Override
  public StoredMessage message(long position) {
    try {
      StoredRecord record = read(position);
      return MessageCodec.decode(WorkCodec.message(record.type(), record.payload()));
    } catch (JournalException e) {
      throw new StoreException("a message cannot be read back: " + e.getMessage(), e);
    }
  }

  @Override
  public void messages(long[] positions, Reader reader) {
    long[] places = new long[positions.length];
    int kept = 0;
    for (int i = 0; i < positions.length; i++) {
      places[i] = positions[i] & ~Spill.MARK;
      kept += places[i] == positions[i] ? 1 : 0;
    }
    int[] index = new int[1];
    RecordVisitor visitor =
        (position, type, record) ->
            reader.message(index[0]++, MessageCodec.decode(WorkCodec.message(type, record)));
    try {
      journal.read(places, 0, kept, visitor);
      if (kept < places.length) {
        spill.read(places, kept, visitor);
      }
    } catch (JournalException e) {
      throw new StoreException("messages cannot be read back: " + e.getMessage(), e);
    }
  }

  @Override
  public void readAhead(Runnable read) {
    readAhead.add(read);
  }

  private StoredRecord read(long position) throws JournalException {
    return Spill.has(position) ? spill.read(position & ~Spill.MARK) : journal.read(position);
  }

  @Override
  public long keepPage(ByteBuffer page, boolean durable) {
    if (!durable) {
      return spill.add(RecordTypes.PAGE, page, page.remaining()) | Spill.MARK;
    }
    Counted counted = new Counted(live, page.remaining());
    return journal.append(RecordTypes.PAGE, page, Commitment.LATER, counted);
  }

  @Override
  public void readPage(long position, ByteBuffer page) {
    try {
      page.put(read(position).payload());
    } catch (JournalException e) {
      throw new StoreException("an index page cannot be read back: " + e.getMessage(), e);
    }
  }

  @Override
  public void forget(long position, int bytes) {
    boolean isSpilled = Spill.has(position);
    long where = position & ~Spill.MARK;
    long needed = isSpilled ? spill.remove(where, bytes) : live.remove(where, bytes);
    if (checkpointer == null) {
      return;
    }
    if (needed <= 0) {
      died(Liveness.segment(where), isSpilled);
    } else if (Evacuation.becomesSparse(settings.journal().segmentBytes(), needed, bytes)) {
      checkpointer.wake();
    }
  }

  private void died(long segment, boolean isSpilled) {
    if (isSpilled) {
      spill.free(segment);
    } else {
      checkpointer.died(segment);
    }
  }

  @Override
  public void moved(long from, long to, int bytes) {
    if (Spill.has(to)) {
      spill.moved(to & ~Spill.MARK, bytes);
    } else {
      live.add(to, bytes);
    }
    forget(from, bytes);
  }

  /** How many segments were left by what was needed of them, so that they could be freed. */
  public long evacuated() {
    return evacuations.stream().mapToLong(Evacuation::segmentsLeft).sum();
  }

  // --- declarations ---

  @Override
  public boolean keeps() {
    return true;
  }

  @Override
  public boolean keepsNonPersistent() {
    return settings.keepNonPersistent();
  }

  @Override
  public boolean acknowledgesAtOnce() {
    return settings.acknowledgeAtOnce();
  }

  @Override
  public boolean isExhausted() {
    return journal.onlyReserveIsLeft() || spill != null && spill.journal().onlyReserveIsLeft();
  }

  @Override
  public boolean isFull() {
    return journal.spaceIsLow() || spill != null && spill.journal().spaceIsLow();
  }

  @Override
  public long unwrittenBytes() {
    return journal.unwrittenBytes() + (spill == null ? 0 : spill.journal().unwrittenBytes());
  }

  @Override
  public int declareQueue(String host, QueueSpec spec) {
    int id = lastQueueId.incrementAndGet();
    int head = Integer.BYTES + WorkCodec.hostBytes(host);
    ByteBuffer record = WorkCodec.host(host, DeclarationCodec.encode(head, spec));
    declarations.add(RecordTypes.QUEUE, WorkCodec.queue(id, record));
    return id;
  }

  @Override
  public void deleteQueue(int queue) {
    declarations.add(
        RecordTypes.QUEUE_GONE, ByteBuffer.allocate(Integer.BYTES).putInt(queue).flip());
  }

  @Override
  public void declareExchange(String host, ExchangeSpec spec) {
    int head = WorkCodec.hostBytes(host);
    declarations.add(
        RecordTypes.EXCHANGE, WorkCodec.host(host, DeclarationCodec.encode(head, spec)));
  }

  @Override
  public void deleteExchange(String host, String name) {
    byte[] text = name.getBytes(StandardCharsets.UTF_8);
    int head = WorkCodec.hostBytes(host);
    ByteBuffer record = ByteBuffer.allocate(head + text.length).position(head).put(text);
    declarations.add(RecordTypes.EXCHANGE_GONE, WorkCodec.host(host, record.position(head)));
  }

  @Override
  public void bind(String host, StoredBinding binding) {
    bound(RecordTypes.BINDING, host, binding);
  }

  @Override
  public void unbind(String host, StoredBinding binding) {
    bound(RecordTypes.BINDING_GONE, host, binding);
  }

  private void bound(int type, String host, StoredBinding binding) {
    int head = WorkCodec.hostBytes(host);
    declarations.add(type, WorkCodec.host(host, DeclarationCodec.encode(head, binding)));
  }

  @Override
  public void subscribe(int queue, SubscriptionSpec spec) {
    declarations.add(
        RecordTypes.SUBSCRIPTION,
        WorkCodec.queue(queue, DeclarationCodec.encode(Integer.BYTES, spec)));
  }

  @Override
  public void together(Declaring work) throws AmqpException {
    declarations.together(work);
  }

  @Override
  public Ticket<Void> declared() {
    return declarations.written();
  }

  private void append(int type, ByteBuffer record, Commitment commitment, Completion completion) {
    long position = journal.append(type, record, commitment, completion);
    if (checkpointer != null) {
      checkpointer.appended(position);
    }
  }

  // --- work ---

  @Override
  public void publish(
      StoredMessage message, List<? extends Kept> entries, long nowMs, Completion completion) {
    append(
        RecordTypes.ENQUEUE,
        WorkCodec.enqueue(message, entries, nowMs),
        Commitment.SYNC,
        new Placed(entries, live, completion));
  }

  @Override
  public void after(Completion completion) {
    journal.after(completion);
  }

  @Override
  public void stage(StoredMessage message, List<? extends Kept> entries) {
    append(
        RecordTypes.MESSAGE,
        MessageCodec.encode(0, message),
        Commitment.LATER,
        new Placed(entries, live, null));
  }

  @Override
  public void commit(Unit unit, Completion completion) {
    telling(
        () -> append(RecordTypes.COMMIT, WorkCodec.unit(unit), Commitment.SYNC, completion), unit);
  }

  @Override
  public void prepare(Xid xid, Unit unit, Completion completion) {
    XidKey key = new XidKey(xid);
    telling(
        () ->
            append(RecordTypes.PREPARE, WorkCodec.prepare(key, unit), Commitment.SYNC, completion),
        unit);
  }

  /** Appends what tells where messages are, before any of these places may be gone. */
  private void telling(Runnable append, Unit unit) {
    if (unit.enqueued().isEmpty()) {
      append.run();
      return;
    }
    Lock telling = live.telling();
    telling.lock();
    try {
      append.run();
    } finally {
      telling.unlock();
    }
  }

  @Override
  public void decide(Xid xid, Decision decision, Completion completion) {
    append(
        RecordTypes.DECIDE,
        WorkCodec.decide(new XidKey(xid), decision, environment.nowMs()),
        Commitment.SYNC,
        completion);
  }

  @Override
  public void ride(Runnable rider) {
    riders.add(rider);
  }

  @Override
  public void left(int queue, long[] ranges) {
    append(RecordTypes.LEFT, WorkCodec.left(queue, ranges), Commitment.LATER, null);
  }

  @Override
  public void failed(Kept entry, int deliveries, int failures, Completion completion) {
    append(
        RecordTypes.FAILED,
        WorkCodec.failed(entry, deliveries, failures),
        completion == null ? Commitment.LATER : Commitment.SYNC,
        completion);
  }

  @Override
  public void mark(int queue, int lane, long below, Completion completion) {
    append(RecordTypes.MARK, WorkCodec.mark(queue, lane, below), Commitment.SYNC, completion);
  }

  /** Takes a checkpoint, and waits for it. For tools and tests; not on a thread of the store. */
  public void checkpoint() throws JournalException {
    checkpointer.now();
  }

  /** The failure of a directory that cannot be used. */
  public static AmqpException unusable(String directory, Exception why) {
    boolean locked = why instanceof JournalException failure && failure.reason() == Reason.LOCKED;
    String what = why instanceof IOException failure ? IoFailure.of(failure) : why.getMessage();
    return new AmqpException(
        locked ? ReplyCode.RESOURCE_LOCKED : ReplyCode.INTERNAL_ERROR,
        "The directory " + directory + " (dir) cannot be used: " + what);
  }
}
