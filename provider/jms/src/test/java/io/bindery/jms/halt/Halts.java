package io.bindery.jms.halt;

/** Halts this virtual machine at one step of a transaction, and says which steps it came to. */
final class Halts {
  /** What the process ends with when it was halted. */
  static final int STATUS = 86;

  private static boolean under;
  private static HaltPoint last;

  private Halts() {}

  /** The transaction begins, and that step is its last one; null for none. */
  static synchronized void at(HaltPoint step) {
    under = true;
    last = step;
  }

  /** A step, of the transaction or of a recovery before it. */
  static synchronized void reached(HaltPoint step) {
    if (!under) {
      return;
    }
    System.out.println("reached " + step);
    System.out.flush();
    if (step == last) {
      Runtime.getRuntime().halt(STATUS);
    }
  }
}
