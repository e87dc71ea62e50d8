package io.bindery.broker.tools;

import io.bindery.engine.json.JsonReader;
import java.util.List;
import java.util.Map;

/**
 * Writes a JSON text (RFC 8259) on one line: maps, lists, strings, booleans, null, and {@link
 * JsonReader.Literal} for numbers. One thread.
 */
final class JsonWriter {
  private static final String ESCAPED = "\"\\\b\f\n\r\t";
  private static final String ESCAPES = "\"\\bfnrt";

  private final StringBuilder into = new StringBuilder();

  private JsonWriter() {}

  /** A value as a text. */
  static String write(Object value) {
    JsonWriter writer = new JsonWriter();
    writer.value(value);
    return writer.into.toString();
  }

  private void value(Object value) {
    if (value instanceof String text) {
      string(text);
    } else if (value instanceof Map<?, ?> object) {
      object(object);
    } else if (value instanceof List<?> array) {
      array(array);
    } else if (value instanceof JsonReader.Literal number) {
      into.append(number.text());
    } else if (value == null || value instanceof Boolean) {
      into.append(value);
    } else {
      throw new IllegalArgumentException("JSON has no form for a " + value.getClass().getName());
    }
  }

  private void object(Map<?, ?> object) {
    into.append('{');
    String comma = "";
    for (Map.Entry<?, ?> each : object.entrySet()) {
      into.append(comma);
      string(each.getKey().toString());
      into.append(':');
      value(each.getValue());
      comma = ",";
    }
    into.append('}');
  }

  private void array(List<?> array) {
    into.append('[');
    String comma = "";
    for (Object each : array) {
      into.append(comma);
      value(each);
      comma = ",";
    }
    into.append(']');
  }

  private void string(String text) {
    into.append('"');
    for (int i = 0; i < text.length(); i++) {
      char next = text.charAt(i);
      int escape = ESCAPED.indexOf(next);
      if (escape >= 0) {
        into.append('\\').append(ESCAPES.charAt(escape));
      } else if (Character.isHighSurrogate(next)
          && i + 1 < text.length()
          && Character.isLowSurrogate(text.charAt(i + 1))) {
        into.append(next).append(text.charAt(++i));
      } else if (isShown(next)) {
        into.append(next);
      } else {
        into.append(String.format("\\u%04x", (int) next));
      }
    }
    into.append('"');
  }

  /** Not what ends a line somewhere, nor half of a pair. */
  private static boolean isShown(char next) {
    return !Character.isISOControl(next)
        && !Character.isSurrogate(next)
        && next != '\u2028'
        && next != '\u2029';
  }
}
