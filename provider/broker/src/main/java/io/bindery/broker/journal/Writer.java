package io.bindery.broker.journal;

import io.bindery.broker.journal.JournalException.Reason;
import io.bindery.broker.runtime.Environment;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.util.ArrayDeque;
import java.util.function.Consumer;

/**
 * The only one that writes. A step takes what was appended meanwhile, writes it as one group, syncs
 * if somebody waits for it, and calls the completions; the next group gathers during the sync. When
 * it has had nothing to do for a while it says in the log that all before is on disk, so that the
 * next start knows.
 *
 * <p>Confined to its worker, but for what is volatile.
 */
final class Writer implements Environment.Step {
  private static final System.Logger LOG = System.getLogger(Writer.class.getName());
  private static final long SPACE_CHECK_NS = 1_000_000_000L;

  private final Intake intake;
  private final Segments segments;
  private final JournalSettings settings;
  private final Environment environment;
  private final GroupWriter out;
  private final ArrayDeque<Completion> waiting = new ArrayDeque<>();
  private final ArrayDeque<Completion> durableNow = new ArrayDeque<>();
  private final long syncDelayNs;
  private Consumer<JournalException> onFailure = why -> {};
  private Segment segment;
  private Batch batch;
  private int next;
  private volatile boolean full;

  /** Up to where all is on disk, as groups say. */
  private long synced;

  /** Whether records are written and not synced. */
  private boolean unsynced;

  private long unsyncedSinceNs;

  /** Whether records are on disk and no group says so yet. */
  private boolean unmarked;

  /** Whether the group that says so is written and not synced. */
  private boolean unsyncedMark;

  private long syncedAtNs;
  private volatile long written;
  private volatile long durable;
  private volatile JournalException failure;

  /** What a journal is made of. */
  record Setup(Segments segments, JournalSettings settings, Environment environment) {}

  /** A writer that goes on behind an empty segment. */
  Writer(Setup setup, Intake intake) {
    this.segments = setup.segments();
    this.settings = setup.settings();
    this.environment = setup.environment();
    this.intake = intake;
    out = new GroupWriter(settings.segmentBytes());
    syncDelayNs = settings.syncDelayMs() * 1_000_000;
    goOn(segments.files().byNumber().lastEntry().getValue());
    durable = written;
  }

  /** Before its first step: who is told when it fails. */
  void onFailure(Consumer<JournalException> listener) {
    onFailure = listener;
  }

  private void goOn(Segment empty) {
    segment = empty;
    out.to(empty);
    written = empty.position(empty.end());
    synced = written;
    unsynced = false;
    unmarked = false;
    unsyncedMark = false;
  }

  /** Everything before it is durable. Any thread's. */
  long durable() {
    return durable;
  }

  /** Every record before it is in a file. Any thread's. */
  long written() {
    return written;
  }

  /** Why nothing is written any more, or null. Any thread's. */
  JournalException failure() {
    return failure;
  }

  /** Whether a batch waits until there is space. Any thread's. */
  boolean waitsForSpace() {
    return full;
  }

  @Override
  public long take() {
    try {
      return failure == null ? turn(environment.nanos()) : drain(environment.nanos());
    } catch (Throwable e) { // boundary: whatever it is, those who wait must hear of it
      fail(Reason.FAILED, e);
    }
    return 0;
  }

  private long turn(long nowNs) throws IOException {
    segments.dispose();
    if (batch == null && !takeBatch(nowNs)) {
      return rest(nowNs);
    }
    if (!write()) {
      return waitForSpace();
    }
    for (int i = 0; i < batch.count(); i++) {
      if (batch.completion(i) != null) {
        waiting.add(batch.completion(i));
      }
    }
    boolean urgent = batch.urgent();
    intake.written(batch);
    batch = null;
    if (!settings.sync()) {
      complete();
    } else if (urgent || isSyncDue(nowNs)) {
      sync();
    }
    return 0;
  }

  private boolean takeBatch(long nowNs) {
    batch = intake.take(nowNs);
    next = 0;
    return batch != null;
  }

  // --- a group ---

  /** Writes what is left of the batch; false if the disk is full. */
  private boolean write() throws IOException {
    while (next < batch.count()) {
      if (!batch.isRecord(next)) {
        next++;
        continue;
      }
      int last = lastOfSegment(next);
      try {
        makeRoom(next, last);
      } catch (DiskFullException e) {
        noteFull(e);
        return false;
      }
      full = false;
      writeRun(next, last);
      next = last + 1;
    }
    return true;
  }

  private int lastOfSegment(int first) {
    long number = Position.segment(batch.position(first));
    int last = first;
    for (int i = first; i < batch.count(); i++) {
      if (batch.isRecord(i)) {
        if (Position.segment(batch.position(i)) != number) {
          break;
        }
        last = i;
      }
    }
    return last;
  }

  private void makeRoom(int first, int last) throws IOException {
    long number = Position.segment(batch.position(first));
    if (number != segment.number()) {
      segment.file().sync();
      segment.file().seal();
      synced = written;
      long least = Position.offset(batch.end(first));
      goOn(segments.activate(number, segment.position(segment.end()), least));
    }
    segments.grow(segment, Position.offset(batch.end(last)));
  }

