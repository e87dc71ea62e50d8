package io.bindery.benchmarks;

import jakarta.jms.BytesMessage;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;

/** Counts deliveries, and checks that each producer's come all, once, and in order. */
final class Check {
  private final int[] last;
  private final AtomicLong received = new AtomicLong();
  private final Runnable onFirst;
  private final Runnable onEach;
  private volatile String wrong;

  Check(int producers) {
    this(producers, () -> {}, () -> {});
  }

  /** One that says when the first message is there, and when one more is acknowledged. */
  Check(int producers, Runnable onFirst, Runnable onEach) {
    this.onFirst = onFirst;
    this.onEach = onEach;
    last = new int[producers];
    Arrays.fill(last, -1);
  }

  /** A delivery; one thread at a time. */
  void received(Message message) throws JMSException {
    if (received.get() == 0) {
      onFirst.run();
    }
    BytesMessage body = (BytesMessage) message;
    int from = body.readInt();
    int number = body.readInt();
    if (number != last[from] + 1) {
      wrong("message " + number + " of producer " + from + " came after " + last[from]);
    }
    last[from] = number;
  }

  /** What was received is acknowledged. */
  void counted() {
    onEach.run();
    received.lazySet(received.get() + 1);
  }

  void wrong(String what) {
    wrong = what;
  }

  long count() {
    return received.get();
  }

  boolean isWrong() {
    return wrong != null;
  }

  /** Checks that exactly so many came, and nothing was wrong. */
  void exactly(long messages) throws JMSException {
    if (received.get() != messages || wrong != null) {
      throw new JMSException(received + " deliveries in place of " + messages + "; " + wrong);
    }
  }
}
