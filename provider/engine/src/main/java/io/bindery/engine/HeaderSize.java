package io.bindery.engine;

import java.util.List;
import java.util.Map;

/**
 * Estimates how many bytes a headers table takes. Ends with any table, also one that holds itself:
 * it looks no deeper than {@value #MAX_DEPTH}, and no further once it has counted {@value #ENOUGH}.
 */
final class HeaderSize {
  /** More than any engine takes, bytes. */
  static final int ENOUGH = 1 << 24;

  private static final int MAX_DEPTH = 100;
  private static final int SCALAR_BYTES = 8;

  private long bytes;

  private HeaderSize() {}

  static int of(Map<String, Object> headers) {
    if (headers.isEmpty()) {
      return 0;
    }
    HeaderSize size = new HeaderSize();
    size.table(headers, 0);
    return (int) Math.min(size.bytes, ENOUGH);
  }

  private void table(Map<?, ?> table, int depth) {
    for (Map.Entry<?, ?> field : table.entrySet()) {
      if (bytes >= ENOUGH) {
        return;
      }
      bytes += String.valueOf(field.getKey()).length();
      value(field.getValue(), depth);
    }
  }

  private void value(Object value, int depth) {
    if (value instanceof String text) {
      bytes += text.length();
    } else if (value instanceof byte[] content) {
      bytes += content.length;
    } else {
      bytes += SCALAR_BYTES;
      nested(value, depth + 1);
    }
  }

  private void nested(Object value, int depth) {
    if (depth > MAX_DEPTH) {
      return;
    }
    if (value instanceof Map<?, ?> table) {
      table(table, depth);
    } else if (value instanceof List<?> list) {
      for (int i = 0; i < list.size() && bytes < ENOUGH; i++) {
        value(list.get(i), depth);
      }
    }
  }
}
