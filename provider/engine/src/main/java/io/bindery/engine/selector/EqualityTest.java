package io.bindery.engine.selector;

import io.bindery.engine.AmqpMessage;
import io.bindery.engine.selector.Expression.Comparison;
import io.bindery.engine.selector.Expression.Connective;
import io.bindery.engine.selector.Expression.Identifier;
import io.bindery.engine.selector.Expression.In;
import io.bindery.engine.selector.Expression.Literal;
import io.bindery.engine.selector.Expression.Operator;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * A test that a selector cannot match without: the message must have one of some values under a
 * name. So the selectors that may match a message are found by its values, instead of being tried
 * one by one. Immutable.
 *
 * <p>Values are compared as keys: strings and booleans as they are, numbers as doubles. What is
 * equal in a selector has equal keys; what has equal keys need not be equal.
 */
public final class EqualityTest {
  /** From here on some whole numbers are no floats, and a float equals several of them. */
  private static final float FLOATS_WITHOUT_GAPS = 1 << 24;

  private final Identifier identifier;
  private final Set<Object> keys;

  private EqualityTest(Identifier identifier, Set<Object> keys) {
    this.identifier = identifier;
    this.keys = keys;
  }

  /** All that a condition cannot be true without, from left to right. */
  static List<EqualityTest> of(Expression condition) {
    List<EqualityTest> tests = new ArrayList<>(2);
    collect(condition, tests);
    return tests;
  }

  private static void collect(Expression condition, List<EqualityTest> into) {
    if (condition instanceof Connective all && !all.deciding()) {
      all.operands().forEach(operand -> collect(operand, into));
    } else if (condition instanceof Comparison test && test.operator() == Operator.EQUAL) {
      collect(test.left(), test.right(), into);
      collect(test.right(), test.left(), into);
    } else if (condition instanceof In in && in.operand() instanceof Identifier identifier) {
      into.add(new EqualityTest(identifier, Set.copyOf(in.values())));
    } else if (condition instanceof Identifier flag) {
      into.add(new EqualityTest(flag, Set.of(true)));
    }
  }

  private static void collect(Expression side, Expression other, List<EqualityTest> into) {
    if (side instanceof Identifier identifier && other instanceof Literal literal) {
      Set<Object> keys = keysOf(literal.constant());
      if (!keys.isEmpty()) {
        into.add(new EqualityTest(identifier, keys));
      }
    }
  }

  /** The keys of all that a constant may equal; none when that is too much. */
  private static Set<Object> keysOf(Object constant) {
    Object key = key(constant);
    if (constant instanceof Float number && Math.abs(number) >= FLOATS_WITHOUT_GAPS) {
      return Set.of();
    }
    if (constant instanceof Number number && !(constant instanceof Double)) {
      // It equals the float that it rounds to, too.
      Object rounded = key(number.floatValue());
      return rounded.equals(key) ? Set.of(key) : Set.of(key, rounded);
    }
    return Set.of(key);
  }

  /** The header field or property. */
  public String name() {
    return identifier.name();
  }

  /** The keys of the values, one of which it must have. */
  public Set<Object> keys() {
    return keys;
  }

  /** The key of what a message has under the name, null when it has nothing. */
  public Object keyOf(AmqpMessage message) {
    Object value = identifier.value(message);
    return value == null ? null : key(value);
  }

  private static Object key(Object value) {
    // Adding zero makes -0.0 what it is equal to.
    return value instanceof Number number ? (Object) (number.doubleValue() + 0.0) : value;
  }
}
