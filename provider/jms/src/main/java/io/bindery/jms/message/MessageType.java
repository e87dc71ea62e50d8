package io.bindery.jms.message;

import io.bindery.engine.AmqpMessage;
import io.bindery.engine.Body;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/**
 * The six kinds of messages: the header {@code x-jms-type} decides, and the content type tells
 * others.
 */
enum MessageType {
  MESSAGE(null),
  TEXT("text/plain"),
  BYTES("application/octet-stream"),
  MAP("application/vnd.bindery.map"),
  STREAM("application/vnd.bindery.stream"),
  OBJECT("application/x-java-serialized-object");

  /** The header with a correlation identifier of bytes. */
  static final String CORRELATION_BYTES = "x-jms-correlation-bytes";

  private static final String HEADER = "x-jms-type";
  private static final String NULL_SUFFIX = "-null";

  private static final Map<String, Kind> KINDS = kinds();

  private final String contentType;
  private final Map<String, Object> headers = Map.of(HEADER, toString());
  private final Map<String, Object> headersOfNone = Map.of(HEADER, this + NULL_SUFFIX);

  MessageType(String contentType) {
    this.contentType = contentType;
  }

  /**
   * What the header says.
   *
   * @param none whether there is no body, where that differs from an empty one
   */
  private record Kind(MessageType type, boolean none) {}

  private static Map<String, Kind> kinds() {
    Map<String, Kind> kinds = new HashMap<>();
    for (MessageType type : values()) {
      kinds.put(type.toString(), new Kind(type, false));
      kinds.put(type + NULL_SUFFIX, new Kind(type, true));
    }
    return kinds;
  }

  String contentType() {
    return contentType;
  }

  /**
   * The headers of a message without properties.
   *
   * @param none whether it has no body, where that differs from an empty one
   */
  Map<String, Object> headers(boolean none) {
    return none ? headersOfNone : headers;
  }

  /** The message of the kind that the header says or, without it, of the one that fits the body. */
  static JmsMessage read(AmqpMessage message, MessageContext context) {
    Kind kind =
        message.headers().get(HEADER) instanceof String text
            ? KINDS.get(text.toLowerCase(Locale.ROOT))
            : null;
    if (kind == null || !kind.type.fits(message.body())) {
      return byContent(message).made(message, context);
    }
    return kind.none && isEmpty(message.body())
        ? kind.type.withoutBody()
        : kind.type.made(message, context);
  }

  private static boolean isEmpty(Body body) {
    return body instanceof Body.Bytes bytes && bytes.content().length == 0;
  }

  /** A foreign client may have copied the header to a body of another kind. */
  private boolean fits(Body body) {
    return switch (this) {
      case MAP -> body instanceof Body.Table;
      case STREAM -> body instanceof Body.Sequence;
      case TEXT, BYTES -> body instanceof Body.Text || body instanceof Body.Bytes;
      case OBJECT -> body instanceof Body.Bytes || body instanceof Body.Serialized;
      case MESSAGE -> isEmpty(body);
    };
  }

  private static MessageType byContent(AmqpMessage message) {
    if (message.body() instanceof Body.Text) {
      return TEXT;
    }
    if (message.body() instanceof Body.Table) {
      return MAP;
    }
    if (message.body() instanceof Body.Sequence) {
      return STREAM;
    }
    return TextContent.isText(message) ? TEXT : BYTES;
  }

  private JmsMessage made(AmqpMessage message, MessageContext context) {
    Body body = message.body();
    return switch (this) {
      case MESSAGE -> new JmsPlainMessage();
      case TEXT -> new JmsTextMessage(TextContent.of(message));
      case BYTES -> new JmsBytesMessage(body);
      case MAP -> new JmsMapMessage((Body.Table) body);
      case STREAM -> new JmsStreamMessage((Body.Sequence) body);
      case OBJECT -> new JmsObjectMessage(body, context.objectPolicy());
    };
  }

  private JmsMessage withoutBody() {
    return switch (this) {
      case TEXT -> new JmsTextMessage();
      case OBJECT -> new JmsObjectMessage();
      case BYTES -> new JmsBytesMessage(Body.EMPTY);
      default -> new JmsPlainMessage();
    };
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
