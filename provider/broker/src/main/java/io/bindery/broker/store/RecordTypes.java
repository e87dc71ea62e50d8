package io.bindery.broker.store;

/** What the records of the journal are; the numbers are part of the format. */
final class RecordTypes {
  /** A publish that stands for itself: its targets, then its message. */
  static final int ENQUEUE = 1;

  /** A message that counts only once a COMMIT or a decided PREPARE names it. */
  static final int MESSAGE = 2;

  /** A transaction: entries that came in, entries that left. */
  static final int COMMIT = 3;

  /** The same, promised under an identifier. */
  static final int PREPARE = 4;

  /** What becomes of a promise. */
  static final int DECIDE = 5;

  /** Entries that have left their queue. */
  static final int LEFT = 6;

  /** How often an entry was delivered and failed on. */
  static final int FAILED = 7;

  /** Below which sequence entries of a lane may be delivered. */
  static final int MARK = 8;

  /** A queue is there. */
  static final int QUEUE = 9;

  /** A queue is gone. */
  static final int QUEUE_GONE = 10;

  /** An exchange is there. */
  static final int EXCHANGE = 11;

  /** An exchange is gone. */
  static final int EXCHANGE_GONE = 12;

  /** A binding is there. */
  static final int BINDING = 13;

  /** A binding is gone. */
  static final int BINDING_GONE = 14;

  /** A queue is that of a durable subscription. */
  static final int SUBSCRIPTION = 15;

  /** An index page of a queue. */
  static final int PAGE = 16;

  /** Several declarations that count as a whole. */
  static final int TOGETHER = 17;

  /** A broker has started: what was parked at the end of the one before is in its hands. */
  static final int STARTED = 18;

  private RecordTypes() {}
}
