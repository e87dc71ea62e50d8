package io.bindery.sample.orders;

import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;

/**
 * Why an order was not taken.
 *
 * @param line its line in the file, from 1; 0 if it was not in a file
 * @param field the field, or an empty string if the whole line is wrong
 * @param reason what is wrong and what would be right
 */
public record Problem(long line, String field, String reason) {

  /** A problem of a single order. */
  public static Problem of(String field, String reason) {
    return new Problem(0, field, reason);
  }

  /** The same problem, at a line. */
  public Problem at(long lineNumber) {
    return new Problem(lineNumber, field, reason);
  }

  /** This problem for the page and for API clients. */
  public JsonObject toJson() {
    JsonObjectBuilder json = Json.createObjectBuilder();
    if (line > 0) {
      json.add("line", line);
    }
    if (!field.isEmpty()) {
      json.add("field", field);
    }
    return json.add("reason", reason).build();
  }
}
