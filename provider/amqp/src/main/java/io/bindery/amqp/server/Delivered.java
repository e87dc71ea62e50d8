package io.bindery.amqp.server;

import io.bindery.amqp.codec.CarriedProperties;
import io.bindery.engine.AmqpMessage;
import io.bindery.engine.Arguments;
import io.bindery.engine.Delivery;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/** The message of a delivery as a client gets it: with what only headers can say. */
final class Delivered {
  private static final String FAILURES = "x-bindery-failure-count";

  private Delivered() {}

  /**
   * The message.
   *
   * @param exactly whether the client knows our own headers
   */
  static AmqpMessage message(Delivery delivery, boolean exactly) {
    AmqpMessage message = delivery.message();
    Map<String, Object> more = exactly ? CarriedProperties.of(message) : Map.of();
    int count = delivery.deliveryCount();
    int failures = delivery.failureCount();
    if (count == 0 && failures == 0) {
      return with(message, more);
    }
    Map<String, Object> counted = new LinkedHashMap<>(more);
    if (count > 0) {
      counted.put(Arguments.DELIVERY_COUNT_HEADER, count);
    }
    if (exactly && failures != count) {
      counted.put(FAILURES, failures);
    }
    return with(message, counted);
  }

  /** The message with further headers. */
  static AmqpMessage with(AmqpMessage message, Map<String, Object> more) {
    if (more.isEmpty()) {
      return message;
    }
    Map<String, Object> headers = new LinkedHashMap<>(message.headers());
    headers.putAll(more);
    return message.toBuilder().headers(Collections.unmodifiableMap(headers)).build();
  }
}
