/**
 * The durable log: records in segments of a directory, written in groups by one thread, synced once
 * for each group, read back by position. Knows nothing of messages.
 */
package io.bindery.broker.journal;
