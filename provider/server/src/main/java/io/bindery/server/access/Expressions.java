package io.bindery.server.access;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/** The regular expressions of permissions, compiled once. */
final class Expressions {
  private static final String USER = "{username}";
  private static final String HOST = "{vhost}";
  private static final int MOST_CHARACTERS = 1024;
  private static final int MOST_COMPILED = 10_000;
  private static final Map<String, Pattern> COMPILED = new ConcurrentHashMap<>();

  private Expressions() {}

  /** Fails with IllegalArgumentException when it is no regular expression. */
  static void check(String what, String expression) {
    if (expression.length() > MOST_CHARACTERS) {
      throw new IllegalArgumentException(
          what
              + " has "
              + expression.length()
              + " characters, and the limit is "
              + MOST_CHARACTERS);
    }
    try {
      Pattern.compile(expression.replace(USER, "u").replace(HOST, "h"));
    } catch (PatternSyntaxException e) {
      throw new IllegalArgumentException(
          what
              + " is '"
              + expression
              + "', which is no regular expression: "
              + e.getDescription()
              + " near character "
              + (e.getIndex() + 1),
          e);
    }
  }

  /** Whether it is found in a name. An empty one is found only in the empty name. */
  static boolean found(String expression, String in) {
    if (expression.isEmpty()) {
      return in.isEmpty();
    }
    if (COMPILED.size() > MOST_COMPILED) {
      COMPILED.clear();
    }
    return COMPILED.computeIfAbsent(expression, Pattern::compile).matcher(in).find();
  }

  /** The same with {@code {username}} and {@code {vhost}} standing for what they name. */
  static boolean found(String expression, Grant of, String in) {
    String expanded =
        expression.indexOf('{') < 0
            ? expression
            : expression
                .replace(USER, Pattern.quote(of.user()))
                .replace(HOST, Pattern.quote(of.virtualHost()));
    return found(expanded, in);
  }
}
