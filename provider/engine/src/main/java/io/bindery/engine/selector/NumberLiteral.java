package io.bindery.engine.selector;

import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Numbers as the Java language writes them (Jakarta Messaging 3.8.1.1): decimal, hexadecimal, octal
 * and binary, with underscores and suffixes. Exact ones have 64 bits, with the suffix L or without.
 */
final class NumberLiteral {
  private static final String DIGITS = "[0-9](?:[0-9_]*[0-9])?";
  private static final String HEX_DIGITS = "[0-9a-fA-F](?:[0-9a-fA-F_]*[0-9a-fA-F])?";
  private static final String EXPONENT = "(?:[eE][+-]?" + DIGITS + ")";
  private static final Pattern EXACT =
      Pattern.compile("(?:0[xX]" + HEX_DIGITS + "|0[bB][01](?:[01_]*[01])?|" + DIGITS + ")[lL]?");
  private static final Pattern APPROXIMATE =
      Pattern.compile(
          alternatives(
                  DIGITS + "\\.(?:" + DIGITS + ")?" + EXPONENT + "?",
                  "\\." + DIGITS + EXPONENT + "?",
                  DIGITS + EXPONENT,
                  DIGITS + "(?=[fFdD])",
                  "0[xX]" + HEX_DIGITS + "\\.?[pP][+-]?" + DIGITS,
                  "0[xX](?:" + HEX_DIGITS + ")?\\." + HEX_DIGITS + "[pP][+-]?" + DIGITS)
              + "[fFdD]?");
  private static final String MIN_MAGNITUDE = "9223372036854775808";

  private NumberLiteral() {}

  private static String alternatives(String... patterns) {
    return "(?:" + String.join("|", patterns) + ")";
  }

  /** Where the number that begins there ends: at the first character that no number has. */
  static int end(String text, int start) {
    boolean hexadecimal = text.startsWith("0x", start) || text.startsWith("0X", start);
    String exponents = hexadecimal ? "pP" : "eE";
    int end = start;
    while (end < text.length() && belongs(text, end, start, exponents)) {
      end++;
    }
    return end;
  }

  private static boolean belongs(String text, int at, int start, String exponents) {
    char c = text.charAt(at);
    boolean sign = c == '+' || c == '-';
    return sign
        ? at > start && exponents.indexOf(text.charAt(at - 1)) >= 0
        : c == '.' || Character.isJavaIdentifierPart(c);
  }

  /**
   * Whether it is the magnitude of the least long, which is a number only behind a minus (as in
   * Java).
   */
  static boolean isMinMagnitude(String literal) {
    String digits = literal.replace("_", "");
    return digits.equals(MIN_MAGNITUDE) || digits.equalsIgnoreCase(MIN_MAGNITUDE + "L");
  }

  /**
   * Its value.
   *
   * @return a Long, a Double or, with the suffix F, a Float
   * @throws NumberFormatException with what is wrong, to be read after the literal
   */
  static Object value(String literal) {
    if (EXACT.matcher(literal).matches()) {
      return exact(literal.replace("_", "").toLowerCase(Locale.ROOT).replace("l", ""));
    }
    if (APPROXIMATE.matcher(literal).matches()) {
      return approximate(literal.replace("_", "").toLowerCase(Locale.ROOT));
    }
    throw new NumberFormatException("is no number");
  }

  private static Long exact(String digits) {
    boolean octal = digits.length() > 1 && digits.startsWith("0");
    try {
      if (digits.startsWith("0x")) {
        return Long.parseUnsignedLong(digits.substring(2), 16);
      }
      if (digits.startsWith("0b")) {
        return Long.parseUnsignedLong(digits.substring(2), 2);
      }
      return octal ? Long.parseUnsignedLong(digits, 8) : Long.parseLong(digits);
    } catch (NumberFormatException e) {
      throw new NumberFormatException(
          "is no whole number of 64 bits" + (octal ? " (a leading 0 makes it octal)" : ""));
    }
  }

  private static Number approximate(String digits) {
    // A trailing f of a hexadecimal literal is a suffix, too: its exponent is decimal.
    if (digits.endsWith("f")) {
      float value = Float.parseFloat(digits);
      checkFinite(value, "float");
      return value;
    }
    double value = Double.parseDouble(digits);
    checkFinite(value, "double");
    return value;
  }

  private static void checkFinite(double value, String type) {
    if (Double.isInfinite(value)) {
      throw new NumberFormatException("is too large for a " + type);
    }
  }
}
