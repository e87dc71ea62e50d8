package io.bindery.broker.store;

import io.bindery.engine.QueueSpec;
import io.bindery.engine.SubscriptionSpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A durable queue as a checkpoint saw it and the journal behind that changed it. One thread.
 *
 * <p>What comes in is told by its sequence: up to the last one that the checkpoint saw it is there
 * already, or has left, unless it was reserved then.
 */
public final class KeptQueue {
  private final int id;
  private final String host;
  private final QueueSpec spec;
  private final List<PageRef> pages = new ArrayList<>();
  private final List<PageRef> delayed = new ArrayList<>();
  private final TreeMap<Long, KeptEntry> entries = new TreeMap<>();
  private final SequenceSet reserved = new SequenceSet();
  private final SequenceSet left = new SequenceSet();
  private final SequenceSet delivered = new SequenceSet();
  private final Map<Long, Counts> counts = new HashMap<>();
  private SubscriptionSpec subscription;
  private long[] marks = new long[0];
  private long seenSequence;
  private long lastSequence;
  private boolean parked;

  /**
   * How often an entry was delivered, and how often an application failed on it.
   *
   * @param deliveries how often it was delivered
   * @param failures how often an application failed on it
   */
  public record Counts(int deliveries, int failures) {}

  /** A queue without anything in it. */
  public KeptQueue(int id, String host, QueueSpec spec) {
    this.id = id;
    this.host = host;
    this.spec = spec;
  }

  /** Its number in the ledger. */
  public int id() {
    return id;
  }

  /** Its virtual host. */
  public String host() {
    return host;
  }

  /** Whether what is parked counts: the broker before has ended in order, and none came since. */
  public boolean parked() {
    return parked;
  }

  /** Whether what is parked counts. */
  public void parked(boolean counts) {
    parked = counts;
  }

  /** What was declared. */
  public QueueSpec spec() {
    return spec;
  }

  /** The durable subscription whose queue it is, or null. */
  public SubscriptionSpec subscription() {
    return subscription;
  }

  /** It is the queue of a durable subscription. */
  public void subscription(SubscriptionSpec of) {
    subscription = of;
  }

  /** Its pages, lane by lane in order. */
  public List<PageRef> pages() {
    return pages;
  }

  /** Pages of entries that were not yet due. */
  public List<PageRef> delayed() {
    return delayed;
  }

  /** What came in behind the checkpoint, by sequence. */
  public TreeMap<Long, KeptEntry> entries() {
    return entries;
  }

  /** Sequences that have left; those in pages among them. */
  public SequenceSet left() {
    return left;
  }

  /** Sequences that were delivered, whatever the marks say. */
  public SequenceSet delivered() {
    return delivered;
  }

  /** What was counted of entries behind the checkpoint. */
  public Map<Long, Counts> counts() {
    return counts;
  }

  /** Below which sequence entries of a lane may have been delivered. */
  public long mark(int lane) {
    return lane < marks.length ? marks[lane] : 0;
  }

  /** The marks by lane: below which sequence entries may have been delivered. */
  public long[] marks() {
    return marks.clone();
  }

  /** Entries of a lane below a sequence may have been delivered. */
  public void mark(int lane, long below) {
    if (lane >= marks.length) {
      marks = Arrays.copyOf(marks, lane + 1);
    }
    marks[lane] = Math.max(marks[lane], below);
  }

  /** The last sequence that was given. */
  public long lastSequence() {
    return lastSequence;
  }

  /** The last sequence that the checkpoint saw. */
  public void seen(long sequence) {
    seenSequence = sequence;
    lastSequence = sequence;
  }

  /** A sequence that the checkpoint saw reserved, for what was not yet in the journal. */
  public void reserved(long sequence) {
    reserved.add(sequence, sequence);
  }

  SequenceSet reserved() {
    return reserved;
  }

  /** A sequence was given, also if nothing comes of it: no other entry may get it. */
  void given(long sequence) {
    lastSequence = Math.max(lastSequence, sequence);
  }

  /** An entry is in the journal. */
  void enqueued(KeptEntry entry) {
    given(entry.sequence());
    if (entry.sequence() > seenSequence || reserved.contains(entry.sequence())) {
      entries.put(entry.sequence(), entry);
    }
  }

  /** Entries have left. */
  void left(long first, long last) {
    entries.subMap(first, true, last, true).clear();
    left.add(first, last);
  }
}
