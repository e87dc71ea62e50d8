package io.bindery.broker.queue;

import io.bindery.broker.store.KeptEntry;
import io.bindery.broker.store.KeptQueue;
import io.bindery.broker.store.PageRef;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Fills a queue with what was found of it, in order. Pages in which nothing has changed are not
 * read; what may have been delivered counts one delivery more. Under the queue's lock, before
 * anybody uses the queue.
 */
final class RestoreOfQueue {
  /**
   * What is not due for so long was not delivered before, even if the clock was put back meanwhile.
   */
  private static final long CLOCK_MS = 60_000;

  private final MessageQueue queue;
  private final KeptQueue found;
  private final Contents contents;
  private final Lanes lanes;
  private final Suspects suspects;
  private final Dispatch dispatch;
  private final PageStore store;
  private final long nowMs;

  /** Who holds what prepared branches have taken. */
  private final QueueConsumer nobody;

  private final NavigableSet<Long> wanted = new TreeSet<>();
  private final Map<Long, Entry> promised = new HashMap<>();
  private final Map<Integer, List<Entry>> loose = new TreeMap<>();
  private final List<Entry> spent = new ArrayList<>();

  RestoreOfQueue(MessageQueue queue, KeptQueue found, Contents contents, Dispatch dispatch) {
    this.queue = queue;
    this.found = found;
    this.contents = contents;
    this.lanes = contents.lanes();
    this.suspects = contents.suspects();
    this.dispatch = dispatch;
    this.store = lanes.store();
    this.nowMs = queue.nowMs();
    this.nobody = queue.taker(null);
  }

  /**
   * Fills it.
   *
   * @param reserved entries of prepared branches, which stay invisible
   * @param accepted sequences that prepared branches take from it
   * @return those entries by their sequence; the accepted ones are in a transaction
   */
  Map<Long, Entry> run(List<KeptEntry> reserved, List<Long> accepted) {
    wanted.addAll(accepted);
    for (KeptEntry each : reserved) {
      // The queue's time to live begins with the commit.
      Entry entry = entry(each, each.expiresAtMs());
      entry.state(Entry.RESERVED);
      contents.keeping().reserved(entry);
      if (each.delayed()) {
        timed(entry);
      }
      promised.put(each.sequence(), entry);
      if (each.delayed()) {
        contents.reservedDelayed(entry);
      } else {
        add(entry);
      }
    }
    for (KeptEntry each : found.entries().values()) {
      long expiresAtMs =
          each.delayed()
              ? each.expiresAtMs()
              : expiresAtMs(each.expiresAtMs(), each.enqueuedAtMs());
      enter(entry(each, expiresAtMs), each.delayed());
    }
    for (PageRef page : found.delayed()) {
      read(page).forEach(entry -> enter(entry, true));
    }
    found.pages().forEach(page -> loose.computeIfAbsent(page.lane(), any -> new ArrayList<>()));
    loose.forEach(this::fill);
    return promised;
  }

  private Entry entry(KeptEntry each, long expiresAtMs) {
    Entry entry =
        new Entry(
            queue,
            store.publication(each.position(), each.sizeBytes(), true),
            new Entry.Place(each.sequence(), each.lane(), expiresAtMs));
    entry.kept = true;
    entry.position(each.position());
    return counted(entry);
  }

  /** When an entry expires that became ready at a time, by its publisher's will or the queue's. */
  private long expiresAtMs(long byPublisherMs, long readyAtMs) {
    long ttlMs = queue.definition().limits().messageTtlMs();
    long byQueueMs = readyAtMs + ttlMs;
    return ttlMs < 0 || byPublisherMs != 0 && byPublisherMs < byQueueMs ? byPublisherMs : byQueueMs;
  }

  /** Entries that have failed too often: they are taken out, and are to die. */
  List<Entry> spent() {
    return spent;
  }

  private Entry counted(Entry entry) {
    KeptQueue.Counts counts = found.counts().get(entry.sequence);
    if (counts != null) {
      entry.deliveries = Math.max(entry.deliveries, counts.deliveries());
      entry.failures = counts.failures();
    }
    return entry;
  }

