package io.bindery.sample.orders.intake;

import io.bindery.sample.orders.DeskException;
import java.util.List;

/** The uploads as the database has them. What it returned from is there after a crash. */
public interface UploadStore {
  /**
   * An upload.
   *
   * @param header the columns, or an empty text as long as no line is confirmed
   */
  record Stored(Upload.Status status, String header) {}

  /** Adds an upload. */
  void open(Upload.Status opened);

  /**
   * Moves the confirmed place to the end of a chunk, in the caller's transaction.
   *
   * @throws DeskException if it is not where this upload has it; the transaction rolls back
   */
  void confirm(Upload upload, Chunk chunk);

  /** Sets the state that an upload ends with. */
  void end(String id, Upload.State state);

  /** Deletes an upload and what the beans recorded of it. */
  void forget(String id);

  /**
   * Deletes what the beans recorded of no upload: single orders, and those of forgotten uploads.
   */
  void forgetLoose();

  /** All uploads, oldest first. */
  List<Stored> all();

  /** One upload. */
  Stored read(String id);

  /** How many orders the beans recorded. */
  long recorded();
}
