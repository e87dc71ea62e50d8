package io.bindery.sample.check;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Just enough JSON: objects, arrays, texts, numbers as Double, booleans, null. */
final class JsonText {
  private final String text;
  private int at;

  JsonText(String text) {
    this.text = text;
  }

  Object value() {
    char c = next();
    switch (c) {
      case '{':
        return object();
      case '[':
        return array();
      case '"':
        return string();
      default:
        return word();
    }
  }

  private Map<String, Object> object() {
    Map<String, Object> object = new LinkedHashMap<>();
    at++;
    while (next() != '}') {
      next();
      String key = string();
      next();
      at++;
      object.put(key, value());
      skipComma();
    }
    at++;
    return object;
  }

  private List<Object> array() {
    List<Object> array = new ArrayList<>();
    at++;
    while (next() != ']') {
      array.add(value());
      skipComma();
    }
    at++;
    return array;
  }

  private String string() {
    StringBuilder string = new StringBuilder();
    for (at++; text.charAt(at) != '"'; at++) {
      char c = text.charAt(at);
      if (c == '\\') {
        c = text.charAt(++at);
        if (c == 'u') {
          c = (char) Integer.parseInt(text.substring(at + 1, at + 5), 16);
          at += 4;
        } else {
          int escape = "bfnrt".indexOf(c);
          c = escape < 0 ? c : "\b\f\n\r\t".charAt(escape);
        }
      }
      string.append(c);
    }
    at++;
    return string.toString();
  }

  private Object word() {
    int start = at;
    while (at < text.length() && ",]} \n\r\t".indexOf(text.charAt(at)) < 0) {
      at++;
    }
    String word = text.substring(start, at);
    return switch (word) {
      case "true" -> Boolean.TRUE;
      case "false" -> Boolean.FALSE;
      case "null" -> null;
      default -> Double.valueOf(word);
    };
  }

  private void skipComma() {
    if (next() == ',') {
      at++;
    }
  }

  private char next() {
    while (Character.isWhitespace(text.charAt(at))) {
      at++;
    }
    return text.charAt(at);
  }
}
