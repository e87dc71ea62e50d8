package io.bindery.engine;

import java.util.Map;
import java.util.Objects;

/**
 * A message as the engine sees it: the basic properties of AMQP 0-9-1 (class basic) and a body.
 * Immutable, so one object serves every queue and every consumer.
 *
 * <p>Times are absolute, in milliseconds since 1970, 0 for none. {@code expiration} is AMQP's own
 * text and passes unchanged; {@code expiresAtMs} is what the engine acts on.
 */
public final class AmqpMessage {
  /** The priority of a message that gives none (Jakarta Messaging 3.4.9). */
  public static final int DEFAULT_PRIORITY = 4;

  /** What the properties weigh, about. */
  private static final int PROPERTY_BYTES = 128;

  /** What an entry of the headers weighs beside its name and value, about. */
  private static final long FIELD_BYTES = 48;

  private final Body body;
  private final Map<String, Object> headers;
  private final boolean headersGiven;
  private final String contentType;
  private final String contentEncoding;
  private final boolean persistent;
  private final boolean deliveryModeGiven;
  private final int priority;
  private final String correlationId;
  private final String replyTo;
  private final String expiration;
  private final String messageId;
  private final long timestampMs;
  private final String type;
  private final String userId;
  private final String appId;
  private final long expiresAtMs;
  private final long deliverAtMs;
  private final int headerBytes;
  private final int sizeBytes;

  private AmqpMessage(Builder from) {
    body = from.body;
    headers = from.headers;
    headersGiven = from.headersGiven;
    contentType = from.contentType;
    contentEncoding = from.contentEncoding;
    persistent = from.persistent;
    deliveryModeGiven = from.deliveryModeGiven;
    priority = from.priority;
    correlationId = from.correlationId;
    replyTo = from.replyTo;
    expiration = from.expiration;
    messageId = from.messageId;
    timestampMs = from.timestampMs;
    type = from.type;
    userId = from.userId;
    appId = from.appId;
    expiresAtMs = from.expiresAtMs;
    deliverAtMs = from.deliverAtMs;
    headerBytes = HeaderSize.of(headers);
    long bytes =
        (long) body.sizeBytes() + PROPERTY_BYTES + FIELD_BYTES * headers.size() + headerBytes;
    sizeBytes = (int) Math.min(bytes, Integer.MAX_VALUE);
  }

  /** A builder with no property set, an empty body, not persistent. */
  public static Builder builder() {
    return new Builder();
  }

  /** A builder that starts from this message. */
  public Builder toBuilder() {
    Builder copy = new Builder();
    copy.body = body;
    copy.headers = headers;
    copy.headersGiven = headersGiven;
    copy.contentType = contentType;
    copy.contentEncoding = contentEncoding;
    copy.persistent = persistent;
    copy.deliveryModeGiven = deliveryModeGiven;
    copy.priority = priority;
    copy.correlationId = correlationId;
    copy.replyTo = replyTo;
    copy.expiration = expiration;
    copy.messageId = messageId;
    copy.timestampMs = timestampMs;
    copy.type = type;
    copy.userId = userId;
    copy.appId = appId;
    copy.expiresAtMs = expiresAtMs;
    copy.deliverAtMs = deliverAtMs;
    return copy;
  }

  /** What it carries. */
  public Body body() {
    return body;
  }

  /** The headers table: immutable, never null; values of AMQP field types. */
  public Map<String, Object> headers() {
    return headers;
  }

  /** Whether there is a headers table; one that was given may have nothing in it. */
  public boolean headersGiven() {
    return headersGiven;
  }

  /** The MIME type of the body, or null. */
  public String contentType() {
    return contentType;
  }

  /** The content encoding, or null. */
  public String contentEncoding() {
    return contentEncoding;
  }

  /** Whether delivery-mode is 2. */
  public boolean persistent() {
    return persistent;
  }

  /** Whether delivery-mode was said; a message that does not say it is not persistent. */
  public boolean deliveryModeGiven() {
    return deliveryModeGiven;
  }

  /** 0 to 255, or -1 when none was given. */
  public int priority() {
    return priority;
  }

  /** The priority by which queues order: 4 when none was given, at most 9. */
  public int effectivePriority() {
    return priority < 0 ? DEFAULT_PRIORITY : Math.min(priority, 9);
  }

