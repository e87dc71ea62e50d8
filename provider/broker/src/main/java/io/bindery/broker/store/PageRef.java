package io.bindery.broker.store;

/**
 * An index page that is in the store, with what must be known of it without reading it.
 *
 * @param position where it is
 * @param bytes its size
 * @param lane its lane in the queue
 * @param slots how many slots it has, free ones included
 * @param live how many of them are taken
 * @param kept how many of those are of entries that outlive the broker
 * @param leastExpiryMs when the first of its messages expires, {@link Long#MAX_VALUE} for never
 * @param firstSequence the least sequence in it
 * @param lastSequence the greatest
 * @param messages pairs: a segment, and how many bytes of messages there are its own
 */
public record PageRef(
    long position,
    int bytes,
    int lane,
    int slots,
    int live,
    int kept,
    long leastExpiryMs,
    long firstSequence,
    long lastSequence,
    long[] messages) {
  /** Whether it is in a segment, or says that messages are. */
  public boolean needs(long segment) {
    boolean needs = Store.segment(position) == segment;
    for (int i = 0; i < messages.length; i += 2) {
      needs |= messages[i] == segment;
    }
    return needs;
  }
}
