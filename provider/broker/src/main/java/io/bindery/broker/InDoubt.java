package io.bindery.broker;

import io.bindery.engine.XidKey;
import java.util.List;

/**
 * A branch that waits for its transaction manager, for operators.
 *
 * @param id its identifier
 * @param state prepared; or committed or rolled back by an operator
 * @param preparedAtMs when it was prepared, ms since 1970; 0 when it is decided, or not known
 * @param work what it holds; nothing when it is decided
 */
record InDoubt(XidKey id, String state, long preparedAtMs, Work work) {
  /**
   * What a branch holds.
   *
   * @param enqueued how many messages it brings to queues; one for three queues counts three times
   * @param acknowledged how many messages it takes from queues
   * @param queues the names of the queues, sorted
   */
  record Work(int enqueued, int acknowledged, List<String> queues) {
    static final Work NONE = new Work(0, 0, List.of());
  }
}
