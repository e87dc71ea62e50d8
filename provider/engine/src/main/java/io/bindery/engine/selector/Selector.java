package io.bindery.engine.selector;

import io.bindery.engine.AmqpMessage;
import java.util.List;

/**
 * A message selector (Jakarta Messaging 3.8): SQL-92 conditions over headers and properties, with
 * three-valued logic. What is unknown does not match. Immutable and thread-safe; matching allocates
 * nothing but for arithmetic, {@code JMSTimestamp} and a {@code JMSMessageID} that needs its
 * prefix.
 */
public final class Selector {
  /** How long a selector may be, characters. */
  public static final int MAX_LENGTH = 65_536;

  /** How deep its parts may be nested. */
  public static final int MAX_DEPTH = 200;

  /** Matches everything. */
  public static final Selector ALL = new Selector("", message -> Boolean.TRUE);

  private final String text;
  private final Expression condition;

  private Selector(String text, Expression condition) {
    this.text = text;
    this.condition = condition;
  }

  /**
   * Understands a selector.
   *
   * @param text null or blank matches everything
   * @throws SelectorException with the place and what is wrong there
   */
  public static Selector parse(String text) throws SelectorException {
    if (text == null || text.isBlank()) {
      return ALL;
    }
    if (text.length() > MAX_LENGTH) {
      throw new SelectorException(
          text,
          MAX_LENGTH,
          "it is " + text.length() + " characters long, and the limit is " + MAX_LENGTH);
    }
    return new Selector(text, new SelectorParser(text).parse());
  }

  /** Whether a message matches. */
  public boolean matches(AmqpMessage message) {
    return condition.value(message) == Boolean.TRUE;
  }

  /** Whether it matches everything. */
  public boolean isAll() {
    return this == ALL;
  }

  /**
   * The equality tests that it cannot match without, from left to right; empty when it has none.
   * They are found anew at each call.
   */
  public List<EqualityTest> equalityTests() {
    return EqualityTest.of(condition);
  }

  /** The text that it was made of; empty for {@link #ALL}. */
  public String text() {
    return text;
  }

  @Override
  public String toString() {
    return text;
  }
}
