package io.bindery.sample.orders;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Pattern;

/** What makes an order valid. The same rules serve lines of a file and single orders. */
public final class OrderRules {
  /** The fields of an order, in the order of the bundled file. */
  public static final List<String> FIELDS =
      List.of("id", "region", "speed", "customer", "item", "quantity", "amount");

  private static final Set<String> REGIONS = new TreeSet<>(Set.of("eu", "us", "asia"));
  private static final Set<String> SPEEDS = new TreeSet<>(Set.of("standard", "express"));
  private static final Pattern ID = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,39}");
  private static final Pattern QUANTITY = Pattern.compile("[0-9]{1,4}");
  private static final Pattern AMOUNT = Pattern.compile("[0-9]{1,7}(\\.[0-9]{1,2})?");
  private static final BigDecimal LEAST = new BigDecimal("0.01");
  private static final BigDecimal MOST = new BigDecimal("1000000.00");
  private static final int SHOWN_CHARS = 40;

  /**
   * The answer of a check: an order, or what is wrong.
   *
   * @param order null if there are problems
   * @param problems empty if there is an order
   */
  public record Checked(Order order, List<Problem> problems) {
    /** Whether this is an order. */
    public boolean valid() {
      return problems.isEmpty();
    }
  }

  private OrderRules() {}

  /** Checks all fields at once, so that one answer names every problem. */
  public static Checked check(Map<String, String> fields) {
    List<Problem> problems = new ArrayList<>();
    for (String name : fields.keySet()) {
      if (!FIELDS.contains(name)) {
        problems.add(Problem.of(shown(name), "is no field of an order; the fields are " + FIELDS));
      }
    }
    for (String name : FIELDS) {
      String value = fields.get(name);
      String reason = value == null || value.isEmpty() ? "is missing" : reasonAgainst(name, value);
      if (reason != null) {
        problems.add(Problem.of(name, reason));
      }
    }
    return problems.isEmpty()
        ? new Checked(order(fields::get), List.of())
        : new Checked(null, List.copyOf(problems));
  }

  private static Order order(Function<String, String> field) {
    return new Order(
        field.apply("id"),
        field.apply("region"),
        field.apply("speed"),
        field.apply("customer"),
        field.apply("item"),
        Integer.parseInt(field.apply("quantity")),
        new BigDecimal(field.apply("amount")));
  }

  private static String reasonAgainst(String name, String value) {
    return switch (name) {
      case "id" ->
          ID.matcher(value).matches()
              ? null
              : shown(value)
                  + " is no id: 1 to 40 letters, digits, '.', '_' or '-', letter or digit first";
      case "region" -> oneOf(REGIONS, value);
      case "speed" -> oneOf(SPEEDS, value);
      case "customer" -> text(value, 100);
      case "item" -> text(value, 60);
      case "quantity" -> quantity(value);
      default -> amount(value);
    };
  }

  private static String oneOf(Set<String> allowed, String value) {
    return allowed.contains(value) ? null : shown(value) + " is not one of " + allowed;
  }

  private static String text(String value, int maxChars) {
    if (value.isBlank()) {
      return "is blank";
    }
    if (value.length() > maxChars) {
      return "has " + value.length() + " characters; at most " + maxChars + " are allowed";
    }
    return value.chars().anyMatch(Character::isISOControl) ? "holds a control character" : null;
  }

  private static String quantity(String value) {
    int number = QUANTITY.matcher(value).matches() ? Integer.parseInt(value) : 0;
    return number >= 1 && number <= 1_000
        ? null
        : shown(value) + " is no quantity: a whole number from 1 to 1000";
  }

  private static String amount(String value) {
    if (AMOUNT.matcher(value).matches()) {
      BigDecimal number = new BigDecimal(value);
      if (number.compareTo(LEAST) >= 0 && number.compareTo(MOST) <= 0) {
        return null;
      }
    }
    return shown(value) + " is no amount: digits with a point, from 0.01 to 1000000.00";
  }

  private static String shown(String value) {
    return value.length() <= SHOWN_CHARS
        ? "'" + value + "'"
        : "'" + value.substring(0, SHOWN_CHARS) + "…'";
  }
}
