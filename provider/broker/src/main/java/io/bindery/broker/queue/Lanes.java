package io.bindery.broker.queue;

import io.bindery.broker.routing.Publication;
import io.bindery.broker.store.PageRef;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * The entries of a queue: a lane for each priority, made on first use, and what is not yet due.
 * Under the queue's lock.
 */
final class Lanes {
  private final Lane[] byPriority;
  private final PageStore store;
  private final DelayedEntries delayed = new DelayedEntries();
  private long ready;
  private final boolean weighs;
  private long readyBytes;
  private long coming;
  private long comingBytes;

  Lanes(QueueDefinition definition, PageStore store) {
    this.byPriority = new Lane[definition.lanes()];
    this.weighs = definition.limits().maxLengthBytes() >= 0;
    this.store = store;
  }

  long ready() {
    return ready;
  }

  /** The bytes of the bodies that are ready; 0 when the queue has no limit for them. */
  long readyBytes() {
    return readyBytes;
  }

  /** How many have their slots and are not ready yet: of transactions, or not yet on disk. */
  long coming() {
    return coming;
  }

  /** The bytes of the bodies of those; 0 when the queue has no limit for them. */
  long comingBytes() {
    return comingBytes;
  }

  DelayedEntries delayed() {
    return delayed;
  }

  int count() {
    return byPriority.length;
  }

  private Lane of(Entry entry) {
    return of(entry.priority);
  }

  private Lane of(int priority) {
    Lane lane = byPriority[priority];
    if (lane == null) {
      lane = new Lane(store);
      byPriority[priority] = lane;
    }
    return lane;
  }

  /** How many entries of a lane wait. */
  long waiting(int lane) {
    return byPriority[lane] == null ? 0 : byPriority[lane].ready();
  }

  /** Adds a page that is in the store, behind all that is in its lane. */
  void link(PageRef ref) {
    of(ref.lane()).link(ref);
    ready += ref.live();
  }

  /** Whether pages need to be read to know what they weigh. */
  boolean weighs() {
    return weighs;
  }

  /** Tells a checkpoint what is here, of what outlives the broker. */
  void snapshot(SnapshotOfQueue into) {
    for (Lane lane : byPriority) {
      if (lane != null) {
        lane.snapshot(into);
      }
    }
    into.delayed(delayed.all());
  }

  /** All pages. */
  List<Page> pages() {
    List<Page> pages = new ArrayList<>();
    for (Lane lane : byPriority) {
      if (lane != null) {
        lane.pages(pages);
      }
    }
    return pages;
  }

  PageStore store() {
    return store;
  }

  /** Gives an entry its slot at the end of its lane. */
  void append(Entry entry) {
    of(entry).append(entry);
    if (entry.state() == Entry.RESERVED) {
      coming++;
      comingBytes += weight(entry);
    }
  }

  private void came(long weight) {
    coming--;
    comingBytes -= weight;
  }

  /** RabbitMQ counts bodies only; and only a queue with such a limit has to. */
  private long weight(Entry entry) {
    return weighs ? entry.message().body().sizeBytes() : 0;
  }

  /** Makes an entry that has its slot ready. */
  void makeReady(Entry entry) {
    long weight = weight(entry);
    if (entry.state() == Entry.RESERVED) {
      came(weight);
    }
    of(entry).makeReady(entry);
    ready++;
    readyBytes += weight;
  }

  /** Takes a ready entry out of what is ready; it keeps its slot. */
  void takeOut(Entry entry, int state) {
    of(entry).takeOut(entry, state);
    ready--;
    readyBytes -= weight(entry);
  }

  /** Frees an entry's slot, if it has one, and its place in the store. */
  void remove(Entry entry) {
    if (entry.page != null && entry.state() == Entry.RESERVED) {
      came(weight(entry));
    }
    store.gone(entry);
    if (entry.page == null) {
      entry.state(Entry.GONE);
    } else {
      of(entry).remove(entry);
    }
  }

  /** The first ready entry, the highest priority first, or null. */
  Entry first() {
    for (int i = byPriority.length - 1; ready > 0 && i >= 0; i--) {
      Entry entry = byPriority[i] == null ? null : byPriority[i].nextReady();
      if (entry != null) {
        return entry;
      }
    }
    return null;
  }

  /** The first ready entry that such a consumer takes, or null. Looks from the beginning on. */
  Entry firstFor(ConsumerSettings settings) {
    for (int i = byPriority.length - 1; ready > 0 && i >= 0; i--) {
      Entry entry = byPriority[i] == null ? null : firstIn(byPriority[i], new Cursor(), settings);
      if (entry != null) {
        return entry;
      }
    }
    return null;
  }

  private static Entry firstIn(Lane lane, Cursor cursor, ConsumerSettings settings) {
    Entry entry = lane.ready() == 0 ? null : lane.nextReady(cursor);
    while (entry != null && !lane.looksFor(entry, each -> settings.accepts(each.publication))) {
      cursor.past(entry);
      entry = lane.nextReady(cursor);
    }
    return entry;
  }

  // --- for selections ---

  /** The entry with an index, null unless it is ready. The cursor stands at or before it. */
  Entry readyAt(int lane, Cursor cursor, long index) {
    return byPriority[lane].readyAt(cursor, index);
  }

  /** Puts a cursor at an index, or at the first that is left. */
  void seek(int lane, Cursor cursor, long index) {
    byPriority[lane].seek(cursor, index);
  }

  /** The next ready entry from a cursor on, within its page, or null. */
  Entry nextInPage(int lane, Cursor cursor) {
    return byPriority[lane].nextInPage(cursor);
  }

  /** Moves a cursor to the beginning of the next page. False when there is none. */
  boolean nextPage(int lane, Cursor cursor) {
    return byPriority[lane].nextPage(cursor);
  }

  /** Shows all entries that have a slot, from the highest priority and the first index on. */
  void forEach(int priority, long fromIndex, Lane.Predicate visitor) {
    if (byPriority[priority] != null) {
      byPriority[priority].forEach(fromIndex, visitor);
    }
  }

  /** What is delivered next of a lane and is to be read now; often nothing. */
  List<Publication> ahead(int lane) {
    return store.evicts() ? byPriority[lane].ahead() : List.of();
  }

  /** Looks at an entry; its message is in memory afterwards only if it was before. */
  void look(Entry entry, Consumer<Entry> visitor) {
    of(entry)
        .looksFor(
            entry,
            each -> {
              visitor.accept(each);
              return true;
            });
  }

  /** The first page of a lane that reaches an index, or null. */
  Page pageFrom(int lane, long index) {
    return byPriority[lane] == null ? null : byPriority[lane].pageFrom(index);
  }

  /** Memory is short: all that may leave it does. */
  void pageOut() {
    for (Lane lane : byPriority) {
      if (lane != null) {
        lane.pageOut();
      }
    }
    delayed.all().forEach(store::unload);
  }

  /** Shows the ready entries that have expired, until the visitor wants no more. */
  void forEachExpired(long nowMs, Lane.Predicate visitor) {
    boolean more = true;
    for (int lane = 0; more && lane < byPriority.length; lane++) {
      more = byPriority[lane] == null || byPriority[lane].forEachExpired(nowMs, visitor);
    }
  }

  /** When something is next due or expires, {@link Long#MAX_VALUE} for never. */
  long nextEventMs() {
    long next = delayed.nextMs();
    for (Lane lane : byPriority) {
      next = lane == null ? next : Math.min(next, lane.leastExpiryMs());
    }
    return next;
  }
}
