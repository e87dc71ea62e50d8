package io.bindery.broker.tools;

/** A text is no JSON, or not what was to be in it. */
final class JsonException extends Exception {
  private static final long serialVersionUID = 1L;

  JsonException(String message) {
    super(message);
  }
}
