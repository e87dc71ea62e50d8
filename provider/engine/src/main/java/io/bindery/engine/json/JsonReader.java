package io.bindery.engine.json;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads a JSON text (RFC 8259): objects as maps in their order, arrays as lists, strings, booleans,
 * null, and numbers as {@link Literal}, so that none is rounded. Strict: nothing may be named
 * twice, and nothing may follow. One thread.
 */
public final class JsonReader {
  private static final int MAX_DEPTH = 250;
  private static final int HEX = 16;
  private static final int UNICODE_DIGITS = 4;

  private final String text;
  private int at;

  /**
   * A number, as it was written.
   *
   * @param text its digits
   */
  public record Literal(String text) {}

  private JsonReader(String text) {
    this.text = text;
  }

  /**
   * The value of a text.
   *
   * @param text at most nested {@value #MAX_DEPTH} deep
   * @throws JsonException with the column, when it is no JSON
   */
  public static Object read(String text) throws JsonException {
    JsonReader reader = new JsonReader(text);
    Object value = reader.value(0);
    reader.space();
    if (reader.at < text.length()) {
      throw reader.wrong("something follows the value");
    }
    return value;
  }

  private JsonException wrong(String what) {
    return new JsonException("column " + (at + 1) + ": " + what);
  }

  private void space() {
    while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
      at++;
    }
  }

  private char peek() throws JsonException {
    space();
    if (at == text.length()) {
      throw wrong("the text ends too early");
    }
    return text.charAt(at);
  }

  private void expect(char wanted) throws JsonException {
    if (peek() != wanted) {
      throw wrong("'" + wanted + "' is expected, not '" + text.charAt(at) + "'");
    }
    at++;
  }

  private Object value(int depth) throws JsonException {
    if (depth > MAX_DEPTH) {
      throw wrong("nested deeper than " + MAX_DEPTH);
    }
    return switch (peek()) {
      case '{' -> object(depth + 1);
      case '[' -> array(depth + 1);
      case '"' -> string();
      default -> literal();
    };
  }

  private Map<String, Object> object(int depth) throws JsonException {
    Map<String, Object> object = new LinkedHashMap<>();
    expect('{');
    boolean more = peek() != '}';
    while (more) {
      int start = at;
      peek();
      String name = string();
      expect(':');
      Object value = value(depth);
      if (object.containsKey(name)) {
        at = start;
        throw wrong("'" + name + "' is there twice");
      }
      object.put(name, value);
      more = peek() == ',';
      if (more) {
        at++;
      }
    }
    expect('}');
    return object;
  }

  private List<Object> array(int depth) throws JsonException {
    List<Object> array = new ArrayList<>();
    expect('[');
    boolean more = peek() != ']';
    while (more) {
      array.add(value(depth));
      more = peek() == ',';
      if (more) {
        at++;
      }
    }
    expect(']');
    return array;
  }

  private String string() throws JsonException {
    expect('"');
    StringBuilder string = new StringBuilder();
    while (at < text.length() && text.charAt(at) != '"') {
      char next = text.charAt(at);
      if (next < ' ') {
        throw wrong("a control character in a string: write \\u and four digits");
      }
      at++;
      string.append(next == '\\' ? escaped() : next);
    }
    if (at == text.length()) {
      throw wrong("a string has no end");
    }
    at++;
    return string.toString();
  }

  private char escaped() throws JsonException {
    if (at == text.length()) {
      throw wrong("a string has no end");
    }
    char escape = text.charAt(at++);
    return switch (escape) {
      case '"', '\\', '/' -> escape;
      case 'b' -> '\b';
      case 'f' -> '\f';
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 't' -> '\t';
      case 'u' -> unicode();
      default -> throw wrong("there is no escape \\" + escape);
    };
  }

  private char unicode() throws JsonException {
    int code = 0;
    for (int i = 0; i < UNICODE_DIGITS; i++) {
      int digit = at < text.length() ? Character.digit(text.charAt(at), HEX) : -1;
      if (digit < 0) {
        throw wrong("\\u needs four hexadecimal digits");
      }
      code = code * HEX + digit;
      at++;
    }
    return (char) code;
  }

  private Object literal() throws JsonException {
    int start = at;
    while (at < text.length() && ",]} \t\r\n".indexOf(text.charAt(at)) < 0) {
      at++;
    }
    String word = text.substring(start, at);
    switch (word) {
      case "true":
        return true;
      case "false":
        return false;
      case "null":
        return null;
      default:
        if (word.matches("-?(0|[1-9][0-9]*)(\\.[0-9]+)?([eE][+-]?[0-9]+)?")) {
          return new Literal(word);
        }
        at = start;
        throw wrong("'" + word + "' is no value");
    }
  }
}
