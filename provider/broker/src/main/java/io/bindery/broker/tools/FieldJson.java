package io.bindery.broker.tools;

import io.bindery.engine.json.JsonException;
import io.bindery.engine.json.JsonReader.Literal;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The values of headers and bodies as JSON, with their types: a string, a boolean and null are
 * themselves; of anything else an object says the type, like {@code {"int":7}}. See the help of
 * {@code export}.
 */
final class FieldJson {
  private FieldJson() {}

  static Map<String, Object> table(Map<String, Object> values) {
    Map<String, Object> table = new LinkedHashMap<>();
    values.forEach((name, value) -> table.put(name, value(value)));
    return table;
  }

  static List<Object> array(List<Object> values) {
    List<Object> array = new ArrayList<>();
    values.forEach(value -> array.add(value(value)));
    return array;
  }

  private static Object value(Object value) {
    if (value == null || value instanceof String || value instanceof Boolean) {
      return value;
    }
    if (value instanceof Map<?, ?> table) {
      Map<String, Object> values = new LinkedHashMap<>();
      table.forEach((name, each) -> values.put((String) name, each));
      return Map.of("map", table(values));
    }
    if (value instanceof List<?> array) {
      return Map.of("list", array(new ArrayList<>(array)));
    }
    return scalar(value);
  }

  private static Map<String, Object> scalar(Object value) {
    if (value instanceof Byte) {
      return Map.of("byte", new Literal(value.toString()));
    } else if (value instanceof Short) {
      return Map.of("short", new Literal(value.toString()));
    } else if (value instanceof Integer) {
      return Map.of("int", new Literal(value.toString()));
    } else if (value instanceof Long) {
      return Map.of("long", new Literal(value.toString()));
    } else if (value instanceof Float number) {
      return Map.of("float", real(number.toString(), Float.isFinite(number)));
    } else if (value instanceof Double number) {
      return Map.of("double", real(number.toString(), Double.isFinite(number)));
    } else if (value instanceof BigDecimal number) {
      return Map.of("decimal", number.unscaledValue() + "e" + -(long) number.scale());
    } else if (value instanceof Character) {
      return Map.of("char", value.toString());
    } else if (value instanceof byte[] bytes) {
      return Map.of("bytes", base64(bytes));
    } else if (value instanceof Date date) {
      return Map.of("date", date.toInstant().toString());
    } else if (value instanceof Instant) {
      return Map.of("instant", value.toString());
    }
    throw new IllegalArgumentException("there is no form for a " + value.getClass().getName());
  }

  private static Object real(String text, boolean finite) {
    return finite ? new Literal(text) : text;
  }

  static String base64(byte[] bytes) {
    return Base64.getEncoder().encodeToString(bytes);
  }

  // --- and back ---

  /** An immutable table. */
  static Map<String, Object> toTable(String where, Object json) throws JsonException {
    if (!(json instanceof Map<?, ?> object)) {
      throw new JsonException(where + " is no object");
    }
    Map<String, Object> table = new LinkedHashMap<>();
    for (Map.Entry<?, ?> each : object.entrySet()) {
      String name = each.getKey().toString();
      table.put(name, toValue(where + "." + name, each.getValue()));
    }
    return Collections.unmodifiableMap(table);
  }

  /** An immutable list. */
  static List<Object> toArray(String where, Object json) throws JsonException {
    if (!(json instanceof List<?> array)) {
      throw new JsonException(where + " is no array");
    }
    List<Object> values = new ArrayList<>();
    for (Object each : array) {
      values.add(toValue(where + "[" + values.size() + "]", each));
    }
    return Collections.unmodifiableList(values);
  }

  private static Object toValue(String where, Object json) throws JsonException {
    if (json == null || json instanceof String || json instanceof Boolean) {
      return json;
    }
    if (!(json instanceof Map<?, ?> object) || object.size() != 1) {
      throw new JsonException(
          where
              + " is neither a string, true, false, null nor a type and its value like {\"int\":7}");
    }
    Map.Entry<?, ?> only = object.entrySet().iterator().next();
    String type = only.getKey().toString();
    Object value = only.getValue();
    String place = where + "." + type;
    return switch (type) {
      case "map" -> toTable(place, value);
      case "list" -> toArray(place, value);
      case "bytes" -> toBytes(place, value);
      default -> toScalar(type, place, value);
    };
  }

  private static Object toScalar(String type, String where, Object json) throws JsonException {
    String text = json instanceof Literal number ? number.text() : toText(where, json);
    try {
      return switch (type) {
        case "byte" -> Byte.valueOf(text);
        case "short" -> Short.valueOf(text);
        case "int" -> Integer.valueOf(text);
        case "long" -> Long.valueOf(text);
        case "float" -> Float.valueOf(text);
        case "double" -> Double.valueOf(text);
        case "decimal" -> decimal(text);
        case "char" -> character(where, text);
        case "date" -> new Date(Instant.parse(text).toEpochMilli());
        case "instant" -> Instant.parse(text);
        default ->
            throw new JsonException(
                where
                    + ": there is no type '"
                    + type
                    + "'; there are byte, short, int, long, float, double, decimal, char, bytes, date,"
                    + " instant, map, list");
      };
    } catch (NumberFormatException | DateTimeException | ArithmeticException e) {
      throw new JsonException(where + ": '" + text + "' is no " + type);
    }
  }

  /** Digits, an e, and the power of ten by which they count; or a plain number. */
  private static BigDecimal decimal(String text) {
    int split = text.indexOf('e');
    if (split < 0) {
      return new BigDecimal(text);
    }
    long power = Long.parseLong(text.substring(split + 1));
    return new BigDecimal(
        new BigInteger(text.substring(0, split)), Math.toIntExact(Math.negateExact(power)));
  }

  private static Character character(String where, String text) throws JsonException {
    if (text.length() != 1) {
      throw new JsonException(where + " is not one character");
    }
    return text.charAt(0);
  }

  static String toText(String where, Object json) throws JsonException {
    if (json instanceof String text) {
      return text;
    }
    throw new JsonException(where + " is no string");
  }

  static byte[] toBytes(String where, Object json) throws JsonException {
    try {
      return Base64.getDecoder().decode(toText(where, json));
    } catch (IllegalArgumentException e) {
      throw new JsonException(where + " is not Base64: " + e.getMessage());
    }
  }
}
