package io.bindery.ra;

import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicLong;
import javax.transaction.xa.Xid;

/** A transaction branch of the tests; each new one differs. */
record TestXid(long number) implements Xid {
  private static final AtomicLong LAST = new AtomicLong(System.nanoTime());

  static TestXid next() {
    return new TestXid(LAST.incrementAndGet());
  }

  @Override
  public int getFormatId() {
    return 4711;
  }

  @Override
  public byte[] getGlobalTransactionId() {
    return ByteBuffer.allocate(Long.BYTES).putLong(number).array();
  }

  @Override
  public byte[] getBranchQualifier() {
    return new byte[] {1};
  }
}
