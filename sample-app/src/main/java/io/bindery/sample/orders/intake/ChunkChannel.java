package io.bindery.sample.orders.intake;

import io.bindery.sample.orders.DeskException;

/** Where the chunks of an upload go. */
public interface ChunkChannel {
  /**
   * Publishes the orders of a chunk and writes down that the upload is confirmed up to its end:
   * both or nothing.
   *
   * @throws DeskException if it could not be done
   */
  void publish(Upload upload, Chunk chunk);
}
