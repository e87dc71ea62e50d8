package io.bindery.jms.message;

import io.bindery.engine.AmqpMessage;
import io.bindery.engine.Body;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * Whether what another AMQP client sent is a text, and which: by the content type, its {@code
 * charset}, and the content encoding, in which some clients name the character set.
 */
final class TextContent {
  private static final String CHARSET = "charset=";

  private TextContent() {}

  /** Whether the content type says that it is a text, and how it is encoded. */
  static boolean isText(AmqpMessage message) {
    String type = lower(message.contentType());
    boolean text =
        type.startsWith("text/")
            || type.startsWith("application/json")
            || type.startsWith("application/xml")
            || type.contains("+json")
            || type.contains("+xml");
    return text && charset(message, type) != null;
  }

  /** The text. */
  static String of(AmqpMessage message) {
    if (message.body() instanceof Body.Text text) {
      return text.content();
    }
    Charset charset = charset(message, lower(message.contentType()));
    return new String(
        ((Body.Bytes) message.body()).content(),
        charset == null ? StandardCharsets.UTF_8 : charset);
  }

  /** Null when it is compressed, or in a character set that this machine lacks. */
  private static Charset charset(AmqpMessage message, String type) {
    int at = type.indexOf(CHARSET);
    if (at < 0) {
      String encoding = lower(message.contentEncoding());
      return encoding.isEmpty() || encoding.equals("identity")
          ? StandardCharsets.UTF_8
          : named(encoding);
    }
    String rest = type.substring(at + CHARSET.length());
    int end = rest.indexOf(';');
    return named((end < 0 ? rest : rest.substring(0, end)).replace("\"", "").trim());
  }

  private static Charset named(String name) {
    try {
      return Charset.forName(name);
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  private static String lower(String value) {
    return value == null ? "" : value.trim().toLowerCase(Locale.ROOT);
  }
}
