package io.bindery.broker.store;

/**
 * A message or declaration holds what the store has no form for. Thrown before anything is stored;
 * whoever offered it is told.
 */
public final class UnstorableException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  UnstorableException(String message) {
    super(message);
  }
}
