package io.bindery.amqp.server;

import io.bindery.engine.AmqpException;
import io.bindery.engine.XidKey;
import java.util.LinkedHashMap;
import java.util.Map;
import javax.transaction.xa.Xid;

/** What names a branch of a global transaction (X/Open XA), as arguments and fields have it. */
final class BranchId {
  private static final String FORMAT = "format-id";
  private static final String GLOBAL = "global-transaction-id";
  private static final String QUALIFIER = "branch-qualifier";

  private BranchId() {}

  /** Whether a command names one. */
  static boolean isGiven(Command command) {
    return command.has(FORMAT) || command.has(GLOBAL) || command.has(QUALIFIER);
  }

  /** The one that a command names. */
  static XidKey of(Command command) throws AmqpException {
    byte[] global = checked(command, GLOBAL, Xid.MAXGTRIDSIZE);
    byte[] qualifier = checked(command, QUALIFIER, Xid.MAXBQUALSIZE);
    if (!command.has(FORMAT)) {
      throw command.refused("argument '" + FORMAT + "' is missing");
    }
    return new XidKey(command.number(FORMAT, 0), global, qualifier);
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
}
