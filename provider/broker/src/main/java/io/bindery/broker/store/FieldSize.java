package io.bindery.broker.store;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Map;

/**
 * How many bytes {@link FieldWriter} needs at most, found in one pass that also refuses what it
 * could not write. Adds up; one thread.
 */
final class FieldSize {
  /** Counts take more than two bytes from here on; and longer texts are measured exactly. */
  private static final int SHORT_TEXT = 64;

  private static final int SHORT_COUNT_BYTES = 2;
  private static final int COUNT_BYTES = 5;

  /** At most three bytes of UTF-8 for a UTF-16 unit. */
  private static final int UNIT_BYTES = 3;

  private static final int LARGEST_ARRAY = Integer.MAX_VALUE - 16;

  private long bytes;

  FieldSize(long bytes) {
    this.bytes = bytes;
  }

  /**
   * The bytes so far.
   *
   * @throws UnstorableException when they do not fit into an array
   */
  int bytes() {
    checkLimit();
    return (int) bytes;
  }

  /** Each table and array, too: one that is in many places of others multiplies with each depth. */
  private void checkLimit() {
    if (bytes > LARGEST_ARRAY) {
      throw new UnstorableException(
          "Takes " + bytes + " bytes, and the store's limit for one record is " + LARGEST_ARRAY);
    }
  }

  void raw(long count) {
    bytes += count;
  }

  void text(String text) {
    bytes +=
        text.length() <= SHORT_TEXT
            ? SHORT_COUNT_BYTES + UNIT_BYTES * text.length()
            : COUNT_BYTES + LooseUtf8.length(text);
  }

  /**
   * A table.
   *
   * @param what its entries are, for the error
   * @throws UnstorableException naming the entry and the class of what has no form
   */
  void table(String what, Map<?, ?> table) {
    bytes += COUNT_BYTES;
    if (table.isEmpty()) {
      return;
    }
    for (Map.Entry<?, ?> entry : table.entrySet()) {
      name(what, entry.getKey());
      Object value = entry.getValue();
      if (value instanceof String text) {
        bytes++;
        text(text);
      } else {
        value(new Place(what, String.valueOf(entry.getKey()), 0), value);
      }
    }
  }

  private void name(String what, Object name) {
    if (!(name instanceof String text)) {
      throw new UnstorableException(
          what
              + " '"
              + name
              + "' has a name of "
              + (name == null ? "null" : name.getClass().getName())
              + ", but names must be Strings");
    }
    text(text);
  }

  /** An array: of the elements of a body of values. */
  void array(List<?> list) {
    array(new Place("Sequence", null, 0), list);
  }

  /** Where a value is: what its outermost entry is, its name or null, and how deep within. */
  private record Place(String what, String name, int depth) {
    Place inside() {
      if (depth == FieldType.MAX_DEPTH) {
        throw new UnstorableException(
            shown()
                + " holds tables or arrays nested deeper than the limit of "
                + FieldType.MAX_DEPTH);
      }
      return new Place(what, name, depth + 1);
    }

    UnstorableException noForm(Object value) {
      return new UnstorableException(
          shown()
              + " holds a "
              + value.getClass().getName()
              + ", which is no type that can be stored");
    }

    private String shown() {
      return name == null ? what : what + " '" + name + "'";
    }
  }

  private void array(Place place, List<?> list) {
    bytes += COUNT_BYTES;
    for (Object element : list) {
      value(place, element);
    }
    checkLimit();
  }

  private void nestedTable(Place place, Map<?, ?> table) {
    bytes += COUNT_BYTES;
    for (Map.Entry<?, ?> entry : table.entrySet()) {
      name(place.what(), entry.getKey());
      value(place, entry.getValue());
    }
    checkLimit();
  }

  private void value(Place place, Object value) {
    bytes++;
    if (value == null) {
      return;
    }
    if (value instanceof String text) {
      text(text);
    } else if (value instanceof Integer || value instanceof Float) {
      bytes += Integer.BYTES;
    } else if (value instanceof Long || value instanceof Double || value instanceof Date) {
      bytes += Long.BYTES;
    } else if (value instanceof Boolean || value instanceof Byte) {
      bytes += Byte.BYTES;
    } else if (value instanceof Short || value instanceof Character) {
      bytes += Short.BYTES;
    } else if (value instanceof byte[] content) {
      bytes += COUNT_BYTES + content.length;
    } else if (value instanceof BigDecimal decimal) {
      bytes += Integer.BYTES + COUNT_BYTES + 1 + decimal.unscaledValue().bitLength() / Byte.SIZE;
    } else if (value instanceof Instant) {
      bytes += Long.BYTES + Integer.BYTES;
    } else if (value instanceof Map<?, ?> table) {
      nestedTable(place.inside(), table);
    } else if (value instanceof List<?> list) {
      array(place.inside(), list);
    } else {
      throw place.noForm(value);
    }
  }
}
