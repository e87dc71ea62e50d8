package io.bindery.broker.store;

/** What is in the store cannot be read back: the store has failed, or its broker is closed. */
public final class StoreException extends IllegalStateException {
  private static final long serialVersionUID = 1L;

  StoreException(String message, Throwable cause) {
    super(message, cause);
  }
}
