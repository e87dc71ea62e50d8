package io.bindery.engine.json;

/** A text is no JSON, or not what was to be in it. */
public final class JsonException extends Exception {
  private static final long serialVersionUID = 1L;

  /**
   * With what is wrong.
   *
   * @param message what, and where
   */
  public JsonException(String message) {
    super(message);
  }
}
