package io.bindery.amqp.codec;

import io.bindery.engine.AmqpException;
import io.bindery.engine.AmqpMessage;
import io.bindery.engine.Body;
import io.bindery.engine.ReplyCode;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * What of a message the properties of AMQP 0-9-1 cannot hold, as headers: absolute times, times in
 * milliseconds, what kind a body is, texts of more than 255 bytes. What one end makes of a message
 * by {@link #of} the other makes a part of it again by {@link #taken}.
 */
public final class CarriedProperties {
  /** What the names of these headers begin with. */
  public static final String PREFIX = "x-bindery-";

  private static final String DELIVER_AT = PREFIX + "deliver-at";
  private static final String EXPIRES_AT = PREFIX + "expires-at";
  private static final String TIMESTAMP = PREFIX + "timestamp";
  private static final String BODY = PREFIX + "body";

  /** What a delivery says beside its message: no part of what is published again. */
  private static final Set<String> OF_DELIVERIES = Set.of(PREFIX + "get", PREFIX + "failure-count");

  private final AmqpMessage.Builder to;
  private final Map<String, Object> headers = new LinkedHashMap<>();

  private CarriedProperties(AmqpMessage from) {
    to = from.toBuilder();
  }

  /** The headers for a message, without texts that are too long: whoever writes it sees to them. */
  public static Map<String, Object> of(AmqpMessage message) {
    String kind = Bodies.kind(message.body());
    boolean exact = message.timestampMs() % 1000 == 0;
    if (kind == null && exact && message.deliverAtMs() == 0 && message.expiresAtMs() == 0) {
      return Map.of();
    }
    Map<String, Object> headers = new LinkedHashMap<>();
    if (kind != null) {
      headers.put(BODY, kind);
    }
    if (!exact) {
      headers.put(TIMESTAMP, message.timestampMs());
    }
    if (message.deliverAtMs() != 0) {
      headers.put(DELIVER_AT, message.deliverAtMs());
    }
    if (message.expiresAtMs() != 0) {
      headers.put(EXPIRES_AT, message.expiresAtMs());
    }
    return headers;
  }

  /**
   * The message of which such headers have become a part; the same where there are none.
   *
   * @throws AmqpException PRECONDITION_FAILED when one has a value that it may not have
   */
  public static AmqpMessage taken(AmqpMessage message) throws AmqpException {
    for (String name : message.headers().keySet()) {
      if (name.startsWith(PREFIX)) {
        return new CarriedProperties(message).take(message);
      }
    }
    return message;
  }

  private AmqpMessage take(AmqpMessage message) throws AmqpException {
    for (Map.Entry<String, Object> each : message.headers().entrySet()) {
      String name = each.getKey();
      if (!name.startsWith(PREFIX) || !(time(each) || text(name, each.getValue()))) {
        if (name.equals(BODY)) {
          to.body(body(message, each.getValue()));
        } else if (!OF_DELIVERIES.contains(name)) {
          headers.put(name, each.getValue());
        }
      }
    }
    return to.headers(Collections.unmodifiableMap(headers)).build();
  }

  private boolean time(Map.Entry<String, Object> header) throws AmqpException {
    switch (header.getKey()) {
      case DELIVER_AT -> to.deliverAtMs(timeMs(header));
      case EXPIRES_AT -> to.expiresAtMs(timeMs(header));
      case TIMESTAMP -> to.timestampMs(timeMs(header));
      default -> {
        return false;
      }
    }
    return true;
  }

  private static long timeMs(Map.Entry<String, Object> header) throws AmqpException {
    Object value = header.getValue();
    if (value instanceof Long || value instanceof Integer) {
      return ((Number) value).longValue();
    }
    throw refused(header.getKey(), value, "an integer, ms since 1970");
  }

  private boolean text(String name, Object value) {
    if (!(value instanceof String text)) {
      return false;
    }
    switch (name.substring(PREFIX.length())) {
      case "content-type" -> to.contentType(text);
      case "content-encoding" -> to.contentEncoding(text);
      case "correlation-id" -> to.correlationId(text);
      case "reply-to" -> to.replyTo(text);
      case "message-id" -> to.messageId(text);
      case "type" -> to.type(text);
      case "app-id" -> to.appId(text);
      default -> {
        return false;
      }
    }
    return true;
  }

  private static Body body(AmqpMessage message, Object kind) throws AmqpException {
    if (!(message.body() instanceof Body.Bytes bytes)) {
      return message.body();
    }
    Body body = kind instanceof String name ? Bodies.decoded(name, bytes.content()) : null;
    if (body == null) {
      throw refused(BODY, kind, "what the body is: text (UTF-8), map or list");
    }
    return body;
  }

  private static AmqpException refused(String name, Object value, String what) {
    return new AmqpException(
        ReplyCode.PRECONDITION_FAILED,
        "header '" + name + "' is '" + value + "', but must be " + what);
  }
}
