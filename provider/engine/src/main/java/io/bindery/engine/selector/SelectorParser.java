package io.bindery.engine.selector;

import io.bindery.engine.selector.Expression.Operator;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Turns the tokens of a selector into a condition, by recursive descent (Jakarta Messaging 3.8.1).
 * For one use.
 */
final class SelectorParser {
  private static final Map<String, Operator> COMPARISONS =
      Map.of(
          "=", Operator.EQUAL,
          "<>", Operator.UNEQUAL,
          "<", Operator.LESS,
          "<=", Operator.LESS_OR_EQUAL,
          ">", Operator.GREATER,
          ">=", Operator.GREATER_OR_EQUAL);

  private final String text;
  private final List<Token> tokens;
  private int at;
  private int depth;

  SelectorParser(String text) throws SelectorException {
    this.text = text;
    tokens = new Lexer(text).tokens();
  }

  Expression parse() throws SelectorException {
    Expression condition = condition();
    if (peek().kind() != Token.Kind.END) {
      throw wrong(peek(), "expected AND, OR or the end, but found " + peek().shown());
    }
    return condition;
  }

  private Expression condition() throws SelectorException {
    Token start = peek();
    return logical(start, or());
  }

  private Expression or() throws SelectorException {
    enter();
    Expression all = connected("OR", true);
    depth--;
    return all;
  }

  private Expression connected(String word, boolean deciding) throws SelectorException {
    List<Expression> operands = new ArrayList<>();
    Token start = peek();
    operands.add(operand(deciding));
    while (peek().is(word)) {
      if (operands.size() == 1) {
        logical(start, operands.get(0));
      }
      at++;
      Token next = peek();
      operands.add(logical(next, operand(deciding)));
    }
    return operands.size() == 1 ? operands.get(0) : new Expression.Connective(deciding, operands);
  }

  private Expression operand(boolean ofOr) throws SelectorException {
    return ofOr ? connected("AND", false) : not();
  }

  private Expression not() throws SelectorException {
    int negations = 0;
    while (peek().is("NOT")) {
      at++;
      negations++;
    }
    Token start = peek();
    Expression operand = predicate();
    if (negations > 0) {
      logical(start, operand);
    }
    // An even number of negations is none: NOT NOT unknown is unknown.
    return negations % 2 == 0 ? operand : new Expression.Not(operand);
  }

  private Expression predicate() throws SelectorException {
    Token start = peek();
    Expression left = sum();
    Operator operator = peek().kind() == Token.Kind.SYMBOL ? COMPARISONS.get(peek().text()) : null;
    if (operator != null) {
      return comparison(start, left, operator);
    }
    if (peek().is("IS")) {
      return isNull(start, left);
    }
    boolean negated = peek().is("NOT");
    if (negated) {
      at++;
    }
    if (peek().is("BETWEEN")) {
      return between(start, left, negated);
    }
    Expression test = test(start, left);
    if (test == null) {
      if (negated) {
        throw wrong(peek(), "expected BETWEEN, IN or LIKE after NOT, but found " + peek().shown());
      }
      return left;
    }
    return negated ? new Expression.Not(test) : test;
  }

  private Expression test(Token start, Expression left) throws SelectorException {
    return switch (peek().kind() == Token.Kind.KEYWORD ? peek().text() : "") {
      case "IN" -> in(start, left);
      case "LIKE" -> like(start, left);
      default -> null;
    };
  }

  private Expression comparison(Token start, Expression left, Operator operator)
      throws SelectorException {
    at++;
    Token second = peek();
    Expression right = sum();
    if (operator.ordering()) {
      numeric(start, left);
      numeric(second, right);
    }
    return new Expression.Comparison(operator, left, right);
  }

  private Expression isNull(Token start, Expression left) throws SelectorException {
    at++;
    boolean negated = peek().is("NOT");
    if (negated) {
      at++;
    }
    expect("NULL");
    identifier(start, left, "IS NULL");
    return negated ? new Expression.Not(new Expression.IsNull(left)) : new Expression.IsNull(left);
  }

  private Expression between(Token start, Expression left, boolean negated)
      throws SelectorException {
    numeric(start, left);
    at++;
    Token from = peek();
    Expression low = sum();
    numeric(from, low);
    expect("AND");
    Token to = peek();
    Expression high = sum();
    numeric(to, high);
    return new Expression.Between(left, low, high, negated);
  }

  private Expression in(Token start, Expression left) throws SelectorException {
    identifier(start, left, "IN");
    at++;
    expect("(");
    Set<String> values = new HashSet<>();
    values.add(string("a string in quotes"));
    while (peek().is(",")) {
      at++;
      values.add(string("a string in quotes"));
    }
    expect(")");
    return new Expression.In(left, values);
  }

  private Expression like(Token start, Expression left) throws SelectorException {
    identifier(start, left, "LIKE");
    at++;
    Token patternToken = peek();
    String pattern = string("a pattern in quotes");
    int escape = -1;
    if (peek().is("ESCAPE")) {
      at++;
      Token escapeToken = peek();
      String character = string("one character in quotes");
      if (character.length() != 1) {
        throw wrong(escapeToken, "ESCAPE takes one character, not " + character.length());
      }
      escape = character.charAt(0);
    }
    LikePattern compiled = LikePattern.of(pattern, escape);
    if (compiled == null) {
      throw wrong(patternToken, "the escape character must stand before _, % or itself");
    }
    return new Expression.Like(left, compiled);
  }

