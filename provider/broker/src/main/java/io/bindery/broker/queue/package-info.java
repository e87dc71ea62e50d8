/**
 * Queues: lanes of entries in pages, consumers that pull, and the rule that wakes them.
 *
 * <p>A queue's state changes under its own short lock. Signals, dead letters and memory waiters are
 * called after it is released, and no queue calls another.
 */
package io.bindery.broker.queue;
