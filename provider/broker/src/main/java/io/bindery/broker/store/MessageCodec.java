package io.bindery.broker.store;

import io.bindery.broker.store.Store.StoredMessage;
import io.bindery.engine.AmqpMessage;
import io.bindery.engine.Body;
import io.bindery.engine.Route;
import java.nio.ByteBuffer;
import java.util.Map;

/**
 * The bytes of a message in the store. The body comes last, so that what selects or moves messages
 * reads none. Thread-safe: keeps nothing.
 *
 * <table>
 * <caption>Version 1; numbers are big-endian, types are those of {@link FieldType}</caption>
 * <tr><th>offset</th><th>type</th><th>what</th></tr>
 * <tr><td>0</td><td>int8</td><td>version, 1</td></tr>
 * <tr><td>1</td><td>int8</td><td>kind of body: 0 bytes, 1 serialised object, 2 text, 3 table, 4
 *     sequence</td></tr>
 * <tr><td>2</td><td>int16</td><td>priority, 0 to 255, -1 for none</td></tr>
 * <tr><td>4</td><td>int32</td><td>flags: 0x1 persistent, 0x2 mandatory, from 0x4 on one for each
 *     text property that is there, in their order, 0x800 a headers table without headers,
 *     0x1000 no delivery-mode is said</td></tr>
 * <tr><td>8</td><td>int32</td><td>bytes of the head, from offset 0 to the body</td></tr>
 * <tr><td>12</td><td>int32</td><td>bytes of the body</td></tr>
 * <tr><td>16</td><td>int32</td><td>bytes that it takes in memory</td></tr>
 * <tr><td>20</td><td>int64</td><td>timestamp, ms since 1970, 0 for none</td></tr>
 * <tr><td>28</td><td>int64</td><td>when it expires, ms since 1970, 0 for never</td></tr>
 * <tr><td>36</td><td>int64</td><td>when it may be delivered, ms since 1970, 0 for at once</td></tr>
 * <tr><td>44</td><td>text × 4</td><td>exchange, routing key; the publisher's connection and client
 *     identifiers</td></tr>
 * <tr><td></td><td>text × 0 to 9</td><td>those that are there of content type, content encoding,
 *     correlation identifier, reply-to, expiration, message identifier, type, user identifier,
 *     application identifier</td></tr>
 * <tr><td></td><td>table</td><td>headers</td></tr>
 * <tr><td></td><td>body</td><td>bytes or UTF-8 without a count of their own, a table, or an
 *     array</td></tr>
 * </table>
 */
public final class MessageCodec {
  /** Bytes of the fixed part, enough for {@link #summary}. */
  public static final int FIXED_BYTES = 44;

  private static final byte VERSION = 1;

  private static final byte KIND_BYTES = 0;
  private static final byte KIND_SERIALIZED = 1;
  private static final byte KIND_TEXT = 2;
  private static final byte KIND_TABLE = 3;
  private static final byte KIND_SEQUENCE = 4;

  private static final int FLAG_PERSISTENT = 0x1;
  private static final int FLAG_MANDATORY = 0x2;
  private static final int FLAG_FIRST_TEXT = 0x4;
  private static final int TEXTS = 9;
  private static final int FLAG_EMPTY_HEADERS = FLAG_FIRST_TEXT << TEXTS;
  private static final int FLAG_NO_DELIVERY_MODE = FLAG_EMPTY_HEADERS << 1;

  private static final int AT_KIND = 1;
  private static final int AT_PRIORITY = 2;
  private static final int AT_FLAGS = 4;
  private static final int AT_HEAD_BYTES = 8;
  private static final int AT_BODY_BYTES = 12;
  private static final int AT_SIZE_BYTES = 16;
  private static final int AT_TIMESTAMP = 20;
  private static final int AT_EXPIRES = 28;
  private static final int AT_DELIVER = 36;

  private static final int MAX_PRIORITY = 255;

  private MessageCodec() {}