  private Expression sum() throws SelectorException {
    return chain(true);
  }

  /** Operands of one precedence. They stay side by side, so that a long chain is no deep tree. */
  private Expression chain(boolean ofSum) throws SelectorException {
    Token start = peek();
    Expression first = factor(ofSum);
    if (!atOperator(ofSum)) {
      return first;
    }
    numeric(start, first);
    List<Expression.Step> steps = new ArrayList<>();
    while (atOperator(ofSum)) {
      char operator = take().text().charAt(0);
      Token next = peek();
      Expression operand = factor(ofSum);
      numeric(next, operand);
      steps.add(new Expression.Step(operator, operand));
    }
    return new Expression.Arithmetic(first, steps);
  }

  private Expression factor(boolean ofSum) throws SelectorException {
    return ofSum ? chain(false) : signed();
  }

  private boolean atOperator(boolean ofSum) {
    return ofSum ? peek().is("+") || peek().is("-") : peek().is("*") || peek().is("/");
  }

  private Expression signed() throws SelectorException {
    if (!peek().is("-") && !peek().is("+")) {
      return primary();
    }
    boolean minus = take().is("-");
    if (minus && peek().kind() == Token.Kind.MIN_MAGNITUDE) {
      at++;
      return new Expression.Literal(Long.MIN_VALUE);
    }
    enter();
    Token start = peek();
    Expression operand = signed();
    depth--;
    numeric(start, operand);
    if (operand instanceof Expression.Literal literal
        && literal.constant() instanceof Number number) {
      return new Expression.Literal(minus ? Expression.Negation.of(number) : number);
    }
    return minus ? new Expression.Negation(operand) : new Expression.Plus(operand);
  }

  private Expression primary() throws SelectorException {
    Token token = take();
    switch (token.kind()) {
      case STRING, NUMBER:
        return new Expression.Literal(token.value());
      case IDENTIFIER:
        return identifier(token);
      case MIN_MAGNITUDE:
        throw wrong(token, "'" + token.text() + "' is no whole number of 64 bits");
      default:
        break;
    }
    if (token.is("TRUE") || token.is("FALSE")) {
      return new Expression.Literal(token.is("TRUE"));
    }
    if (!token.is("(")) {
      throw wrong(token, "expected a value, an identifier or '(', but found " + token.shown());
    }
    Expression inner = or();
    expect(")");
    return inner;
  }

  private Expression identifier(Token token) throws SelectorException {
    String name = token.text();
    if (name.startsWith("JMS") && !Expression.Identifier.isAllowed(name)) {
      throw wrong(
          token,
          "'"
              + name
              + "' cannot be used in a selector; of the header fields these can: "
              + Expression.Identifier.headerFields());
    }
    return Expression.Identifier.of(name);
  }

  private Expression logical(Token start, Expression expression) throws SelectorException {
    boolean isValue =
        expression instanceof Expression.Literal literal
            ? !(literal.constant() instanceof Boolean)
            : isArithmetic(expression);
    if (isValue) {
      throw wrong(start, "expected a condition, but this is a value");
    }
    return expression;
  }

  private void numeric(Token start, Expression expression) throws SelectorException {
    boolean fits =
        expression instanceof Expression.Literal literal
            ? literal.constant() instanceof Number
            : expression instanceof Expression.Identifier || isArithmetic(expression);
    if (!fits) {
      throw wrong(
          start,
          "expected a number here; strings and conditions can only be compared with = and <>");
    }
  }

  private static boolean isArithmetic(Expression expression) {
    return expression instanceof Expression.Arithmetic
        || expression instanceof Expression.Negation
        || expression instanceof Expression.Plus;
  }

  private void identifier(Token start, Expression expression, String of) throws SelectorException {
    if (!(expression instanceof Expression.Identifier)) {
      throw wrong(start, of + " needs the name of a header field or property on its left");
    }
  }

  private String string(String what) throws SelectorException {
    Token token = take();
    if (token.kind() != Token.Kind.STRING) {
      throw wrong(token, "expected " + what + ", but found " + token.shown());
    }
    return token.text();
  }

  private void expect(String symbolOrKeyword) throws SelectorException {
    Token token = take();
    if (!token.is(symbolOrKeyword)) {
      throw wrong(token, "expected '" + symbolOrKeyword + "', but found " + token.shown());
    }
  }

  private Token peek() {
    return tokens.get(at);
  }

  private Token take() {
    Token token = tokens.get(at);
    if (token.kind() != Token.Kind.END) {
      at++;
    }
    return token;
  }

  private void enter() throws SelectorException {
    if (++depth > Selector.MAX_DEPTH) {
      throw wrong(peek(), "it is nested deeper than " + Selector.MAX_DEPTH + " levels");
    }
  }

  private SelectorException wrong(Token token, String what) {
    return new SelectorException(text, token.position(), what);
  }
}
