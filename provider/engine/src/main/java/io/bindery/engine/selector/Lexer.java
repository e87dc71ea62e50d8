package io.bindery.engine.selector;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Cuts a selector into tokens (Jakarta Messaging 3.8.1.1). */
final class Lexer {
  private static final Set<String> KEYWORDS =
      Set.of("NULL", "TRUE", "FALSE", "NOT", "AND", "OR", "BETWEEN", "LIKE", "IN", "IS", "ESCAPE");

  /** As in Java's own syntax. */
  private static final String WHITESPACE = " \t\f\n\r";

  private final String text;
  private int at;

  Lexer(String text) {
    this.text = text;
  }

  List<Token> tokens() throws SelectorException {
    List<Token> tokens = new ArrayList<>();
    while (skipWhitespace()) {
      tokens.add(next());
    }
    tokens.add(new Token(Token.Kind.END, "", null, text.length()));
    return tokens;
  }

  private boolean skipWhitespace() {
    while (at < text.length() && WHITESPACE.indexOf(text.charAt(at)) >= 0) {
      at++;
    }
    return at < text.length();
  }

  private Token next() throws SelectorException {
    char c = text.charAt(at);
    if (c == '\'') {
      return string();
    }
    if (isDigit(at) || (c == '.' && isDigit(at + 1))) {
      return number();
    }
    if (Character.isJavaIdentifierStart(text.codePointAt(at))) {
      return word();
    }
    return symbol(c);
  }

  private Token string() throws SelectorException {
    int start = at++;
    StringBuilder content = new StringBuilder();
    while (at < text.length()) {
      char c = text.charAt(at++);
      if (c != '\'') {
        content.append(c);
      } else if (at < text.length() && text.charAt(at) == '\'') {
        content.append('\'');
        at++;
      } else {
        return new Token(Token.Kind.STRING, content.toString(), content.toString(), start);
      }
    }
    throw new SelectorException(text, start, "the string that begins here has no closing quote");
  }

  private Token word() {
    int start = at;
    while (at < text.length() && Character.isJavaIdentifierPart(text.codePointAt(at))) {
      at += Character.charCount(text.codePointAt(at));
    }
    String word = text.substring(start, at);
    String upper = word.toUpperCase(Locale.ROOT);
    // Letters such as the dotless i become others in upper case: what they spell is no keyword.
    boolean keyword = KEYWORDS.contains(upper) && word.chars().allMatch(letter -> letter < 128);
    return keyword
        ? new Token(Token.Kind.KEYWORD, upper, null, start)
        : new Token(Token.Kind.IDENTIFIER, word, null, start);
  }

  private Token symbol(char c) throws SelectorException {
    int start = at;
    String two = text.substring(at, Math.min(at + 2, text.length()));
    String symbol =
        two.equals("<>") || two.equals("<=") || two.equals(">=") ? two : String.valueOf(c);
    if (symbol.length() == 1 && "=<>+-*/(),".indexOf(c) < 0) {
      throw new SelectorException(
          text,
          start,
          "'" + Character.toString(text.codePointAt(at)) + "' has no meaning here; " + advice(c));
    }
    at += symbol.length();
    return new Token(Token.Kind.SYMBOL, symbol, null, start);
  }

  private static String advice(char c) {
    return switch (c) {
      case '"', '`' -> "strings stand in single quotes, names in none";
      case '!', '^', '~' -> "unequal is <>, and the opposite of a condition is NOT";
      case '&', '|' -> "conditions are joined with AND and OR";
      case '%' -> "the operators are +, -, * and /";
      default -> "selectors are made of names, numbers, 'strings', operators and parentheses";
    };
  }

  private Token number() throws SelectorException {
    int start = at;
    at = NumberLiteral.end(text, start);
    String literal = text.substring(start, at);
    if (NumberLiteral.isMinMagnitude(literal)) {
      return new Token(Token.Kind.MIN_MAGNITUDE, literal, null, start);
    }
    try {
      return new Token(Token.Kind.NUMBER, literal, NumberLiteral.value(literal), start);
    } catch (NumberFormatException e) {
      throw new SelectorException(text, start, "'" + shortened(literal) + "' " + e.getMessage());
    }
  }

  private static String shortened(String literal) {
    return literal.length() <= 40 ? literal : literal.substring(0, 40) + "…";
  }

  private boolean isDigit(int index) {
    return index < text.length() && text.charAt(index) >= '0' && text.charAt(index) <= '9';
  }
}
