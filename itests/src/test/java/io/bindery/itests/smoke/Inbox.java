package io.bindery.itests.smoke;

import jakarta.jms.JMSException;
import jakarta.jms.Message;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** What the bean was shown, in order; one for each deployment. Thread-safe. */
final class Inbox {
  private static final long PATIENCE_NS = TimeUnit.SECONDS.toNanos(30);
  private static final List<Shown> SHOWN = new ArrayList<>();

  /** One message as the bean saw it. */
  private record Shown(String text, boolean redelivered, int count) {}

  private Inbox() {}

  /** Notes a message; to be called before anything that may fail. */
  static void note(Message message) throws JMSException {
    Shown shown =
        new Shown(
            message.getBody(String.class),
            message.getJMSRedelivered(),
            message.getIntProperty("JMSXDeliveryCount"));
    synchronized (SHOWN) {
      SHOWN.add(shown);
      SHOWN.notifyAll();
    }
  }

  /**
   * Waits until this text was shown, and then so often, or until the patience (30 s) is over.
   *
   * @return a line for each time: whether it was marked redelivered, and its count
   */
  static String await(String text, int times) {
    long giveUpNs = System.nanoTime() + PATIENCE_NS;
    synchronized (SHOWN) {
      long leftMs = TimeUnit.NANOSECONDS.toMillis(PATIENCE_NS);
      while (of(text).size() < times && leftMs > 0) {
        try {
          SHOWN.wait(leftMs);
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
          throw new IllegalStateException("interrupted", e);
        }
        leftMs = TimeUnit.NANOSECONDS.toMillis(giveUpNs - System.nanoTime());
      }
      return String.join("\n", of(text));
    }
  }

  private static List<String> of(String text) {
    return SHOWN.stream()
        .filter(shown -> shown.text.equals(text))
        .map(shown -> shown.redelivered + " " + shown.count)
        .toList();
  }
}
