package io.bindery.itests.desk;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * A file of orders made for a test, and what must come of it. Every line whose number ends in 17 is
 * bad; some orders are poison.
 */
final class TestOrders {
  private static final List<String> REGIONS = List.of("eu", "us", "asia");

  private final StringBuilder text =
      new StringBuilder("id,region,speed,customer,item,quantity,amount\n");
  private final Map<String, Integer> done = new TreeMap<>();
  private final int lines;
  private int bad;

  private TestOrders(int lines) {
    this.lines = lines;
  }

  /**
   * A file.
   *
   * @param lines with the first one, which names the columns
   * @param poison how many orders billing cannot bill
   */
  static TestOrders of(int lines, int poison) {
    TestOrders orders = new TestOrders(lines);
    int left = poison;
    for (int line = 2; line <= lines; line++) {
      boolean good = line % 100 != 17;
      boolean poisonous = good && left > 0 && line % 10 == 0;
      if (poisonous) {
        left--;
      }
      if (good) {
        orders.add(line, poisonous);
      } else {
        orders.bad++;
        orders.text.append("t-%d,moon,standard,Ada Lovelace,pencil,1,1.95\n".formatted(line));
      }
    }
    return orders;
  }

  private void add(int line, boolean poison) {
    String region = REGIONS.get(line % REGIONS.size());
    boolean express = line % 4 == 0;
    int amount = line % 1_500 + 1;
    text.append(
        String.format(
            Locale.ROOT,
            "t-%d,%s,%s,Ada Lovelace,%s,2,%d.50\n",
            line,
            region,
            express ? "express" : "standard",
            poison ? "poison" : "desk lamp",
            amount));
    count("shipping-" + region, true);
    count("express", express);
    count("audit", amount >= 1_000);
    count("billing", !poison);
  }

  private void count(String bean, boolean one) {
    done.merge(bean, one ? 1 : 0, Integer::sum);
  }

  String text() {
    return text.toString();
  }

  int lines() {
    return lines;
  }

  int bad() {
    return bad;
  }

  int good() {
    return lines - 1 - bad;
  }

  /** How many orders each bean must have done. */
  Map<String, Integer> done() {
    return Map.copyOf(done);
  }
}
