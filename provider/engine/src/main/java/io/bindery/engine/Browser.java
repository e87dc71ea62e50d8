package io.bindery.engine;

import java.util.List;

/**
 * Looks at the messages of a queue in order without taking them: a snapshot's worth, also of what
 * is delivered and not yet settled, never of what is not yet due or has expired. One thread at a
 * time.
 */
public interface Browser extends AutoCloseable {
  /**
   * The next messages.
   *
   * @param max at most so many, at least 1
   * @param into where they are added
   * @return how many; 0 is the end
   * @throws IllegalStateException when the connection was lost before the end
   */
  int next(int max, List<? super Delivery> into);

  /** Ends it. Twice does nothing. */
  @Override
  void close();
}
