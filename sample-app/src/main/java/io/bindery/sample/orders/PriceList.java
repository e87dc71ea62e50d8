package io.bindery.sample.orders;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** What the desk sells and for how much. Immutable. */
public final class PriceList {
  private static final int LARGE_QUANTITY = 100;
  private static final BigDecimal LARGE_QUANTITY_FACTOR = new BigDecimal("0.90");

  private static final Map<String, BigDecimal> PRICES =
      new TreeMap<>(
          Map.of(
              "notebook", new BigDecimal("4.50"),
              "pencil", new BigDecimal("0.80"),
              "fountain pen", new BigDecimal("39.00"),
              "desk lamp", new BigDecimal("64.90"),
              "standing desk", new BigDecimal("549.00"),
              "office chair", new BigDecimal("289.00"),
              "paper, 500 sheets", new BigDecimal("6.20"),
              "stapler", new BigDecimal("12.40")));

  private PriceList() {}

  /** The price of so many, less a tenth from 100 on; empty if the desk does not sell the item. */
  public static Optional<BigDecimal> quote(String item, int quantity) {
    return Optional.ofNullable(PRICES.get(item))
        .map(price -> price.multiply(BigDecimal.valueOf(quantity)))
        .map(sum -> quantity >= LARGE_QUANTITY ? sum.multiply(LARGE_QUANTITY_FACTOR) : sum)
        .map(sum -> sum.setScale(2, RoundingMode.HALF_UP));
  }

  /** The items, in alphabetical order. */
  public static Iterable<String> items() {
    return PRICES.keySet();
  }
}
