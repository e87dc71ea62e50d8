package io.bindery.broker.store;

/** Who knows all that must outlive the broker: the broker. */
public interface KeptSource {
  /**
   * What there is now. Called by a thread of the store, at any time after it has started. Branches
   * are looked at before queues: one that is decided meanwhile is then seen prepared, or done.
   *
   * @param last whether nothing is in delivery, and nothing will come behind
   */
  KeptState snapshot(boolean last);
}