  /** The correlation identifier, or null. */
  public String correlationId() {
    return correlationId;
  }

  /** The address to reply to, or null. */
  public String replyTo() {
    return replyTo;
  }

  /** AMQP's expiration text (milliseconds at the publish), or null. */
  public String expiration() {
    return expiration;
  }

  /** The message identifier, or null. */
  public String messageId() {
    return messageId;
  }

  /** When it was sent, 0 when not said. */
  public long timestampMs() {
    return timestampMs;
  }

  /** The message type, or null. */
  public String type() {
    return type;
  }

  /** The user who sent it, or null. */
  public String userId() {
    return userId;
  }

  /** The application that sent it, or null. */
  public String appId() {
    return appId;
  }

  /** When it expires, 0 for never. */
  public long expiresAtMs() {
    return expiresAtMs;
  }

  /** When it may be delivered first, 0 for at once. */
  public long deliverAtMs() {
    return deliverAtMs;
  }

  /** Bytes of the headers, as they are estimated. */
  public int headerBytes() {
    return headerBytes;
  }

  /** Bytes charged against memory limits: body, headers and an estimate of the properties. */
  public int sizeBytes() {
    return sizeBytes;
  }

  /** Collects the properties of one message. Not thread-safe. */
  public static final class Builder {
    private Body body = Body.EMPTY;
    private Map<String, Object> headers = Map.of();
    private boolean headersGiven;
    private String contentType;
    private String contentEncoding;
    private boolean persistent;
    private boolean deliveryModeGiven;
    private int priority = -1;
    private String correlationId;
    private String replyTo;
    private String expiration;
    private String messageId;
    private long timestampMs;
    private String type;
    private String userId;
    private String appId;
    private long expiresAtMs;
    private long deliverAtMs;

    private Builder() {}

    /** Sets the body. */
    public Builder body(Body value) {
      body = Objects.requireNonNull(value);
      return this;
    }

    /** Sets the headers: the map is taken as it is and must not change afterwards. */
    public Builder headers(Map<String, Object> value) {
      headers = Objects.requireNonNull(value);
      headersGiven = true;
      return this;
    }

    /** Sets the MIME type of the body. */
    public Builder contentType(String value) {
      contentType = value;
      return this;
    }

    /** Sets the content encoding. */
    public Builder contentEncoding(String value) {
      contentEncoding = value;
      return this;
    }

    /** Sets delivery-mode 2 or 1. */
    public Builder persistent(boolean value) {
      persistent = value;
      deliveryModeGiven = true;
      return this;
    }

    /** Sets the priority, 0 to 255, or -1 for none. */
    public Builder priority(int value) {
      if (value < -1 || value > 255) {
        throw new IllegalArgumentException("priority " + value + " is not within 0 to 255");
      }
      priority = value;
      return this;
    }

    /** Sets the correlation identifier. */
    public Builder correlationId(String value) {
      correlationId = value;
      return this;
    }

    /** Sets the address to reply to. */
    public Builder replyTo(String value) {
      replyTo = value;
      return this;
    }

    /** Sets AMQP's expiration text. */
    public Builder expiration(String value) {
      expiration = value;
      return this;
    }

    /** Sets the message identifier. */
    public Builder messageId(String value) {
      messageId = value;
      return this;
    }

    /** Sets when it was sent. */
    public Builder timestampMs(long value) {
      timestampMs = value;
      return this;
    }

    /** Sets the message type. */
    public Builder type(String value) {
      type = value;
      return this;
    }

    /** Sets the user who sends it. */
    public Builder userId(String value) {
      userId = value;
      return this;
    }

    /** Sets the application that sends it. */
    public Builder appId(String value) {
      appId = value;
      return this;
    }

    /** Sets when it expires, 0 for never. */
    public Builder expiresAtMs(long value) {
      expiresAtMs = value;
      return this;
    }

    /** Sets when it may be delivered first, 0 for at once. */
    public Builder deliverAtMs(long value) {
      deliverAtMs = value;
      return this;
    }

    /** The message. */
    public AmqpMessage build() {
      return new AmqpMessage(this);
    }
  }
}