  /**
   * Encodes a message into a new buffer.
   *
   * @param headroom bytes before it that the caller fills
   * @return with an array, from the message's beginning to its end; {@code headroom} bytes are
   *     before its position
   * @throws UnstorableException when a header or a value of the body is of a class that has no form
   */
  public static ByteBuffer encode(int headroom, StoredMessage stored) {
    AmqpMessage message = stored.message();
    Route route = stored.route();
    String[] texts = texts(message);
    byte[] content = content(message.body());

    FieldSize size = new FieldSize((long) headroom + FIXED_BYTES);
    size.text(route.exchange());
    size.text(route.routingKey());
    size.text(stored.connectionId());
    size.text(stored.clientId());
    int flags =
        (message.persistent() ? FLAG_PERSISTENT : 0) | (route.mandatory() ? FLAG_MANDATORY : 0);
    for (int i = 0; i < TEXTS; i++) {
      if (texts[i] != null) {
        size.text(texts[i]);
        flags |= FLAG_FIRST_TEXT << i;
      }
    }
    if (message.headersGiven() && message.headers().isEmpty()) {
      flags |= FLAG_EMPTY_HEADERS;
    }
    if (!message.deliveryModeGiven()) {
      flags |= FLAG_NO_DELIVERY_MODE;
    }
    size.table("Header", message.headers());
    measureBody(size, message.body(), content);

    byte[] bytes = new byte[size.bytes()];
    FieldWriter head = new FieldWriter(bytes, headroom + FIXED_BYTES);
    head.text(route.exchange());
    head.text(route.routingKey());
    head.text(stored.connectionId());
    head.text(stored.clientId());
    for (String text : texts) {
      if (text != null) {
        head.text(text);
      }
    }
    head.table(message.headers());
    int bodyStart = head.position();
    int kind = writeBody(head, message.body(), content);
    ByteBuffer written = head.written(headroom);

    FieldWriter fixed = new FieldWriter(bytes, headroom);
    fixed.int8(VERSION);
    fixed.int8(kind);
    fixed.int16(message.priority());
    fixed.int32(flags);
    fixed.int32(bodyStart - headroom);
    fixed.int32(written.limit() - bodyStart);
    fixed.int32(message.sizeBytes());
    fixed.int64(message.timestampMs());
    fixed.int64(message.expiresAtMs());
    fixed.int64(message.deliverAtMs());
    return written;
  }

  /** The text properties in the order of their flags, null where there is none. */
  private static String[] texts(AmqpMessage message) {
    return new String[] {
      message.contentType(),
      message.contentEncoding(),
      message.correlationId(),
      message.replyTo(),
      message.expiration(),
      message.messageId(),
      message.type(),
      message.userId(),
      message.appId()
    };
  }

  /**
   * Checks what {@link #encode} would refuse, without encoding anything.
   *
   * @throws UnstorableException when a header or a value of the body is of a class that has no form
   */
  public static void check(AmqpMessage message) {
    FieldSize size = new FieldSize(FIXED_BYTES);
    size.table("Header", message.headers());
    if (message.body() instanceof Body.Table || message.body() instanceof Body.Sequence) {
      measureBody(size, message.body(), null);
    }
  }

  /** The bytes of a body that has some, or null. */
  private static byte[] content(Body body) {
    if (body instanceof Body.Text text) {
      return LooseUtf8.encode(text.content());
    }
    if (body instanceof Body.Bytes bytes) {
      return bytes.content();
    }
    return body instanceof Body.Serialized serialized ? serialized.content() : null;
  }

  private static void measureBody(FieldSize size, Body body, byte[] content) {
    if (content != null) {
      size.raw(content.length);
    } else if (body instanceof Body.Table table) {
      size.table("Map value", table.content());
    } else if (body instanceof Body.Sequence sequence) {
      size.array(sequence.content());
    }
  }

  /** Writes the body, and tells its kind. */
  private static byte writeBody(FieldWriter writer, Body body, byte[] content) {
    if (content != null) {
      writer.raw(content);
    }
    if (body instanceof Body.Text) {
      return KIND_TEXT;
    }
    if (body instanceof Body.Table table) {
      writer.table(table.content());
      return KIND_TABLE;
    }
    if (body instanceof Body.Sequence sequence) {
      writer.array(sequence.content());
      return KIND_SEQUENCE;
    }
    return body instanceof Body.Bytes ? KIND_BYTES : KIND_SERIALIZED;
  }

  /**
   * Reads what the fixed part says.
   *
   * @param from from the message's beginning; {@link #FIXED_BYTES} are enough. Its position stays
   * @throws MalformedRecordException when the bytes are not those of a message
   */
  public static MessageSummary summary(ByteBuffer from) {
    if (from.remaining() < FIXED_BYTES) {
      throw new MalformedRecordException(
          0, FIXED_BYTES + " bytes of a message's head end beyond the " + from.remaining());
    }
    ByteBuffer fixed = from.slice();
    if (fixed.get(0) != VERSION) {
      throw new UnknownFormatException(
          "a message of version " + fixed.get(0), "version " + VERSION);
    }
    int priority = fixed.getShort(AT_PRIORITY);
    if (priority < -1 || priority > MAX_PRIORITY) {
      throw new MalformedRecordException(AT_PRIORITY, "a priority of " + priority);
    }
    int flags = fixed.getInt(AT_FLAGS);
    if ((flags & -(FLAG_NO_DELIVERY_MODE << 1)) != 0) {
      throw new MalformedRecordException(AT_FLAGS, "flags of 0x" + Integer.toHexString(flags));
    }
    int headBytes = fixed.getInt(AT_HEAD_BYTES);
    if (headBytes < FIXED_BYTES) {
      throw new MalformedRecordException(AT_HEAD_BYTES, "a head of " + headBytes + " bytes");
    }
    int bodyBytes = fixed.getInt(AT_BODY_BYTES);
    if (bodyBytes < 0) {
      throw new MalformedRecordException(AT_BODY_BYTES, "a body of " + bodyBytes + " bytes");
    }
    return new MessageSummary(
        headBytes,
        bodyBytes,
        fixed.getInt(AT_SIZE_BYTES),
        (flags & FLAG_PERSISTENT) != 0,
        priority,
        fixed.getLong(AT_EXPIRES),
        fixed.getLong(AT_DELIVER));
  }

