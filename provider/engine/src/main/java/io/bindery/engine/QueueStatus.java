package io.bindery.engine;

/**
 * What a declare answers (AMQP 0-9-1, queue.declare-ok).
 *
 * @param name the queue's name, made by the engine when none was given
 * @param messages how many are ready
 * @param consumers how many consume
 */
public record QueueStatus(String name, long messages, int consumers) {}
