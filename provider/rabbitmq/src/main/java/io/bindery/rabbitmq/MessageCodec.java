package io.bindery.rabbitmq;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.LongString;
import io.bindery.engine.AmqpMessage;
import io.bindery.engine.Arguments;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Messages of the seam and the client library's properties. What a property of AMQP cannot hold
 * travels in headers, as the page of {@code bindery.control} says.
 */
final class MessageCodec {
  static final String OWN = "x-bindery-";
  static final String FAILURES = OWN + "failure-count";
  static final String GET = OWN + "get";

  private static final String DELIVER_AT = OWN + "deliver-at";
  private static final String EXPIRES_AT = OWN + "expires-at";
  private static final String TIMESTAMP = OWN + "timestamp";
  private static final String BODY = OWN + "body";
  private static final int MAX_SHORT_BYTES = 255;
  private static final long MS = 1000;
  private static final int PERSISTENT = 2;

  private MessageCodec() {}

  // --- out ---

  /**
   * The properties of a message.
   *
   * @param copies further routing keys
   */
  static BasicProperties properties(AmqpMessage message, List<String> copies) {
    Map<String, Object> headers = new HashMap<>(message.headers());
    if (!copies.isEmpty()) {
      headers.put(Arguments.HIDDEN_COPIES_HEADER, copies);
    }
    BasicProperties.Builder to =
        new BasicProperties.Builder()
            .contentType(fitting(headers, "content-type", message.contentType()))
            .contentEncoding(fitting(headers, "content-encoding", message.contentEncoding()))
            .deliveryMode(
                message.deliveryModeGiven() ? (message.persistent() ? PERSISTENT : 1) : null)
            .priority(message.priority() < 0 ? null : message.priority())
            .correlationId(fitting(headers, "correlation-id", message.correlationId()))
            .replyTo(fitting(headers, "reply-to", message.replyTo()))
            .expiration(message.expiration())
            .messageId(fitting(headers, "message-id", message.messageId()))
            .type(fitting(headers, "type", message.type()))
            .userId(message.userId())
            .appId(fitting(headers, "app-id", message.appId()));
    if (message.timestampMs() != 0) {
      to.timestamp(new Date(message.timestampMs()));
      if (message.timestampMs() % MS != 0) {
        headers.put(TIMESTAMP, message.timestampMs());
      }
    }
    if (message.deliverAtMs() != 0) {
      headers.put(DELIVER_AT, message.deliverAtMs());
    }
    if (message.expiresAtMs() != 0) {
      headers.put(EXPIRES_AT, message.expiresAtMs());
    }
    String kind = BodyCodec.kind(message.body());
    if (kind != null) {
      headers.put(BODY, kind);
    }
    return to.headers(headers.isEmpty() ? null : headers).build();
  }

  private static String fitting(Map<String, Object> headers, String name, String value) {
    // A character is at most three bytes of UTF-8 for each of its UTF-16 units.
    if (value == null
        || value.length() * 3 <= MAX_SHORT_BYTES
        || value.getBytes(StandardCharsets.UTF_8).length <= MAX_SHORT_BYTES) {
      return value;
    }
    headers.put(OWN + name, value);
    return null;
  }

  // --- in ---

  /**
   * A message that came.
   *
   * @param message what the application sees
   * @param deliveries how often it was delivered before, -1 where that is not said
   * @param failures how often an application failed on it, -1 where that is not said
   * @param answers the command that got it, or null
   */
  record Received(AmqpMessage message, int deliveries, int failures, String answers) {}

  static Received received(BasicProperties from, byte[] body) {
    AmqpMessage.Builder to = AmqpMessage.builder();
    Map<String, Object> headers = headers(from.getHeaders());
    Object deliveries = headers.remove(Arguments.DELIVERY_COUNT_HEADER);
    Own own = new Own(headers);
    to.contentType(own.text("content-type", from.getContentType()))
        .contentEncoding(own.text("content-encoding", from.getContentEncoding()))
        .priority(from.getPriority() == null ? -1 : from.getPriority())
        .correlationId(own.text("correlation-id", from.getCorrelationId()))
        .replyTo(own.text("reply-to", from.getReplyTo()))
        .expiration(from.getExpiration())
        .messageId(own.text("message-id", from.getMessageId()))
        .type(own.text("type", from.getType()))
        .userId(from.getUserId())
        .appId(own.text("app-id", from.getAppId()));
    if (from.getDeliveryMode() != null) {
      to.persistent(from.getDeliveryMode() == PERSISTENT);
    }
    long stampedMs = from.getTimestamp() == null ? 0 : from.getTimestamp().getTime();
    to.timestampMs(own.number(TIMESTAMP, stampedMs))
        .deliverAtMs(own.number(DELIVER_AT, 0))
        .expiresAtMs(own.number(EXPIRES_AT, 0))
        .body(BodyCodec.decoded(body, own.text("body", null)));
    int failures = (int) own.number(FAILURES, -1);
    String answers = own.text("get", null);
    to.headers(headers.isEmpty() ? Map.of() : Collections.unmodifiableMap(headers));
    return new Received(
        to.build(), deliveries instanceof Number count ? count.intValue() : -1, failures, answers);
  }

  /** The headers of our own, each taken out as it is read. */
  private record Own(Map<String, Object> headers) {
    String text(String name, String otherwise) {
      if (headers.isEmpty()) {
        return otherwise;
      }
      return headers.get(OWN + name) instanceof String value && headers.remove(OWN + name, value)
          ? value
          : otherwise;
    }

    long number(String name, long otherwise) {
      if (headers.isEmpty()) {
        return otherwise;
      }
      return headers.get(name) instanceof Number value && headers.remove(name, value)
          ? value.longValue()
          : otherwise;
    }
  }

  /** A table as the seam has it: the library's long strings as text. A copy to be changed. */
  static Map<String, Object> headers(Map<String, Object> table) {
    Map<String, Object> copy = new HashMap<>();
    if (table != null) {
      table.forEach((name, value) -> copy.put(name, value(value)));
    }
    return copy;
  }

  private static Object value(Object value) {
    if (value instanceof LongString text) {
      return new String(text.getBytes(), StandardCharsets.UTF_8);
    }
    if (value instanceof Map<?, ?> table) {
      Map<String, Object> copy = new HashMap<>();
      table.forEach((name, each) -> copy.put(String.valueOf(name), value(each)));
      return Collections.unmodifiableMap(copy);
    }
    if (value instanceof List<?> values) {
      List<Object> copy = new ArrayList<>(values.size());
      values.forEach(each -> copy.add(value(each)));
      return Collections.unmodifiableList(copy);
    }
    return value;
  }
}
