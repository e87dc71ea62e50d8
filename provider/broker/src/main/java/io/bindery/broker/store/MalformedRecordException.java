package io.bindery.broker.store;

/**
 * Bytes are not what the store would have written. Names the place within the record; who read the
 * record adds the file and the record's own place.
 */
public class MalformedRecordException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int offset;

  MalformedRecordException(int offset, String wrong) {
    super("Malformed at byte " + offset + " of the record: " + wrong);
    this.offset = offset;
  }

  /** Where, in bytes from the beginning of what was to be decoded. */
  public int offset() {
    return offset;
  }
}
