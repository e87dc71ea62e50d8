package io.bindery.broker.store;

/**
 * What the fixed part of a stored message says.
 *
 * @param headBytes from the beginning to the body
 * @param bodyBytes the body
 * @param sizeBytes what {@link io.bindery.engine.AmqpMessage#sizeBytes()} was
 * @param persistent whether delivery-mode is 2
 * @param priority 0 to 255, or -1 when none was given
 * @param expiresAtMs when it expires, ms since 1970, 0 for never
 * @param deliverAtMs when it may be delivered first, ms since 1970, 0 for at once
 */
public record MessageSummary(
    int headBytes,
    int bodyBytes,
    int sizeBytes,
    boolean persistent,
    int priority,
    long expiresAtMs,
    long deliverAtMs) {}
