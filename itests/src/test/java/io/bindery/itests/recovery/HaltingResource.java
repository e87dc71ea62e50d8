package io.bindery.itests.recovery;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.transaction.xa.XAException;
import javax.transaction.xa.XAResource;
import javax.transaction.xa.Xid;

/**
 * A further resource of a transaction: its commit halts the virtual machine, once. Enlisted first,
 * it is told to commit when all resources are prepared, and the others are not yet told.
 */
final class HaltingResource implements XAResource {
  private static final int STATUS = 86;

  private final Path marker;

  /**
   * A resource.
   *
   * @param marker the file that says that it has halted
   */
  HaltingResource(Path marker) {
    this.marker = marker;
  }

  @Override
  public void commit(Xid xid, boolean onePhase) throws XAException {
    if (onePhase) {
      throw new XAException(XAException.XA_RBROLLBACK); // it is to be in two phases
    }
    if (Files.exists(marker)) {
      return;
    }
    try {
      Files.createFile(marker);
    } catch (IOException e) {
      throw (XAException) new XAException(XAException.XAER_RMFAIL).initCause(e);
    }
    Runtime.getRuntime().halt(STATUS);
  }

  @Override
  public int prepare(Xid xid) {
    return XA_OK;
  }

  @Override
  public boolean isSameRM(XAResource other) {
    return other == this;
  }

  @Override
  public void start(Xid xid, int flags) {}

  @Override
  public void end(Xid xid, int flags) {}

  @Override
  public void rollback(Xid xid) {}

  @Override
  public void forget(Xid xid) {}

  @Override
  public Xid[] recover(int flag) {
    return new Xid[0];
  }

  @Override
  public int getTransactionTimeout() {
    return 0;
  }

  @Override
  public boolean setTransactionTimeout(int seconds) {
    return false;
  }
}
