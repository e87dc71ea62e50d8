package io.bindery.broker.queue;

import io.bindery.broker.queue.Selection.InLane;
import io.bindery.broker.routing.NoLocal;
import io.bindery.broker.routing.SelectorIndex;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Which consumers take what: each ready entry is shown once to the selections that may accept it,
 * which an index finds, and its place is kept by those that do. So with many selectors a message
 * costs about what it costs with one, and no consumer looks at what is for others. Under the
 * queue's lock.
 *
 * <p>What was there before a selection came is shown by a scan, one for all who need it: it starts
 * again at the first index that somebody misses, and shows an entry only to those who were not
 * shown it before. It goes on when somebody looks for more and holds no place.
 */
final class Selections {
  /** How many places a selection keeps of a lane; what comes then is shown again later. */
  static final int MOST_PLACES = 131_072;

  private static final long ALL = Long.MAX_VALUE;

  private final Lanes lanes;
  private final int laneCount;
  private final Selection plain;
  private final List<Selection> onlyPlain;
  private final Map<Picks, Selection> selective = new HashMap<>();
  private final SelectorIndex<Selection> index = new SelectorIndex<>();

  /** One for each lane; none before the first selection that leaves something to others. */
  private Scan[] scans = {};

  private final List<Selection> accepting = new ArrayList<>();
  private boolean brokeOff;

  /** What makes consumers see the same. */
  private record Picks(String selector, NoLocal noLocal) {}

  /** How far the entries of a lane were shown. */
  private static final class Scan {
    final Cursor cursor = new Cursor();
    boolean complete = true;

    long position() {
      return complete ? ALL : cursor.index();
    }
  }

  Selections(Lanes lanes, int laneCount) {
    this.lanes = lanes;
    this.laneCount = laneCount;
    this.plain = new Selection(ConsumerSettings.TAKES_ALL, laneCount);
    this.onlyPlain = List.of(plain);
  }

  /** Of all consumers that leave nothing to others. */
  Selection plain() {
    return plain;
  }

  /** All others. */
  Collection<Selection> selective() {
    return selective.values();
  }

  /** Adds a consumer; tells what it shares with its like. */
  Selection join(ConsumerSettings settings) {
    Selection selection = plain;
    if (settings.selective()) {
      Picks picks = new Picks(settings.selector().text(), settings.noLocal());
      selection = selective.get(picks);
      if (selection == null) {
        selection = new Selection(settings, laneCount);
        makeScans();
        selective.put(picks, selection);
        index.add(settings.selector(), selection);
        for (int lane = 0; lane < laneCount; lane++) {
          scanFrom(0, lane, selection);
        }
      }
    }
    selection.joined();
    return selection;
  }

  private void makeScans() {
    if (scans.length == 0) {
      scans = new Scan[laneCount];
      Arrays.setAll(scans, lane -> new Scan());
    }
  }

  /** Takes a consumer out. */
  void leave(Selection selection) {
    if (selection.left() && selection.selective()) {
      ConsumerSettings settings = selection.settings();
      selective.remove(new Picks(settings.selector().text(), settings.noLocal()));
      index.remove(settings.selector(), selection);
    }
  }

  // --- showing ---

  /** An entry became ready: tells who accepts it, valid until the next call. */
  List<Selection> ready(Entry entry) {
    List<Selection> takers = accepting(entry);
    if (takers != onlyPlain) {
      long shown = scans[entry.priority].position();
      for (int i = 0; i < takers.size(); i++) {
        Selection taker = takers.get(i);
        // What lies further on is shown by the scan.
        if (taker.selective() && entry.index < Math.max(shown, taker.in(entry.priority).from)) {
          keep(taker.in(entry.priority), entry);
        }
      }
    }
    return takers;
  }

  /** Who accepts an entry, valid until the next call. */
  List<Selection> accepting(Entry entry) {
    if (selective.isEmpty()) {
      return onlyPlain;
    }
    accepting.clear();
    if (plain.hasMembers()) {
      accepting.add(plain);
    }
    index.forEachCandidate(entry.message(), Selections::tries, entry, accepting);
    return accepting;
  }

  private static void tries(Selection candidate, Entry entry, List<Selection> accepting) {
    if (candidate.accepts(entry.publication())) {
      accepting.add(candidate);
    }
  }

