package io.bindery.broker.store;

/**
 * A message on a durable queue, as it is in the store.
 *
 * @param lane its lane
 * @param sequence its number in the queue
 * @param position where its message is
 * @param deliveries how often it was delivered, or may have been
 * @param failures how often an application failed on it
 */
public record StoredEntry(int lane, long sequence, long position, int deliveries, int failures) {}
