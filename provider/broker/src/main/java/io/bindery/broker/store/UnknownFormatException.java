package io.bindery.broker.store;

import io.bindery.broker.journal.JournalException;

/** Bytes are of a format that this program does not read: a later one wrote them. */
final class UnknownFormatException extends MalformedRecordException {
  private static final long serialVersionUID = 1L;

  private final String found;
  private final String known;

  /**
   * An unknown format.
   *
   * @param found what is of which version
   * @param known what this program reads
   */
  UnknownFormatException(String found, String known) {
    super(0, found + ", and known is " + known);
    this.found = found;
    this.known = known;
  }

  /** The same as a failure of the file in which it is. */
  JournalException in(String place) {
    return JournalException.version(place, found, known);
  }
}
