package io.bindery.rabbitmq;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * Delivery tags as commands name them: one by one, or the first and the last of several in a row.
 * Not thread-safe.
 */
final class DeliveryTags {
  private static final int LONG_BYTES = 1 + Long.BYTES;

  /** The type and the length of an array, and two numbers. */
  private static final int RANGE_BYTES = 1 + Integer.BYTES + 2 * LONG_BYTES;

  private final int mostBytes;
  private final List<List<Object>> parts = new ArrayList<>(1);
  private List<Object> part = new ArrayList<>();
  private int bytes;

  private DeliveryTags(int mostBytes) {
    this.mostBytes = mostBytes;
  }

  /**
   * The tags of some deliveries, in as many parts as it takes.
   *
   * @param mostBytes of a field array, of which a part has no more
   * @return at least one part
   */
  static List<List<Object>> in(Collection<RabbitDelivery> deliveries, int mostBytes) {
    DeliveryTags tags = new DeliveryTags(mostBytes);
    long first = 0;
    long last = -1;
    for (RabbitDelivery each : deliveries) {
      if (each.tag() != last + 1) {
        tags.row(first, last);
        first = each.tag();
      }
      last = each.tag();
    }
    tags.row(first, last);
    tags.parts.add(tags.part);
    return tags.parts;
  }

  private void row(long first, long last) {
    if (last - first >= 2) {
      add(List.of(first, last), RANGE_BYTES);
      return;
    }
    for (long each = first; each <= last; each++) {
      add(each, LONG_BYTES);
    }
  }

  private void add(Object element, int size) {
    if (bytes + size > mostBytes) {
      parts.add(part);
      part = new ArrayList<>();
      bytes = 0;
    }
    part.add(element);
    bytes += size;
  }

  /** How long the elements of a part are. */
  static int bytes(List<Object> part) {
    int sum = 0;
    for (Object each : part) {
      sum += each instanceof Long ? LONG_BYTES : RANGE_BYTES;
    }
    return sum;
  }
}
