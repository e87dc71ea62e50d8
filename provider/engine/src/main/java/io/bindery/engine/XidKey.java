package io.bindery.engine;

import java.util.Arrays;
import java.util.HexFormat;
import javax.transaction.xa.Xid;

/** The identifier of a branch, compared by value, whatever class it came as. Immutable. */
public final class XidKey implements Xid {
  private final int formatId;
  private final byte[] global;
  private final byte[] branch;

  /** A copy. */
  public XidKey(Xid xid) {
    formatId = xid.getFormatId();
    global = xid.getGlobalTransactionId().clone();
    branch = xid.getBranchQualifier().clone();
  }

  /** Of its parts, which are not copied. */
  public XidKey(int formatId, byte[] global, byte[] branch) {
    this.formatId = formatId;
    this.global = global;
    this.branch = branch;
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
    return other instanceof XidKey that
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
