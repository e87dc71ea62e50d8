package io.bindery.engine.selector;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Cuts a selector into tokens (Jakarta Messaging 3.8.1.1). */
final class Lexer {
  private static final Set<String> KEYWORDS =
      Set.of("NULL", "TRUE", "FALSE", "NOT", "AND", "OR", "BETWEEN", "LIKE", "IN", "IS", "ESCAPE");
  private static final String MIN_MAGNITUDE = "9223372036854775808";

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
    while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
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
    if (Character.isJavaIdentifierStart(c)) {
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
    while (at < text.length() && Character.isJavaIdentifierPart(text.charAt(at))) {
      at++;
    }
    String word = text.substring(start, at);
    String upper = word.toUpperCase(Locale.ROOT);
    return KEYWORDS.contains(upper)
        ? new Token(Token.Kind.KEYWORD, upper, null, start)
        : new Token(Token.Kind.IDENTIFIER, word, null, start);
  }

  private Token symbol(char c) throws SelectorException {
    int start = at;
    String two = text.substring(at, Math.min(at + 2, text.length()));
    String symbol =
        two.equals("<>") || two.equals("<=") || two.equals(">=") ? two : String.valueOf(c);
    if (symbol.length() == 1 && "=<>+-*/(),".indexOf(c) < 0) {
      throw new SelectorException(text, start, "'" + c + "' has no meaning here");
    }
    at += symbol.length();
    return new Token(Token.Kind.SYMBOL, symbol, null, start);
  }

  private Token number() throws SelectorException {
    int start = at;
    boolean hexadecimal =
        text.charAt(at) == '0' && at + 1 < text.length() && (text.charAt(at + 1) | 32) == 'x';
    boolean approximate = !hexadecimal && decimal();
    if (hexadecimal) {
      at += 2;
      while (at < text.length() && Character.digit(text.charAt(at), 16) >= 0) {
        at++;
      }
    }
    String digits = text.substring(start, at);
    approximate |= !hexadecimal && suffix("fFdD");
    boolean isLong = !approximate && suffix("lL");
    if (at < text.length() && Character.isJavaIdentifierPart(text.charAt(at))) {
      throw new SelectorException(
          text, start, "'" + text.substring(start, at + 1) + "' is no number");
    }
    String shown = text.substring(start, at);
    if (!approximate && !isLong && digits.equals(MIN_MAGNITUDE)) {
      return new Token(Token.Kind.MIN_MAGNITUDE, shown, null, start);
    }
    return new Token(
        Token.Kind.NUMBER,
        shown,
        approximate ? approximate(start, digits) : exact(start, digits),
        start);
  }

  /** Passes digits, a fraction and an exponent; tells whether there was one of the latter two. */
  private boolean decimal() {
    boolean approximate = false;
    passDigits();
    if (at < text.length() && text.charAt(at) == '.') {
      at++;
      passDigits();
      approximate = true;
    }
    if (at < text.length() && (text.charAt(at) | 32) == 'e') {
      int exponent = at + 1;
      if (exponent < text.length()
          && (text.charAt(exponent) == '+' || text.charAt(exponent) == '-')) {
        exponent++;
      }
      if (isDigit(exponent)) {
        at = exponent;
        passDigits();
        approximate = true;
      }
    }
    return approximate;
  }

  private void passDigits() {
    while (isDigit(at)) {
      at++;
    }
  }

  private boolean isDigit(int index) {
    return index < text.length() && text.charAt(index) >= '0' && text.charAt(index) <= '9';
  }

  private boolean suffix(String letters) {
    if (at < text.length() && letters.indexOf(text.charAt(at)) >= 0) {
      at++;
      return true;
    }
    return false;
  }

  private Object exact(int start, String digits) throws SelectorException {
    try {
      return Long.decode(digits);
    } catch (NumberFormatException e) {
      throw new SelectorException(text, start, "'" + digits + "' is no whole number of 64 bits");
    }
  }

  private Object approximate(int start, String digits) throws SelectorException {
    double value = Double.parseDouble(digits);
    if (Double.isInfinite(value)) {
      throw new SelectorException(text, start, "'" + digits + "' is too large for a double");
    }
    return value;
  }
}
