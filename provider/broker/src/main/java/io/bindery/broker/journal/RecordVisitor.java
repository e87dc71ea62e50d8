package io.bindery.broker.journal;

import java.nio.ByteBuffer;

/** Sees records in the order of the log. */
@FunctionalInterface
public interface RecordVisitor {
  /**
   * A record.
   *
   * @param position where it is
   * @param type what it was appended as
   * @param payload read-only, valid during the call
   * @throws JournalException to end the visit, for the caller to see
   */
  void record(long position, int type, ByteBuffer payload) throws JournalException;
}
