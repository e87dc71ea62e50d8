package io.bindery.sample.orders.web;

import io.bindery.sample.orders.DeskException;
import io.bindery.sample.orders.Limits;
import io.bindery.sample.orders.Problem;
import jakarta.json.Json;
import jakarta.json.JsonException;
import jakarta.json.JsonNumber;
import jakarta.json.JsonObject;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import jakarta.json.stream.JsonParser;
import jakarta.json.stream.JsonParsingException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Bodies of requests: bounded, and refused with the place where they are wrong. */
final class Requests {
  private static final int MAX_EXPONENT = 20;

  private Requests() {}

  /**
   * The JSON object in a body.
   *
   * @throws DeskException if it is too large or no JSON object
   */
  static JsonObject object(InputStream body) {
    byte[] bytes = read(body);
    try (JsonParser parser = Json.createParser(new ByteArrayInputStream(bytes))) {
      if (bytes.length > 0 && parser.next() == JsonParser.Event.START_OBJECT) {
        JsonObject object = parser.getObject();
        if (!parser.hasNext()) {
          return object;
        }
      }
      throw new DeskException(400, "the body is not one JSON object", "send one JSON object");
    } catch (JsonParsingException e) {
      String where =
          "line "
              + e.getLocation().getLineNumber()
              + ", column "
              + e.getLocation().getColumnNumber();
      throw new DeskException(400, "the body is no JSON at " + where, "send one JSON object")
          .causedBy(e);
    } catch (JsonException e) {
      throw new DeskException(400, "the body is no JSON object in UTF-8", "send one JSON object")
          .causedBy(e);
    }
  }

  /** The same; an empty body is an empty object. */
  static JsonObject objectOrEmpty(InputStream body) {
    byte[] bytes = read(body);
    return bytes.length == 0
        ? JsonValue.EMPTY_JSON_OBJECT
        : object(new ByteArrayInputStream(bytes));
  }

  /**
   * The fields of an object whose values are texts or numbers, all as texts.
   *
   * @throws DeskException if one is something else
   */
  static Map<String, String> fields(JsonObject object) {
    Map<String, String> fields = new LinkedHashMap<>();
    object.forEach((name, value) -> fields.put(name, text(name, value)));
    return fields;
  }

  /**
   * A text of an object.
   *
   * @throws DeskException if it is missing or no text
   */
  static String text(JsonObject object, String name) {
    JsonValue value = object.get(name);
    if (value instanceof JsonString text && !text.getString().isBlank()) {
      return text.getString();
    }
    throw wrong(name, value == null ? "is missing" : "must be a text that is not blank");
  }

  /**
   * A whole number of an object.
   *
   * @throws DeskException if it is missing, no number or out of its bounds
   */
  static long number(JsonObject object, String name, long least, long most) {
    JsonValue value = object.get(name);
    if (value instanceof JsonNumber number && fits(number, least, most)) {
      return number.longValue();
    }
    throw wrong(name, "must be a whole number from " + least + " to " + most);
  }

  /** A refusal that names a field. */
  static DeskException wrong(String field, String reason) {
    return new DeskException(
        422, field + " " + reason, "correct the field", List.of(Problem.of(field, reason)));
  }

  private static boolean fits(JsonNumber number, long least, long most) {
    BigDecimal value = number.bigDecimalValue();
    return Math.abs((long) value.scale()) <= MAX_EXPONENT
        && value.stripTrailingZeros().scale() <= 0
        && value.compareTo(BigDecimal.valueOf(least)) >= 0
        && value.compareTo(BigDecimal.valueOf(most)) <= 0;
  }

  private static String text(String name, JsonValue value) {
    if (value instanceof JsonString text) {
      return text.getString();
    }
    if (value instanceof JsonNumber number) {
      BigDecimal decimal = number.bigDecimalValue();
      // a number like 1e999999999 would be written out with a billion zeros
      return Math.abs((long) decimal.scale()) > MAX_EXPONENT
          ? decimal.toString()
          : decimal.toPlainString();
    }
    throw wrong(name, "must be a text or a number");
  }

  private static byte[] read(InputStream body) {
    try {
      byte[] bytes = body.readNBytes(Limits.JSON_BYTES + 1);
      if (bytes.length > Limits.JSON_BYTES) {
        throw new DeskException(
            413,
            "the body has more than " + Limits.JSON_BYTES + " bytes",
            "send one order at a time, or a file to /api/uploads");
      }
      return bytes;
    } catch (IOException e) {
      throw new DeskException(400, "the body broke off", "send it again").causedBy(e);
    }
  }
}
