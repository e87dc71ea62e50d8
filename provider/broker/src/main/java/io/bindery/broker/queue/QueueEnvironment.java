package io.bindery.broker.queue;

import io.bindery.broker.runtime.Environment;
import io.bindery.broker.store.Ledger;
import io.bindery.broker.store.Store;

/**
 * What a queue takes from its broker.
 *
 * @param environment clock and timers
 * @param store where pages go
 * @param ledger what must outlive the broker
 * @param memory where memory is counted
 * @param deadLetters where dead letters go
 */
public record QueueEnvironment(
    Environment environment,
    Store store,
    Ledger ledger,
    MemoryMeter memory,
    DeadLetters deadLetters) {}
