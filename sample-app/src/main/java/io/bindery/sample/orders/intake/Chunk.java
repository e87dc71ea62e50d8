package io.bindery.sample.orders.intake;

import io.bindery.sample.orders.Limits;
import io.bindery.sample.orders.Order;
import io.bindery.sample.orders.OrderRules.Checked;
import io.bindery.sample.orders.Problem;
import java.util.ArrayList;
import java.util.List;

/** Lines that one transaction publishes. Of one request, so not thread-safe. */
public final class Chunk {
  private final List<Order> orders = new ArrayList<>();
  private final List<Problem> bad = new ArrayList<>();
  private long lastLine;
  private long endByte;
  private int lineCount;

  Chunk() {}

  void pass(LineReader.Line line) {
    lastLine = line.number();
    endByte = line.endByte();
    lineCount++;
  }

  void add(LineReader.Line line, Checked checked) {
    pass(line);
    if (checked.valid()) {
      orders.add(checked.order());
    } else {
      bad.add(oneProblem(line.number(), checked.problems()));
    }
  }

  /** One bad line is one entry of the report, however many of its fields are wrong. */
  private static Problem oneProblem(long number, List<Problem> problems) {
    if (problems.size() == 1) {
      return problems.get(0).at(number);
    }
    List<String> fields = problems.stream().map(Problem::field).toList();
    List<String> reasons = problems.stream().map(p -> p.field() + " " + p.reason()).toList();
    return new Problem(number, String.join(", ", fields), String.join("; ", reasons));
  }

  void addFault(LineReader.Line line) {
    pass(line);
    bad.add(new Problem(line.number(), "", line.fault()));
  }

  boolean full() {
    return lineCount >= Limits.CHUNK_LINES;
  }

  boolean empty() {
    return lineCount == 0;
  }

  /** The good lines. */
  public List<Order> orders() {
    return orders;
  }

  /** The bad lines. */
  public List<Problem> bad() {
    return bad;
  }

  /** The number of the last line. */
  public long lastLine() {
    return lastLine;
  }

  /** The offset in the file behind the last line. */
  public long endByte() {
    return endByte;
  }
}
