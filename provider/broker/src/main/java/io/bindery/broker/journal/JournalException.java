package io.bindery.broker.journal;

import io.bindery.broker.runtime.IoFailure;
import java.io.IOException;

/** What a journal cannot do, and why. */
public final class JournalException extends Exception {
  private static final long serialVersionUID = 1L;

  private final Reason reason;
  private final String what;

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
    this(reason, message, (Throwable) null);
  }

  /** A failure with its cause; what went wrong with a file is part of the message. */
  public JournalException(Reason reason, String message, Throwable cause) {
    super(explained(message, cause), cause);
    this.reason = reason;
    this.what = explained(message, cause);
  }

  private static String explained(String message, Throwable cause) {
    return cause instanceof IOException failure ? message + ": " + IoFailure.of(failure) : message;
  }

  /** A failure of which it is known what to do. */
  JournalException(Reason reason, String what, String advice) {
    super(what + ". " + advice);
    this.reason = reason;
    this.what = what;
  }

  /**
   * The failure of what another version wrote.
   *
   * @param file its path
   * @param found what is of which version
   * @param known which versions this program reads
   */
  public static JournalException version(String file, String found, String known) {
    return new JournalException(
        Reason.VERSION,
        file
            + " holds "
            + found
            + ", and this program reads "
            + known
            + ": start the program that wrote it, or export its queues with that program's tool and"
            + " import them here");
  }

  /** The message without what is to be done. */
  public String what() {
    return what;
  }

  /** Why. */
  public Reason reason() {
    return reason;
  }
}
