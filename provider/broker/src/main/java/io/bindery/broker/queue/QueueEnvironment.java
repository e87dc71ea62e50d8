package io.bindery.broker.queue;

import io.bindery.broker.runtime.Environment;
import io.bindery.broker.store.Store;

/**
 * What a queue takes from its broker.
 *
 * @param environment clock and timers
 * @param store where pages go
 * @param memory where memory is counted
 * @param deadLetters where dead letters go
 */
public record QueueEnvironment(
    Environment environment, Store store, MemoryMeter memory, DeadLetters deadLetters) {}