  /**
   * Decodes a message.
   *
   * @param from from the message's beginning; afterwards at its end, or where it was when that
   *     fails
   * @throws MalformedRecordException when the bytes are not those of a message
   */
  public static StoredMessage decode(ByteBuffer from) {
    MessageSummary summary = summary(from);
    need(from, AT_HEAD_BYTES, summary.headBytes());
    need(from, AT_BODY_BYTES, (long) summary.headBytes() + summary.bodyBytes());
    Body body = body(from, summary);
    StoredMessage decoded = head(from, summary, body);
    from.position(from.position() + summary.headBytes() + summary.bodyBytes());
    return decoded;
  }

  /**
   * Decodes all but the body, which is {@link Body#EMPTY}; so {@link AmqpMessage#sizeBytes()} is
   * too small.
   *
   * @param from from the message's beginning; {@link MessageSummary#headBytes()} are enough. Its
   *     position stays
   * @throws MalformedRecordException when the bytes are not those of a message
   */
  public static StoredMessage decodeHead(ByteBuffer from) {
    MessageSummary summary = summary(from);
    need(from, AT_HEAD_BYTES, summary.headBytes());
    return head(from, summary, Body.EMPTY);
  }

  private static void need(ByteBuffer from, int at, long bytes) {
    if (bytes > from.remaining()) {
      throw new MalformedRecordException(
          at, "a message of " + bytes + " bytes ends beyond the " + from.remaining() + " there");
    }
  }

  private static StoredMessage head(ByteBuffer from, MessageSummary summary, Body body) {
    ByteBuffer part = from.slice(from.position(), summary.headBytes());
    int flags = part.getInt(AT_FLAGS);
    part.position(FIXED_BYTES);
    FieldReader reader = new FieldReader(part, 0);
    Route route = new Route(reader.text(), reader.text(), (flags & FLAG_MANDATORY) != 0);
    String connectionId = reader.text();
    String clientId = reader.text();
    String[] texts = new String[TEXTS];
    for (int i = 0; i < TEXTS; i++) {
      if ((flags & FLAG_FIRST_TEXT << i) != 0) {
        texts[i] = reader.text();
      }
    }
    Map<String, Object> headers = reader.table();
    reader.end();
    AmqpMessage.Builder builder = withTexts(texts);
    if (!headers.isEmpty() || (flags & FLAG_EMPTY_HEADERS) != 0) {
      builder.headers(headers);
    }
    if ((flags & FLAG_NO_DELIVERY_MODE) == 0) {
      builder.persistent(summary.persistent());
    }
    AmqpMessage message =
        builder
            .body(body)
            .priority(summary.priority())
            .timestampMs(part.getLong(AT_TIMESTAMP))
            .expiresAtMs(summary.expiresAtMs())
            .deliverAtMs(summary.deliverAtMs())
            .build();
    return new StoredMessage(message, route, connectionId, clientId);
  }

  /** The reverse of {@link #texts}. */
  private static AmqpMessage.Builder withTexts(String[] texts) {
    int i = 0;
    return AmqpMessage.builder()
        .contentType(texts[i++])
        .contentEncoding(texts[i++])
        .correlationId(texts[i++])
        .replyTo(texts[i++])
        .expiration(texts[i++])
        .messageId(texts[i++])
        .type(texts[i++])
        .userId(texts[i++])
        .appId(texts[i]);
  }

  private static Body body(ByteBuffer from, MessageSummary summary) {
    int length = summary.bodyBytes();
    FieldReader reader =
        new FieldReader(
            from.slice(from.position() + summary.headBytes(), length), summary.headBytes());
    byte kind = from.get(from.position() + AT_KIND);
    Body body =
        switch (kind) {
          case KIND_BYTES -> length == 0 ? Body.EMPTY : new Body.Bytes(reader.raw(length));
          case KIND_SERIALIZED -> new Body.Serialized(reader.raw(length));
          case KIND_TEXT -> new Body.Text(reader.text(length));
          case KIND_TABLE -> new Body.Table(reader.table());
          case KIND_SEQUENCE -> new Body.Sequence(reader.array());
          default -> throw new MalformedRecordException(AT_KIND, "a body of kind " + kind);
        };
    reader.end();
    return body;
  }
}
