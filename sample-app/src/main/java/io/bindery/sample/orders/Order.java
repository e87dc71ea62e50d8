package io.bindery.sample.orders;

import java.math.BigDecimal;

/**
 * One valid order.
 *
 * @param id unique per shop, at most 40 characters
 * @param region {@code eu}, {@code us} or {@code asia}
 * @param speed {@code standard} or {@code express}
 * @param customer at most 100 characters
 * @param item at most 60 characters
 * @param quantity from 1 to 1,000
 * @param amount from 0.01 to 1,000,000.00
 */
public record Order(
    String id,
    String region,
    String speed,
    String customer,
    String item,
    int quantity,
    BigDecimal amount) {

  /** The topic that this order is published to. */
  public String topic() {
    return "orders." + region + "." + speed;
  }
}