  private static void keep(InLane in, Entry entry) {
    Places places = in.places;
    if (entry.index >= in.missed) {
      return;
    }
    if (places.size() >= MOST_PLACES && entry.index > places.last()) {
      in.missed = entry.index;
      return;
    }
    if (places.isEmpty() || entry.index < places.first()) {
      in.cursor.page = entry.page;
    }
    places.add(entry.index);
  }

  // --- finding ---

  /**
   * The first ready entry for a selection, the highest priority first. Null when there is none, or
   * when {@link #brokeOff}.
   */
  Entry first(Selection selection) {
    brokeOff = false;
    if (!selection.selective()) {
      return lanes.first();
    }
    for (int lane = laneCount - 1; lane >= 0; lane--) {
      Entry entry = first(selection, lane);
      if (entry != null) {
        return entry;
      }
      if (!sawAll(selection, lane)) {
        brokeOff = true;
        return null;
      }
    }
    return null;
  }

  /**
   * Whether the last {@link #first} found nothing because a part of the scan was done, and it is
   * time to let others have the lock.
   */
  boolean brokeOff() {
    return brokeOff;
  }

  private Entry first(Selection selection, int lane) {
    Entry entry = picked(selection.in(lane), lane);
    if (entry == null && !sawAll(selection, lane)) {
      if (selection.in(lane).missed != ALL) {
        scanFrom(selection.in(lane).missed, lane, selection);
      }
      scan(selection, lane);
      entry = picked(selection.in(lane), lane);
    }
    return entry;
  }

  private Entry picked(InLane in, int lane) {
    while (!in.places.isEmpty()) {
      Entry entry = lanes.readyAt(lane, in.cursor, in.places.first());
      if (entry != null) {
        return entry;
      }
      in.places.removeFirst();
    }
    in.cursor.page = null;
    return null;
  }

  private boolean sawAll(Selection selection, int lane) {
    InLane in = selection.in(lane);
    return in.missed == ALL && Math.max(scans[lane].position(), in.from) == ALL;
  }

  /** Whether there may be something for a selection. */
  boolean mayHaveWork(Selection selection) {
    return backlog(selection) > 0;
  }

  /** How much there is for a selection, at most. */
  long backlog(Selection selection) {
    if (!selection.selective()) {
      return lanes.ready();
    }
    long known = 0;
    for (int lane = 0; lane < laneCount; lane++) {
      if (!sawAll(selection, lane)) {
        return lanes.ready();
      }
      known += selection.in(lane).places.size();
    }
    return Math.min(known, lanes.ready());
  }

  // --- the scan ---

  /** Lets the scan of a lane begin at an index, for a selection that was not shown what follows. */
  private void scanFrom(long at, int lane, Selection selection) {
    Scan scan = scans[lane];
    selection.in(lane).missed = ALL;
    if (lanes.waiting(lane) == 0) {
      // What is not ready now is shown when it becomes so.
      selection.in(lane).from = ALL;
      return;
    }
    long before = scan.position();
    for (Selection other : selective.values()) {
      other.in(lane).from = Math.max(other.in(lane).from, before);
    }
    selection.in(lane).from = at;
    scan.complete = false;
    lanes.seek(lane, scan.cursor, at);
  }

  /** Goes on to the first entry for a selection, or to the end of a page. */
  private void scan(Selection selection, int lane) {
    Scan scan = scans[lane];
    InLane in = selection.in(lane);
    Entry entry = lanes.nextInPage(lane, scan.cursor);
    while (entry != null) {
      lanes.look(entry, this::show);
      scan.cursor.past(entry);
      if (!in.places.isEmpty()) {
        return;
      }
      entry = lanes.nextInPage(lane, scan.cursor);
    }
    if (!lanes.nextPage(lane, scan.cursor)) {
      scan.complete = true;
      scan.cursor.page = null;
    }
  }

  private void show(Entry entry) {
    List<Selection> takers = accepting(entry);
    for (int i = 0; i < takers.size(); i++) {
      Selection taker = takers.get(i);
      if (taker.selective() && entry.index >= taker.in(entry.priority).from) {
        keep(taker.in(entry.priority), entry);
      }
    }
  }
}
