package io.bindery.broker.journal;

/** What a journal cannot do, and why. */
public final class JournalException extends Exception {
  private static final long serialVersionUID = 1L;

  private final Reason reason;

  /** Why. */
  public enum Reason {
    /** Another process, or another broker of this one, has the directory. */
    LOCKED,
    /** The directory was written in another format. */
    VERSION,
    /** What is on disk is not what was written, below what was known to be on disk. */
    DAMAGED,
    /**
     * A read, write or sync failed. After a failed write or sync nothing is kept any more, and
     * whether what was not yet durable is on disk, nobody knows.
     */
    FAILED,
    /** The disk is full: the journal cannot open, or was closed before there was space again. */
    FULL,
    /** No segment holds that position: it was freed, or never was. */
    GONE,
    /** The journal is closed. */
    CLOSED
  }

  /** A failure. */
  public JournalException(Reason reason, String message) {
    this(reason, message, null);
  }

  /** A failure with its cause. */
  public JournalException(Reason reason, String message, Throwable cause) {
    super(message, cause);
    this.reason = reason;
  }

  /** Why. */
  public Reason reason() {
    return reason;
  }
}
