package io.bindery.itests.payara;

import jakarta.jms.JMSException;
import jakarta.jms.Message;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/**
 * What the beans of the test's application were shown, by bean, in order. Thread-safe; one for the
 * application.
 */
public final class Inbox {
  private static final long PATIENCE_NS = TimeUnit.SECONDS.toNanos(30);
  private static final Map<String, List<Shown>> SHOWN = new TreeMap<>();

  /** One message as a bean saw it. */
  public record Shown(String text, boolean redelivered, int deliveryCount) {}

  private Inbox() {}

  /** Notes a message; to be called before anything that may fail. */
  static void note(String bean, Message message) throws JMSException {
    Shown shown =
        new Shown(
            message.getBody(String.class),
            message.getJMSRedelivered(),
            message.getIntProperty("JMSXDeliveryCount"));
    synchronized (SHOWN) {
      SHOWN.computeIfAbsent(bean, name -> new ArrayList<>()).add(shown);
      SHOWN.notifyAll();
    }
  }

  /** What the bean was shown of this text by now. */
  static List<Shown> of(String bean, String text) {
    synchronized (SHOWN) {
      return SHOWN.getOrDefault(bean, List.of()).stream()
          .filter(shown -> shown.text().equals(text))
          .toList();
    }
  }

  /** Waits until the bean was shown this text so often, and answers what it was shown. */
  static List<Shown> await(String bean, String text, int times) {
    long giveUpNs = System.nanoTime() + PATIENCE_NS;
    synchronized (SHOWN) {
      while (of(bean, text).size() < times) {
        long leftMs = TimeUnit.NANOSECONDS.toMillis(giveUpNs - System.nanoTime());
        if (leftMs <= 0) {
          throw new AssertionError(
              "%s was to see '%s' %d times; seen: %s".formatted(bean, text, times, SHOWN));
        }
        try {
          SHOWN.wait(leftMs);
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
          throw new AssertionError("interrupted", e);
        }
      }
      return of(bean, text);
    }
  }
}
