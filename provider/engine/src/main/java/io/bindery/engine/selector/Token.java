package io.bindery.engine.selector;

/**
 * A word of a selector.
 *
 * @param kind what it is
 * @param text as it was written; keywords in upper case; strings without their quotes
 * @param value a literal's value
 * @param position where it begins, from 0
 */
record Token(Kind kind, String text, Object value, int position) {
  enum Kind {
    KEYWORD,
    IDENTIFIER,
    STRING,
    NUMBER,
    /** 9223372036854775808, which is a number only behind a minus. */
    MIN_MAGNITUDE,
    SYMBOL,
    END
  }

  boolean is(String symbolOrKeyword) {
    return (kind == Kind.SYMBOL || kind == Kind.KEYWORD) && text.equals(symbolOrKeyword);
  }

  String shown() {
    return kind == Kind.END ? "the end" : "'" + text + "'";
  }
}
