package io.bindery.broker.tools;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Rows with columns of equal width: numbers to the right, with commas; texts to the left. */
final class TextTable {
  private static final String GAP = "  ";

  private final List<List<Object>> rows = new ArrayList<>();

  TextTable(String... headings) {
    rows.add(List.of((Object[]) headings));
  }

  void row(Object... cells) {
    rows.add(List.of(cells));
  }

  boolean isEmpty() {
    return rows.size() == 1;
  }

  /** Writes it, each line behind an indent. */
  void print(String indent, StringBuilder into) {
    int columns = rows.get(0).size();
    int[] widths = new int[columns];
    for (List<Object> row : rows) {
      for (int i = 0; i < columns; i++) {
        widths[i] = Math.max(widths[i], text(row.get(i)).length());
      }
    }
    for (List<Object> row : rows) {
      StringBuilder line = new StringBuilder(indent);
      for (int i = 0; i < columns; i++) {
        String text = text(row.get(i));
        String space = " ".repeat(widths[i] - text.length());
        line.append(isNumber(i) ? space + text : text + space).append(GAP);
      }
      into.append(line.toString().stripTrailing()).append('\n');
    }
  }

  /** A heading stands where the values below it do. */
  private boolean isNumber(int column) {
    return rows.size() > 1 && rows.get(1).get(column) instanceof Number;
  }

  private static String text(Object cell) {
    return cell instanceof Number number
        ? String.format(Locale.ROOT, "%,d", number)
        : printable(cell);
  }

  /** Names may hold anything: no line breaks and no control sequences for a terminal. */
  private static String printable(Object cell) {
    StringBuilder text = new StringBuilder();
    cell.toString()
        .codePoints()
        .forEach(
            each -> {
              if (Character.isISOControl(each)) {
                text.append(String.format("\\u%04x", each));
              } else {
                text.appendCodePoint(each);
              }
            });
    return text.toString();
  }
}
