package io.bindery.amqp.server;

import io.bindery.engine.AmqpException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import javax.transaction.xa.Xid;

/** What names a branch of a global transaction (X/Open XA), as arguments and fields have it. */
final class BranchId implements Xid {
  private static final String FORMAT = "format-id";
  private static final String GLOBAL = "global-transaction-id";
  private static final String QUALIFIER = "branch-qualifier";

  private final int formatId;
  private final byte[] global;
  private final byte[] qualifier;

  private BranchId(int formatId, byte[] global, byte[] qualifier) {
    this.formatId = formatId;
    this.global = global;
    this.qualifier = qualifier;
  }

  /** Whether a command names one. */
  static boolean isGiven(Command command) {
    return command.has(FORMAT) || command.has(GLOBAL) || command.has(QUALIFIER);
  }

  /** The one that a command names. */
  static BranchId of(Command command) throws AmqpException {
    byte[] global = checked(command, GLOBAL, MAXGTRIDSIZE);
    byte[] qualifier = checked(command, QUALIFIER, MAXBQUALSIZE);
    if (!command.has(FORMAT)) {
      throw command.refused("argument '" + FORMAT + "' is missing");
    }
    return new BranchId(command.number(FORMAT, 0), global, qualifier);
  }

  private static byte[] checked(Command command, String argument, int most) throws AmqpException {
    byte[] bytes = command.bytes(argument);
    if (bytes.length > most) {
      throw command.refused(
          "argument '" + argument + "' has " + bytes.length + " bytes, and XA's limit is " + most);
    }
    return bytes;
  }

  /** The fields that name one. */
  static Map<String, Object> fields(Xid xid) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put(FORMAT, xid.getFormatId());
    fields.put(GLOBAL, xid.getGlobalTransactionId());
    fields.put(QUALIFIER, xid.getBranchQualifier());
    return fields;
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
    return qualifier.clone();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof BranchId id
        && id.formatId == formatId
        && Arrays.equals(id.global, global)
        && Arrays.equals(id.qualifier, qualifier);
  }

  @Override
  public int hashCode() {
    return (formatId * 31 + Arrays.hashCode(global)) * 31 + Arrays.hashCode(qualifier);
  }
}
