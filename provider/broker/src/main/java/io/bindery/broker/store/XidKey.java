package io.bindery.broker.store;

import java.nio.ByteBuffer;
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

  private XidKey(int formatId, byte[] global, byte[] branch) {
    this.formatId = formatId;
    this.global = global;
    this.branch = branch;
  }

  /** How many bytes it takes in a record. */
  int bytes() {
    return Integer.BYTES + 2 + global.length + branch.length;
  }

  void write(ByteBuffer into) {
    into.putInt(formatId).put((byte) global.length).put((byte) branch.length);
    into.put(global).put(branch);
  }

  static XidKey read(ByteBuffer from) {
    int formatId = from.getInt();
    byte[] global = new byte[Byte.toUnsignedInt(from.get())];
    byte[] branch = new byte[Byte.toUnsignedInt(from.get())];
    from.get(global).get(branch);
    return new XidKey(formatId, global, branch);
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
