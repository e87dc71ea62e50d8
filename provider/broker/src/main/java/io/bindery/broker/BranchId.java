package io.bindery.broker;

import java.util.Arrays;
import java.util.HexFormat;
import javax.transaction.xa.Xid;

/**
 * The identifier of a branch, compared by value, whatever class the transaction manager's is.
 * Immutable.
 */
final class BranchId implements Xid {
  private final int formatId;
  private final byte[] global;
  private final byte[] branch;

  BranchId(Xid xid) {
    formatId = xid.getFormatId();
    global = xid.getGlobalTransactionId().clone();
    branch = xid.getBranchQualifier().clone();
  }

  @Override
  public int getFormatId() {
    return formatId;
  }

  @Override
  public byte[] getGlobalTransactionId() {
    return global.clone();
  }

  @Override
  public byte[] getBranchQualifier() {
    return branch.clone();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof BranchId that
        && formatId == that.formatId
        && Arrays.equals(global, that.global)
        && Arrays.equals(branch, that.branch);
  }

  @Override
  public int hashCode() {
    return 31 * (31 * formatId + Arrays.hashCode(global)) + Arrays.hashCode(branch);
  }

  @Override
  public String toString() {
    HexFormat hex = HexFormat.of();
    return formatId + ":" + hex.formatHex(global) + ":" + hex.formatHex(branch);
  }
}
