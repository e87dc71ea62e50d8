package io.bindery.engine.selector;

import io.bindery.engine.AmqpException;
import io.bindery.engine.ReplyCode;

/** A selector that cannot be understood. */
public final class SelectorException extends AmqpException {
  private static final long serialVersionUID = 1L;

  private final int position;

  SelectorException(String selector, int position, String what) {
    super(
        ReplyCode.PRECONDITION_FAILED,
        "Selector [" + shortened(selector) + "], character " + (position + 1) + ": " + what);
    this.position = position + 1;
  }

  private static String shortened(String selector) {
    return selector.length() <= 200 ? selector : selector.substring(0, 200) + "…";
  }

  /** Where it went wrong: the number of the character, from 1. */
  public int position() {
    return position;
  }
}
