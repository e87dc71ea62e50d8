package io.bindery.broker.tools;

/** A command cannot be done; the message says why, and what to do. */
final class ToolException extends Exception {
  private static final long serialVersionUID = 1L;

  private final int exitCode;

  ToolException(String message) {
    this(message, null);
  }

  ToolException(String message, Throwable cause) {
    super(message, cause);
    this.exitCode = StoreTool.FAILED;
  }

  private ToolException(String message, int exitCode) {
    super(message);
    this.exitCode = exitCode;
  }

  /** The command line is wrong. */
  static ToolException usage(String message) {
    return new ToolException(message, StoreTool.WRONG);
  }

  int exitCode() {
    return exitCode;
  }
}
