package io.bindery.jms.message;

import io.bindery.engine.AmqpMessage;
import io.bindery.engine.Body;
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

  private final String contentType;
  private final Map<String, Object> headers = Map.of(HEADER, name().toLowerCase(Locale.ROOT));
  private final Map<String, Object> headersOfNone =
      Map.of(HEADER, name().toLowerCase(Locale.ROOT) + NULL_SUFFIX);

  MessageType(String contentType) {
    this.contentType = contentType;
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

  static MessageType of(AmqpMessage message) {
    if (message.headers().get(HEADER) instanceof String text) {
      String name =
          text.endsWith(NULL_SUFFIX)
              ? text.substring(0, text.length() - NULL_SUFFIX.length())
              : text;
      for (MessageType type : values()) {
        if (type.name().equalsIgnoreCase(name) && type.fits(message.body())) {
          return type;
        }
      }
    }
    return byContent(message);
  }

  /** A foreign client may have copied the header to a body of another kind. */
  private boolean fits(Body body) {
    return switch (this) {
      case MAP -> body instanceof Body.Table;
      case STREAM -> body instanceof Body.Sequence;
      case TEXT, BYTES -> body instanceof Body.Text || body instanceof Body.Bytes;
      case OBJECT -> body instanceof Body.Bytes || body instanceof Body.Serialized;
      case MESSAGE -> true;
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
    String type =
        message.contentType() == null ? "" : message.contentType().toLowerCase(Locale.ROOT);
    boolean text =
        type.startsWith("text/")
            || type.startsWith("application/json")
            || type.startsWith("application/xml")
            || type.contains("+json")
            || type.contains("+xml");
    return text ? TEXT : BYTES;
  }

  JmsMessage made(Body body, MessageContext context) {
    return switch (this) {
      case MESSAGE -> new JmsPlainMessage();
      case TEXT -> new JmsTextMessage(body);
      case BYTES -> new JmsBytesMessage(body);
      case MAP -> new JmsMapMessage(body);
      case STREAM -> new JmsStreamMessage(body);
      case OBJECT -> new JmsObjectMessage(body, context.objectPolicy());
    };
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
