package io.bindery.engine;

/**
 * Tells a consumer that there is work. Called on a thread of a publisher or of the engine, outside
 * all locks; must not block and must not throw.
 */
@FunctionalInterface
public interface Signal {
  /** There is work: drain until it yields nothing. */
  void work();

  /**
   * The same, for an engine that has others to signal too: waking a sleeping thread costs
   * microseconds, and whoever was just woken can bear them as well as a publisher.
   *
   * @param errand what a thread that this call wakes runs once, before anything else
   * @return whether a thread was woken that does; otherwise the errand stays with the caller
   */
  default boolean workAnd(Runnable errand) {
    work();
    return false;
  }

  /**
   * Whether a signal costs next to nothing, as where no thread of its own sleeps. Then a queue
   * gives its consumers what is ready in turn, one each, as long as they keep up; otherwise who is
   * awake takes what came.
   */
  default boolean isCheap() {
    return false;
  }
}
