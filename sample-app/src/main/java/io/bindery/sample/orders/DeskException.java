package io.bindery.sample.orders;

import jakarta.ejb.ApplicationException;
import java.util.List;

/**
 * A request that the desk does not carry out. It says what is wrong, where, and what to do; it
 * rolls the transaction back, so that nothing is half-made.
 */
@ApplicationException(rollback = true)
public class DeskException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int status;
  private final String action;
  private final transient List<Problem> problems;

  /**
   * A refusal.
   *
   * @param status the HTTP status
   * @param error what is wrong
   * @param action what the client can do
   */
  public DeskException(int status, String error, String action) {
    this(status, error, action, List.of());
  }

  /** A refusal that names fields or lines. */
  public DeskException(int status, String error, String action, List<Problem> problems) {
    super(error);
    this.status = status;
    this.action = action;
    this.problems = List.copyOf(problems);
  }

  /** The same refusal with the failure that led to it, for the log. */
  public DeskException causedBy(Throwable cause) {
    initCause(cause);
    return this;
  }

  /** The HTTP status. */
  public int status() {
    return status;
  }

  /** What the client can do. */
  public String action() {
    return action;
  }

  /** Fields or lines that are wrong; may be empty. */
  public List<Problem> problems() {
    return problems == null ? List.of() : problems;
  }
}
