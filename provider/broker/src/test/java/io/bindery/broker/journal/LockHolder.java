package io.bindery.broker.journal;

import java.io.IOException;

/** A process that has a directory until its input ends, or it is killed. */
final class LockHolder {
  private LockHolder() {}

  public static void main(String[] args) throws IOException {
    boolean locked = new DiskDirectory(args[0]).lock("now").isEmpty();
    System.out.println(locked ? "locked" : "not locked");
    System.in.read();
  }
}
