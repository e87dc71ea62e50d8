package io.bindery.broker.store;

import io.bindery.broker.journal.JournalDirectory;

/**
 * Where a store is.
 *
 * @param journal the log of all that outlives the broker; its lock is the store's
 * @param checkpoints what a start begins with
 * @param spill what leaves memory and does not outlive the broker
 */
public record StoreDirectories(
    JournalDirectory journal, JournalDirectory checkpoints, JournalDirectory spill) {}
