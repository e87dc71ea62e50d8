package io.bindery.broker.queue;

/**
 * A place in a lane: everything before it is known not to be ready, or not to match. Under the
 * queue's lock.
 */
final class Cursor {
  Page page;
  int slot;

  long index() {
    return page == null ? -1 : page.firstIndex + slot;
  }

  /** Moves back to an entry that became ready, when it lies before. */
  void rewind(Entry entry) {
    if (page != null && entry.index < index()) {
      page = entry.page;
      slot = (int) (entry.index - page.firstIndex);
    }
  }

  /** Moves to a place in a page. */
  void to(Page there, long index) {
    page = there;
    slot = (int) (index - there.firstIndex);
  }

  void past(Entry entry) {
    page = entry.page;
    slot = (int) (entry.index - page.firstIndex) + 1;
  }
}
