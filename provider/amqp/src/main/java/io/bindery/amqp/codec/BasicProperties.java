package io.bindery.amqp.codec;

import io.bindery.engine.AmqpMessage;
import io.netty.buffer.ByteBuf;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The properties of class basic (AMQP 0-9-1, 1.8) and the engine's message. Flags are from the high
 * bit on in the specification's order; those of the reserved property is read and forgotten.
 *
 * <p>A property that does not fit into a short string goes into the headers, under its name with
 * the prefix {@value #SPILLED}.
 */
final class BasicProperties {
  static final String SPILLED = CarriedProperties.PREFIX;

  private static final int CONTENT_TYPE = 1 << 15;
  private static final int CONTENT_ENCODING = 1 << 14;
  private static final int HEADERS = 1 << 13;
  private static final int DELIVERY_MODE = 1 << 12;
  private static final int PRIORITY = 1 << 11;
  private static final int CORRELATION_ID = 1 << 10;
  private static final int REPLY_TO = 1 << 9;
  private static final int EXPIRATION = 1 << 8;
  private static final int MESSAGE_ID = 1 << 7;
  private static final int TIMESTAMP = 1 << 6;
  private static final int TYPE = 1 << 5;
  private static final int USER_ID = 1 << 4;
  private static final int APP_ID = 1 << 3;
  private static final int RESERVED = 1 << 2;
  private static final int UNKNOWN = 3;

  private static final int PERSISTENT = 2;
  private static final int MAX_SHORT_BYTES = 255;

  private final AmqpMessage message;
  private final Map<String, Object> spilled = new LinkedHashMap<>(0);

  private BasicProperties(AmqpMessage message) {
    this.message = message;
  }

  static AmqpMessage.Builder read(ArgumentReader in) throws ProtocolException {
    int flags = in.shortInt();
    if ((flags & UNKNOWN) != 0) {
      throw in.syntaxError("The property flags name properties that class basic does not have");
    }
    AmqpMessage.Builder to = AmqpMessage.builder();
    if ((flags & CONTENT_TYPE) != 0) {
      to.contentType(in.shortString());
    }
    if ((flags & CONTENT_ENCODING) != 0) {
      to.contentEncoding(in.shortString());
    }
    if ((flags & HEADERS) != 0) {
      to.headers(in.table());
    }
    if ((flags & DELIVERY_MODE) != 0) {
      to.persistent(in.octet() == PERSISTENT);
    }
    if ((flags & PRIORITY) != 0) {
      to.priority(in.octet());
    }
    readRest(in, flags, to);
    in.end();
    return to;
  }

  private static void readRest(ArgumentReader in, int flags, AmqpMessage.Builder to)
      throws ProtocolException {
    if ((flags & CORRELATION_ID) != 0) {
      to.correlationId(in.uniqueString());
    }
    if ((flags & REPLY_TO) != 0) {
      to.replyTo(in.shortString());
    }
    if ((flags & EXPIRATION) != 0) {
      to.expiration(in.shortString());
    }
    if ((flags & MESSAGE_ID) != 0) {
      to.messageId(in.uniqueString());
    }
    if ((flags & TIMESTAMP) != 0) {
      to.timestampMs(Timestamps.toMs(in.longLong()));
    }
    if ((flags & TYPE) != 0) {
      to.type(in.shortString());
    }
    if ((flags & USER_ID) != 0) {
      to.userId(in.shortString());
    }
    if ((flags & APP_ID) != 0) {
      to.appId(in.shortString());
    }
    if ((flags & RESERVED) != 0) {
      in.uniqueString();
    }
  }

  static void write(ByteBuf out, AmqpMessage message) {
    new BasicProperties(message).write(out);
  }

  private void write(ByteBuf out) {
    int flagsAt = out.writerIndex();
    out.writeShort(0);
    ArgumentWriter to = new ArgumentWriter(out);
    String correlationId = fitting("correlation-id", message.correlationId());
    String replyTo = fitting("reply-to", message.replyTo());
    String messageId = fitting("message-id", message.messageId());
    String type = fitting("type", message.type());
    String appId = fitting("app-id", message.appId());
    int flags = text(to, fitting("content-type", message.contentType()), CONTENT_TYPE);
    flags |= text(to, fitting("content-encoding", message.contentEncoding()), CONTENT_ENCODING);
    Map<String, Object> headers = headers();
    if (message.headersGiven() || !headers.isEmpty()) {
      flags |= HEADERS;
      to.table(headers);
    }
    if (message.deliveryModeGiven()) {
      flags |= DELIVERY_MODE;
      to.octet(message.persistent() ? PERSISTENT : 1);
    }
    if (message.priority() >= 0) {
      flags |= PRIORITY;
      to.octet(message.priority());
    }
    flags |= text(to, correlationId, CORRELATION_ID);
    flags |= text(to, replyTo, REPLY_TO);
    flags |= text(to, message.expiration(), EXPIRATION);
    flags |= text(to, messageId, MESSAGE_ID);
    if (message.timestampMs() != 0) {
      flags |= TIMESTAMP;
      to.longLong(Timestamps.toSeconds(message.timestampMs()));
    }
    flags |= text(to, type, TYPE);
    flags |= text(to, message.userId(), USER_ID);
    flags |= text(to, appId, APP_ID);
    out.setShort(flagsAt, flags);
  }

  private static int text(ArgumentWriter to, String value, int flag) {
    if (value == null) {
      return 0;
    }
    to.shortString(value);
    return flag;
  }

  /** The value, or null when it is too long and goes into the headers. */
  private String fitting(String name, String value) {
    // A character is at most three bytes of UTF-8 for each of its UTF-16 units.
    if (value == null
        || value.length() * 3 <= MAX_SHORT_BYTES
        || WireText.encode(value).length <= MAX_SHORT_BYTES) {
      return value;
    }
    spilled.put(SPILLED + name, value);
    return null;
  }

  private Map<String, Object> headers() {
    if (spilled.isEmpty()) {
      return message.headers();
    }
    spilled.putAll(message.headers());
    return spilled;
  }
}
