package io.bindery.benchmarks;

import java.io.IOException;

/** Starts a broker of another project in this virtual machine, for clients in others. */
public final class Serve {
  private Serve() {}

  /**
   * Runs until its input ends.
   *
   * @param arguments the class of a {@link Peer}, its URL
   */
  public static void main(String[] arguments) throws ReflectiveOperationException, IOException {
    Measure.factory(arguments[0], arguments[1]);
    while (System.in.read() >= 0) {
      // Only its end says something.
    }
    System.exit(0);
  }
}
