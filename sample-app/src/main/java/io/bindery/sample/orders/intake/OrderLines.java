package io.bindery.sample.orders.intake;

import io.bindery.sample.orders.OrderRules;
import io.bindery.sample.orders.OrderRules.Checked;
import io.bindery.sample.orders.Problem;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;

/**
 * Reads lines of a file of orders after its header, which may name the columns in any order.
 * Comma-separated after RFC 4180, but a quoted field ends on its line: so one bad quote costs one
 * line and not the rest of the file. Immutable.
 */
final class OrderLines {
  private static final CSVFormat FORMAT = CSVFormat.RFC4180;
  private static final String BYTE_ORDER_MARK = "\uFEFF";

  private static final String BAD_QUOTE =
      "has a quote that does not end, or text behind one; double a quote inside quotes";

  /** How much of a wrong header an error shows, characters. */
  private static final int SHOWN = 60;

  private final List<String> columns;

  private OrderLines(List<String> columns) {
    this.columns = columns;
  }

  /**
   * Reads the header.
   *
   * @throws IllegalArgumentException if it does not name each field of an order once
   */
  static OrderLines withHeader(String header) {
    String text = header.startsWith(BYTE_ORDER_MARK) ? header.substring(1) : header;
    List<String> names;
    try {
      names = split(text).stream().map(name -> name.strip().toLowerCase(Locale.ROOT)).toList();
    } catch (IOException e) {
      throw new IllegalArgumentException("the first line " + BAD_QUOTE, e);
    }
    if (names.size() != OrderRules.FIELDS.size()
        || !new TreeSet<>(names).equals(new TreeSet<>(OrderRules.FIELDS))) {
      throw new IllegalArgumentException(
          "the first line must name the columns "
              + String.join(",", OrderRules.FIELDS)
              + ", with commas between; it is '"
              + shortened(text)
              + "'");
    }
    return new OrderLines(names);
  }

  /** A header that names the columns in the order of this file. */
  String header() {
    return String.join(",", columns);
  }

  private static String shortened(String text) {
    return text.length() <= SHOWN ? text : text.substring(0, SHOWN) + "…";
  }

  /** Reads one line behind the header. */
  Checked read(String line) {
    if (line.isBlank()) {
      return bad("is empty");
    }
    try {
      List<String> values = split(line);
      if (values.size() != columns.size()) {
        return bad(
            "has " + values.size() + " columns; " + columns.size() + " are needed: " + columns);
      }
      Map<String, String> fields = new LinkedHashMap<>();
      for (int i = 0; i < columns.size(); i++) {
        fields.put(columns.get(i), values.get(i));
      }
      return OrderRules.check(fields);
    } catch (IOException e) {
      return bad(BAD_QUOTE);
    }
  }

  private static Checked bad(String reason) {
    return new Checked(null, List.of(Problem.of("", reason)));
  }

  private static List<String> split(String line) throws IOException {
    try (CSVParser parser = CSVParser.parse(line, FORMAT)) {
      List<CSVRecord> records = parser.getRecords();
      if (records.size() != 1) {
        throw new IOException("one line holds one order");
      }
      return new ArrayList<>(records.get(0).toList());
    } catch (UncheckedIOException | IllegalArgumentException | IllegalStateException e) {
      throw new IOException(e.getMessage(), e);
    }
  }
}
