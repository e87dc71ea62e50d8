package io.bindery.rabbitmq;

import io.bindery.engine.AmqpException;
import io.bindery.engine.Ticket;
import io.bindery.engine.Transaction;
import io.bindery.engine.XaBranches;
import io.bindery.engine.XaException;
import io.bindery.engine.XidKey;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import javax.transaction.xa.XAException;
import javax.transaction.xa.XAResource;
import javax.transaction.xa.Xid;

/** The XA verbs, as commands on a channel of the connection's own. Thread-safe. */
final class RabbitXa implements XaBranches {
  private final WireChannel wire;
  private final Map<Map<String, Object>, RabbitTransaction> branches = new ConcurrentHashMap<>();

  RabbitXa(WireChannel wire) {
    this.wire = wire;
  }

  private static Map<String, Object> name(Xid xid) {
    return Map.of(
        "format-id",
        xid.getFormatId(),
        "global-transaction-id",
        xid.getGlobalTransactionId(),
        "branch-qualifier",
        xid.getBranchQualifier());
  }

  /** The same, to be compared. */
  private static Map<String, Object> key(Xid xid) {
    return Map.of(
        "format-id",
        xid.getFormatId(),
        "global-transaction-id",
        java.nio.ByteBuffer.wrap(xid.getGlobalTransactionId()),
        "branch-qualifier",
        java.nio.ByteBuffer.wrap(xid.getBranchQualifier()));
  }

  private Ticket<WireChannel.Answer> ask(String command, Xid xid) {
    return wire.ask(command, name(xid));
  }

  private Ticket<WireChannel.Answer> ask(String command, Xid xid, String name, Object value) {
    Map<String, Object> arguments = new HashMap<>(name(xid));
    arguments.put(name, value);
    return wire.ask(command, arguments);
  }

  @Override
  public Ticket<Transaction> start(Xid xid, int flags) {
    return Tickets.then(
        ask("xa-start", xid, "flags", flags),
        done -> branches.computeIfAbsent(key(xid), key -> new RabbitTransaction(name(xid))));
  }

  @Override
  public Ticket<Void> end(Xid xid, int flags) {
    RabbitTransaction branch = branches.get(key(xid));
    if (branch == null) {
      return Tickets.nothing(ask("xa-end", xid, "flags", flags));
    }
    // The server waits for no other channel.
    Ticket<Void> ended = new Ticket<>();
    branch.confirmed().whenDone((done, none) -> end(branch, xid, flags, ended));
    return ended;
  }

  /** What failed without its sender knowing leaves nothing but a rollback. */
  private void end(RabbitTransaction branch, Xid xid, int flags, Ticket<Void> ended) {
    String broken = branch.broken();
    ask("xa-end", xid, "flags", broken == null ? flags : XAResource.TMFAIL)
        .whenDone(
            (done, failure) -> {
              AmqpException why = broken == null ? failure : rollback(broken, failure);
              if (why == null) {
                ended.complete(null);
              } else {
                ended.fail(why);
              }
            });
  }

  /** The server says that the branch is to be rolled back, but not for which message. */
  private static AmqpException rollback(String broken, AmqpException failure) {
    if (failure != null && !(failure instanceof XaException)) {
      return failure;
    }
    int code = failure instanceof XaException told ? told.errorCode() : XAException.XA_RBROLLBACK;
    return new XaException(
        code, "A message of the branch was not taken, so it is rolled back: " + broken);
  }

  @Override
  public Ticket<Boolean> prepare(Xid xid) {
    return decides(
        xid,
        Tickets.then(
            ask("xa-prepare", xid),
            answer -> {
              boolean readOnly = Boolean.TRUE.equals(answer.fields().get("read-only"));
              if (readOnly) {
                branches.remove(key(xid));
              }
              return !readOnly;
            }));
  }

  /** Nobody asks for a rollback of what a verb has rolled back. */
  private <T> Ticket<T> decides(Xid xid, Ticket<T> ticket) {
    ticket.whenDone(
        (done, failure) -> {
          if (LastingBranches.isRolledBack(failure)) {
            rolledBack(xid);
          }
        });
    return ticket;
  }

  private void rolledBack(Xid xid) {
    RabbitTransaction branch = branches.remove(key(xid));
    if (branch != null) {
      branch.rolledBack();
      branch.unsettle();
    }
  }

  @Override
  public Ticket<Void> commit(Xid xid, boolean onePhase) {
    return decides(
        xid,
        Tickets.then(
            ask("xa-commit", xid, "one-phase", onePhase),
            done -> {
              branches.remove(key(xid));
              return null;
            }));
  }

  @Override
  public Ticket<Void> rollback(Xid xid) {
    return Tickets.then(
        ask("xa-rollback", xid),
        done -> {
          rolledBack(xid);
          return null;
        });
  }

  @Override
  public Ticket<Void> forget(Xid xid) {
    branches.remove(key(xid));
    return Tickets.nothing(ask("xa-forget", xid));
  }

  @Override
  public Ticket<List<Xid>> recover() {
    return Tickets.then(
        wire.ask("xa-recover", Map.of()),
        answer -> {
          List<Xid> prepared = new ArrayList<>();
          if (answer.fields().get("xids") instanceof List<?> xids) {
            for (Object each : xids) {
              prepared.add(branch((Map<?, ?>) each));
            }
          }
          return prepared;
        });
  }

  @Override
  public void timeoutSeconds(Xid xid, int seconds) {
    ask("xa-timeout", xid, "seconds", seconds);
  }

  /** The branch that a server names. */
  private static XidKey branch(Map<?, ?> table) {
    return new XidKey(
        ((Number) table.get("format-id")).intValue(),
        (byte[]) table.get("global-transaction-id"),
        (byte[]) table.get("branch-qualifier"));
  }
}
