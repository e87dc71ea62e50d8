package io.bindery.broker.queue;

/**
 * Where a queue's dead letters go. Called outside every lock, on the thread that caused it or a
 * timer's.
 */
public interface DeadLetters {
  /**
   * Takes a message that its queue hands out no more. When it has arrived, or has nowhere to go, it
   * leaves its queue by {@link MessageQueue#forget}, now or later.
   */
  void deadLetter(Entry entry, Reason reason);

  /** Why a message died (RabbitMQ's names). */
  enum Reason {
    /** An application rejected it. */
    REJECTED("rejected"),
    /** Its time to live is over. */
    EXPIRED("expired"),
    /** Its queue was full. */
    MAXLEN("maxlen"),
    /** It failed too often. */
    DELIVERY_LIMIT("delivery_limit");

    private final String text;

    Reason(String text) {
      this.text = text;
    }

    /** As it stands in {@code x-death}. */
    public String text() {
      return text;
    }
  }
}
