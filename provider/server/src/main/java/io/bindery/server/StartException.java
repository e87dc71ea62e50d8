package io.bindery.server;

/** Why a server did not start: a line for an operator. */
public final class StartException extends Exception {
  private static final long serialVersionUID = 1L;

  StartException(String why, Throwable cause) {
    super(why, cause);
  }
}