  /** An entry was in its lane: it may have been delivered. */
  private Entry marked(Entry entry) {
    boolean below =
        entry.sequence < found.mark(entry.priority) || found.delivered().contains(entry.sequence);
    if (below) {
      entry.deliveries++;
    }
    long maxFailures = queue.definition().limits().maxFailures();
    // Without a limit it is of no use to find out which one kills.
    entry.suspect = maxFailures > 0 && (below || found.counts().containsKey(entry.sequence));
    if (entry.suspect) {
      suspects.found();
    }
    return entry;
  }

  private void add(Entry entry) {
    loose.computeIfAbsent(entry.priority, any -> new ArrayList<>()).add(entry);
  }

  private void timed(Entry entry) {
    entry.times(entry.message());
    store.unload(entry);
  }

  private void enter(Entry entry, boolean delayed) {
    entry.state(Entry.READY);
    if (delayed) {
      timed(entry);
    }
    if (entry.dueMs <= nowMs + CLOCK_MS) {
      marked(entry);
    }
    // What a branch has taken was due, whatever the clock says now.
    if (entry.dueMs > nowMs && !wanted.contains(entry.sequence)) {
      dispatch.delay(entry, nowMs);
    } else {
      if (delayed) {
        entry.expiresAtMs = expiresAtMs(entry.expiresAtMs, entry.dueMs);
      }
      add(entry);
    }
  }

  /** The entries of a page that are still there. */
  private List<Entry> read(PageRef page) {
    List<Entry> there = new ArrayList<>(page.live());
    for (Entry entry : store.read(page)) {
      if (entry == null || !entry.kept && !entry.parked) {
        continue;
      }
      boolean stays = entry.kept || found.parked();
      if (stays && !found.left().contains(entry.sequence)) {
        there.add(counted(entry));
      } else {
        store.gone(entry);
      }
    }
    store.forget(page);
    return there;
  }

  private void fill(int lane, List<Entry> entries) {
    entries.sort(Comparator.comparingLong(Entry::sequence));
    int next = 0;
    for (PageRef page : found.pages()) {
      if (page.lane() != lane) {
        continue;
      }
      int within = next;
      while (within < entries.size() && entries.get(within).sequence < page.firstSequence()) {
        append(entries.get(within++));
      }
      next = within;
      while (within < entries.size() && entries.get(within).sequence <= page.lastSequence()) {
        within++;
      }
      if (within > next || isChanged(page)) {
        List<Entry> merged = read(page);
        merged.forEach(this::marked);
        merged.addAll(entries.subList(next, within));
        merged.sort(Comparator.comparingLong(Entry::sequence));
        merged.forEach(this::append);
        next = within;
      } else {
        lanes.link(page);
        dispatch.expiresAt(page.leastExpiryMs(), nowMs);
      }
    }
    entries.subList(next, entries.size()).forEach(this::append);
  }

  private boolean isChanged(PageRef page) {
    long first = page.firstSequence();
    long last = page.lastSequence();
    Long wantedNext = wanted.ceiling(first);
    return lanes.weighs()
        || page.kept() != page.live() && !found.parked()
        || first < found.mark(page.lane())
        || found.left().intersects(first, last)
        || found.delivered().intersects(first, last)
        || wantedNext != null && wantedNext <= last
        || found.counts().keySet().stream().anyMatch(each -> first <= each && each <= last);
  }

  /**
   * What is not for delivery is taken out at once: a page that holds only what is ready leaves
   * memory when others follow, and its entries are others when it is read again.
   */
  private void append(Entry entry) {
    boolean reserved = entry.state() == Entry.RESERVED;
    lanes.append(entry);
    if (reserved) {
      return;
    }
    dispatch.becameReady(entry, nowMs);
    if (wanted.contains(entry.sequence)) {
      promised.put(entry.sequence, entry);
      entry.suspect = false;
      contents.hold(nobody, entry);
      entry.lock();
    } else if (isSpent(entry)) {
      lanes.takeOut(entry, Entry.LOCKED);
      spent.add(entry);
    }
  }

  private boolean isSpent(Entry entry) {
    return entry.suspect && entry.failures >= queue.definition().limits().maxFailures();
  }
}