  private void writeRun(int first, int last) throws IOException {
    if (batch.position(first) != written + RecordFormat.GROUP_BYTES) {
      throw new IllegalStateException(
          "a record for " + batch.position(first) + " would be written behind " + written);
    }
    if (!unsynced) {
      unsynced = true;
      unsyncedSinceNs = environment.nanos();
    }
    out.group(synced);
    for (int i = first; i <= last; i++) {
      if (batch.isRecord(i)) {
        out.record(batch, i);
      }
    }
    out.flush();
    written = segment.position(segment.end());
  }

  private void sync() throws IOException {
    // Who waits for a position behind a mark waits for the mark, too.
    if (unsynced || unsyncedMark) {
      segment.file().sync();
      synced = written;
      unmarked = unsynced;
      unsynced = false;
      unsyncedMark = false;
      syncedAtNs = environment.nanos();
    }
    complete();
  }

  private boolean isSyncDue(long nowNs) {
    return unsynced && nowNs - unsyncedSinceNs >= syncDelayNs;
  }

  private void complete() {
    durable = written;
    for (Completion each = waiting.poll(); each != null; each = waiting.poll()) {
      each.durable();
      durableNow.add(each);
    }
    for (Completion each = durableNow.poll(); each != null; each = durableNow.poll()) {
      each.afterGroup();
    }
  }

  // --- nothing to write ---

  private long rest(long nowNs) throws IOException {
    if (intake.isClosed()) {
      return takeBatch(nowNs) ? 0 : end();
    }
    long waitNs = intake.waitNs(nowNs);
    if (segments.spaceIsLow()) {
      segments.refreshSpace();
      waitNs = Math.min(waitNs, SPACE_CHECK_NS);
    }
    if (settings.sync()) {
      waitNs = Math.min(waitNs, restSynced(nowNs));
    }
    return waitNs;
  }

  private long restSynced(long nowNs) throws IOException {
    if (isSyncDue(nowNs)) {
      sync();
    } else if (unsynced) {
      return unsyncedSinceNs + syncDelayNs - nowNs;
    }
    if (!unmarked) {
      return UNTIL_WOKEN;
    }
    long dueNs = syncedAtNs + syncDelayNs - nowNs;
    if (dueNs > 0) {
      return dueNs;
    }
    mark();
    return UNTIL_WOKEN;
  }

  /** Says up to where the log is on disk, without a sync of its own, if there is room for that. */
  private void mark() throws IOException {
    unmarked = false;
    if (segment.end() + RecordFormat.GROUP_BYTES <= segment.allocated()
        && intake.placeGroup(segment.number())) {
      out.group(synced);
      out.flush();
      written = segment.position(segment.end());
      unsyncedMark = true;
    }
  }

  private long end() throws IOException {
    sync();
    mark();
    segment.file().sync();
    segments.close();
    return LAST;
  }

  // --- a full disk ---

  private void noteFull(DiskFullException e) {
    if (!full) {
      LOG.log(
          Level.WARNING,
          "{0}: the disk is full, records wait until there is space ({1})",
          segments.directory().location(),
          e.getMessage());
    }
    full = true;
  }

  private long waitForSpace() throws IOException {
    if (intake.isClosed()) {
      fail(Reason.FULL, null);
      return 0;
    }
    segments.refreshSpace();
    return SPACE_CHECK_NS;
  }

  // --- a failure, after which nothing is durable any more ---

  private void fail(Reason reason, Throwable cause) {
    String what =
        reason == Reason.FULL
            ? "was closed while the disk was full"
            : "has failed; whether what was not yet durable is on disk shows the next start";
    JournalException why =
        new JournalException(
            reason, "the journal in " + segments.directory().location() + " " + what, cause);
    failure = why;
    // What is lost with a disk that was full at the end, if anything, its owner knows.
    LOG.log(reason == Reason.FULL ? Level.WARNING : Level.ERROR, why.getMessage(), cause);
    try {
      onFailure.accept(why);
    } catch (RuntimeException e) {
      LOG.log(Level.ERROR, "telling of the journal's failure", e);
    }
    for (Completion each = durableNow.poll(); each != null; each = durableNow.poll()) {
      tellAfterGroup(each);
    }
    for (Completion each = waiting.poll(); each != null; each = waiting.poll()) {
      tellFailure(each);
    }
    failBatch();
  }

  /** What is durable stays so, whatever failed behind it. */
  private static void tellAfterGroup(Completion completion) {
    try {
      completion.afterGroup();
    } catch (RuntimeException e) {
      LOG.log(Level.ERROR, "telling of what is durable", e);
    }
  }

  private void tellFailure(Completion completion) {
    try {
      completion.failed(failure);
    } catch (RuntimeException e) {
      LOG.log(Level.ERROR, "telling of the journal's failure", e);
    }
  }

  private void failBatch() {
    if (batch == null) {
      return;
    }
    for (int i = 0; i < batch.count(); i++) {
      if (batch.completion(i) != null) {
        tellFailure(batch.completion(i));
      }
    }
    intake.written(batch);
    batch = null;
  }

  private long drain(long nowNs) {
    if (takeBatch(nowNs)) {
      failBatch();
      return 0;
    }
    if (!intake.isClosed()) {
      return intake.waitNs(nowNs);
    }
    if (takeBatch(nowNs)) {
      return 0;
    }
    try {
      segments.close();
    } catch (IOException e) {
      LOG.log(Level.WARNING, "closing the failed journal", e);
    }
    return LAST;
  }
}
