package io.bindery.engine.selector;

import java.util.Arrays;

/**
 * A LIKE pattern (3.8.1.3): {@code _} is one character, {@code %} any number of them, an escape
 * character makes either ordinary. Matches in time proportional to text times pattern at worst,
 * whatever the pattern.
 */
final class LikePattern {
  private static final int ONE = -1;
  private static final int MANY = -2;

  private final int[] tokens;

  private LikePattern(int[] tokens) {
    this.tokens = tokens;
  }

  /**
   * Compiles a pattern.
   *
   * @param escape the escape character, or -1 for none
   * @return null when the escape character is the last or escapes something else than {@code _},
   *     {@code %} and itself
   */
  static LikePattern of(String pattern, int escape) {
    int[] tokens = new int[pattern.length()];
    int size = 0;
    for (int i = 0; i < pattern.length(); i++) {
      char c = pattern.charAt(i);
      if (c == escape) {
        i++;
        if (i == pattern.length() || !escapable(pattern.charAt(i), escape)) {
          return null;
        }
        tokens[size++] = pattern.charAt(i);
      } else {
        tokens[size++] = c == '_' ? ONE : c == '%' ? MANY : c;
      }
    }
    return new LikePattern(Arrays.copyOf(tokens, size));
  }

  private static boolean escapable(char c, int escape) {
    return c == '_' || c == '%' || c == escape;
  }

  boolean matches(String text) {
    int at = 0;
    int token = 0;
    int lastMany = -1;
    int resume = 0;
    while (at < text.length()) {
      if (token < tokens.length && tokens[token] == MANY) {
        lastMany = token++;
        resume = at;
      } else if (token < tokens.length
          && (tokens[token] == ONE || tokens[token] == text.charAt(at))) {
        token++;
        at++;
      } else if (lastMany >= 0) {
        token = lastMany + 1;
        at = ++resume;
      } else {
        return false;
      }
    }
    while (token < tokens.length && tokens[token] == MANY) {
      token++;
    }
    return token == tokens.length;
  }
}
