package io.bindery.broker.store;

import io.bindery.engine.XidKey;
import java.nio.ByteBuffer;
import javax.transaction.xa.Xid;

/** The identifier of a branch in a record: its format, two lengths, two arrays of bytes. */
final class XidCodec {
  private XidCodec() {}

  /** How many bytes it takes. */
  static int bytes(Xid xid) {
    return Integer.BYTES
        + 2
        + xid.getGlobalTransactionId().length
        + xid.getBranchQualifier().length;
  }

  static void write(Xid xid, ByteBuffer into) {
    byte[] global = xid.getGlobalTransactionId();
    byte[] branch = xid.getBranchQualifier();
    into.putInt(xid.getFormatId()).put((byte) global.length).put((byte) branch.length);
    into.put(global).put(branch);
  }

  static XidKey read(ByteBuffer from) {
    int formatId = from.getInt();
    byte[] global = new byte[Byte.toUnsignedInt(from.get())];
    byte[] branch = new byte[Byte.toUnsignedInt(from.get())];
    from.get(global).get(branch);
    return new XidKey(formatId, global, branch);
  }
}
