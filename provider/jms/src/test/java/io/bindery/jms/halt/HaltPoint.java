package io.bindery.jms.halt;

import java.util.EnumSet;
import java.util.Set;

/**
 * The steps of a transaction at which its virtual machine is halted. Which of the two resources is
 * asked first is up to the life; {@code FIRST} is the one that was enlisted first.
 */
enum HaltPoint {
  FIRST_BEFORE_PREPARE(false),
  FIRST_AFTER_PREPARE(false),
  SECOND_BEFORE_PREPARE(false),
  SECOND_AFTER_PREPARE(false),
  BEFORE_LOG(false),
  AFTER_LOG(true),
  FIRST_BEFORE_COMMIT(true),
  FIRST_AFTER_COMMIT(true),
  SECOND_BEFORE_COMMIT(true),
  SECOND_AFTER_COMMIT(true),
  BEFORE_LOG_IS_REMOVED(true),
  AFTER_LOG_IS_REMOVED(true),
  FIRST_BEFORE_ROLLBACK(false),
  FIRST_AFTER_ROLLBACK(false),
  SECOND_BEFORE_ROLLBACK(false),
  SECOND_AFTER_ROLLBACK(false);

  /** Whether what the halted transaction did must be there after recovery. */
  final boolean decided;

  HaltPoint(boolean decided) {
    this.decided = decided;
  }

  /** Whether it is a step of a transaction that the application rolls back. */
  boolean inRollback() {
    return compareTo(FIRST_BEFORE_ROLLBACK) >= 0;
  }

  /** All steps of a transaction that is committed, or of one that is rolled back. */
  static Set<HaltPoint> steps(boolean rollback) {
    return rollback
        ? EnumSet.range(FIRST_BEFORE_ROLLBACK, SECOND_AFTER_ROLLBACK)
        : EnumSet.range(FIRST_BEFORE_PREPARE, AFTER_LOG_IS_REMOVED);
  }
}
