package io.bindery.jms.message;

import io.bindery.jms.BinderyDestination;

/**
 * What a send sets on a message (Jakarta Messaging 3.4.11). Times are in milliseconds since 1970, 0
 * for none.
 *
 * @param destination where to
 * @param deliveryMode of {@link jakarta.jms.DeliveryMode}
 * @param priority 0 to 9
 * @param timestampMs when, 0 when timestamps are disabled
 * @param expirationMs when it expires
 * @param deliveryTimeMs when it may be delivered first
 * @param messageId begins with {@code ID:}, or null when identifiers are disabled
 */
public record SendHeaders(
    BinderyDestination destination,
    int deliveryMode,
    int priority,
    long timestampMs,
    long expirationMs,
    long deliveryTimeMs,
    String messageId) {}
