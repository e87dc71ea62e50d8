package io.bindery.broker.journal;

import java.io.IOException;

/** There is no space for what was to be written; nothing that was there before is harmed. */
public final class DiskFullException extends IOException {
  private static final long serialVersionUID = 1L;

  /** There is no space, as the cause says. */
  public DiskFullException(String message, Throwable cause) {
    super(message, cause);
  }
}
