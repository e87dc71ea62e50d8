package io.bindery.server.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Prints an array of JSON objects as a table, or as it is. */
final class Table {
  private static final Pattern CONTROL = Pattern.compile("\\p{Cntrl}|[\\u0080-\\u009f]");

  private Table() {}

  /**
   * Prints it.
   *
   * @param columns names of fields; dots go into objects
   */
  static void print(PrintWriter out, JsonNode rows, List<String> columns) {
    List<List<String>> cells = new ArrayList<>();
    cells.add(columns);
    for (JsonNode row : rows) {
      cells.add(columns.stream().map(column -> cell(row, column)).toList());
    }
    int[] widths = new int[columns.size()];
    cells.forEach(
        row -> {
          for (int i = 0; i < widths.length; i++) {
            widths[i] = Math.max(widths[i], row.get(i).length());
          }
        });
    for (List<String> row : cells) {
      StringBuilder line = new StringBuilder();
      for (int i = 0; i < widths.length; i++) {
        line.append(row.get(i)).append(" ".repeat(widths[i] - row.get(i).length() + 2));
      }
      out.println(line.toString().stripTrailing());
    }
  }

  private static String cell(JsonNode row, String column) {
    JsonNode at = row;
    for (String name : column.split("\\.")) {
      at = at.path(name);
    }
    return at.isValueNode() ? printable(at.asText()) : at.isMissingNode() ? "" : at.toString();
  }

  /** A name may hold anything; no name may begin a line or speak to the terminal. */
  private static String printable(String text) {
    return CONTROL
        .matcher(text)
        .replaceAll(
            found ->
                Matcher.quoteReplacement(String.format("\\u%04x", (int) found.group().charAt(0))));
  }
}
