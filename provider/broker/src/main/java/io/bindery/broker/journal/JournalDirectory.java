package io.bindery.broker.journal;

import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * The only door to the disk. Entries of the directory (created, renamed, deleted) outlive a loss of
 * power only after {@link #sync}. What changes it is called by one thread at a time; {@link #open}
 * and {@link #usableBytes} by any.
 */
public interface JournalDirectory extends AutoCloseable {
  /** Where it is, for messages. */
  String location();

  /** The names of all files. */
  List<String> names() throws IOException;

  /** Opens a file that is there, to be read; by the thread that changes things, also written. */
  JournalFile open(String name) throws IOException;

  /** Makes a new, empty file, and opens it. */
  JournalFile create(String name) throws IOException;

  /** Gives a file, which is not open, another name, at once or not at all. */
  void rename(String from, String to) throws IOException;

  /** Deletes a file, which is not open. */
  void delete(String name) throws IOException;

  /** Brings what was created, renamed and deleted so far to the disk. */
  void sync() throws IOException;

  /** How many bytes more fit into the directory's file system. */
  long usableBytes() throws IOException;

  /**
   * Takes the directory for this process alone, until it is closed.
   *
   * @param since when, for whoever finds it locked
   * @return nothing if it is taken, else who has it: its process, its host and since when
   */
  Optional<String> lock(String since) throws IOException;

  /** Gives the lock back. */
  @Override
  void close() throws IOException;
}
