package io.bindery.broker.store;

import io.bindery.broker.journal.JournalException;
import io.bindery.broker.journal.JournalException.Reason;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;

/**
 * What a durable queue holds, in the order in which it is delivered: the highest lane first, and
 * last what was published to be delivered later. Pages are read one by one. One thread.
 */
final class QueueEntries {
  private final KeptQueue queue;
  private final PageReader pages;
  private final Visitor visitor;

  /** Reads an index page. */
  interface PageReader {
    /** The page that is at a position. */
    ByteBuffer read(long position) throws JournalException;
  }

  /** Sees entries, a page or less at a time. */
  interface Visitor {
    /** Entries, in order. */
    void entries(List<StoredEntry> entries) throws JournalException;

    /** A page that cannot be read, and with it so many entries. */
    void unreadable(PageRef page, JournalException why) throws JournalException;
  }

  QueueEntries(KeptQueue queue, PageReader pages, Visitor visitor) {
    this.queue = queue;
    this.pages = pages;
    this.visitor = visitor;
  }

  void forEach() throws JournalException {
    TreeMap<Integer, List<StoredEntry>> loose = new TreeMap<>(Comparator.reverseOrder());
    queue.pages().forEach(page -> loose.computeIfAbsent(page.lane(), any -> new ArrayList<>()));
    List<StoredEntry> later = new ArrayList<>();
    for (KeptEntry each : queue.entries().values()) {
      (each.delayed() ? later : loose.computeIfAbsent(each.lane(), any -> new ArrayList<>()))
          .add(entry(each));
    }
    for (var lane : loose.entrySet()) {
      forEach(lane.getKey(), lane.getValue());
    }
    for (PageRef page : queue.delayed()) {
      show(read(page));
    }
    show(later);
  }

  /** How many there are. Reads only pages of which something has left. */
  long count() throws JournalException {
    long count = queue.entries().size();
    for (List<PageRef> part : List.of(queue.pages(), queue.delayed())) {
      for (PageRef page : part) {
        count +=
            queue.left().intersects(page.firstSequence(), page.lastSequence())
                    || queue.parked() && page.kept() != page.live()
                ? read(page).size()
                : page.kept();
      }
    }
    return count;
  }

  /** The pages of a lane follow each other, and what came behind the checkpoint fits in between. */
  private void forEach(int lane, List<StoredEntry> loose) throws JournalException {
    int next = 0;
    for (PageRef page : queue.pages()) {
      if (page.lane() == lane) {
        List<StoredEntry> part = read(page);
        int end = next;
        while (end < loose.size() && loose.get(end).sequence() <= page.lastSequence()) {
          end++;
        }
        part.addAll(loose.subList(next, end));
        part.sort(Comparator.comparingLong(StoredEntry::sequence));
        next = end;
        show(part);
      }
    }
    show(loose.subList(next, loose.size()));
  }

  private void show(List<StoredEntry> entries) throws JournalException {
    if (!entries.isEmpty()) {
      visitor.entries(entries);
    }
  }

  private List<StoredEntry> read(PageRef page) throws JournalException {
    List<StoredEntry> there = new ArrayList<>(page.live());
    try {
      ByteBuffer slots = pages.read(page.position());
      for (int i = 0; i < page.slots(); i++) {
        PageSlot slot = PageSlot.read(slots);
        if (slot != null && stays(slot) && !queue.left().contains(slot.sequence())) {
          there.add(entry(slot));
        }
      }
    } catch (JournalException e) {
      visitor.unreadable(page, e);
    } catch (BufferUnderflowException e) {
      visitor.unreadable(
          page, new JournalException(Reason.DAMAGED, "an index page is too short", e));
    }
    return there;
  }

  private boolean stays(PageSlot slot) {
    return slot.kept() || slot.parked() && queue.parked();
  }

  private StoredEntry entry(KeptEntry each) {
    return counted(new StoredEntry(each.lane(), each.sequence(), each.position(), 0, 0));
  }

  private StoredEntry entry(PageSlot slot) {
    return counted(
        new StoredEntry(
            slot.lane(), slot.sequence(), slot.position(), slot.deliveries(), slot.failures()));
  }

  private StoredEntry counted(StoredEntry entry) {
    KeptQueue.Counts counts =
        queue.counts().getOrDefault(entry.sequence(), new KeptQueue.Counts(0, 0));
    boolean maybe =
        entry.sequence() < queue.mark(entry.lane()) || queue.delivered().contains(entry.sequence());
    return new StoredEntry(
        entry.lane(),
        entry.sequence(),
        entry.position(),
        Math.max(entry.deliveries(), counts.deliveries()) + (maybe ? 1 : 0),
        Math.max(entry.failures(), counts.failures()));
  }
}
