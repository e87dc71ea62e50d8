package io.bindery.amqp.server;

import io.bindery.engine.AmqpException;
import io.bindery.engine.Ticket;
import io.bindery.engine.XaBranches;
import io.bindery.engine.XaException;
import io.bindery.engine.XidKey;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import javax.transaction.xa.XAException;
import javax.transaction.xa.XAResource;
import javax.transaction.xa.Xid;

/** The XA verbs as commands (X/Open XA). On the event loop. */
final class BranchCommands {
  private final ClientChannel channel;

  BranchCommands(ClientChannel channel) {
    this.channel = channel;
  }

  void addTo(Map<String, Control.Verb> verbs) {
    verbs.put("xa-start", this::start);
    verbs.put("xa-end", this::end);
    verbs.put("xa-prepare", this::prepare);
    verbs.put("xa-commit", this::commit);
    verbs.put("xa-rollback", this::rollback);
    verbs.put("xa-forget", this::forget);
    verbs.put("xa-recover", this::recover);
    verbs.put("xa-timeout", this::timeout);
  }

  private XaBranches xa() {
    return channel.engine().connection().xa();
  }

  private Branches branches() {
    return channel.connection().branches();
  }

  private void start(Command command) throws AmqpException {
    channel.work().checkNoTx(command);
    XidKey id = BranchId.of(command);
    int flags = command.number("flags", XAResource.TMNOFLAGS);
    command.answer(
        xa().start(id, flags),
        transaction -> {
          branches().started(id, transaction, flags != XAResource.TMRESUME);
          channel.work().enter(transaction);
          return Map.of();
        });
  }

  private void end(Command command) throws AmqpException {
    XidKey id = BranchId.of(command);
    int flags = command.number("flags", XAResource.TMSUCCESS);
    channel.await(
        channel.work().allTaken(),
        (taken, none) ->
            channel.await(
                xa().end(id, flags), (done, failure) -> ended(command, id, flags, failure)));
  }

  private void ended(Command command, XidKey id, int flags, AmqpException failure) {
    channel.work().leave(branches().find(id));
    if (flags != XAResource.TMSUSPEND && (failure == null || isRolledBack(failure))) {
      branches().left(id);
    }
    if (failure == null) {
      command.done();
    } else {
      command.fail(failure);
    }
  }

  /** XA_RB…: the branch is, or will only be, rolled back. */
  private static boolean isRolledBack(AmqpException failure) {
    return failure instanceof XaException xa
        && xa.errorCode() >= XAException.XA_RBBASE
        && xa.errorCode() <= XAException.XA_RBEND;
  }

  private void prepare(Command command) throws AmqpException {
    XidKey id = BranchId.of(command);
    decide(
        command,
        id,
        xa().prepare(id),
        mustBeDecided -> {
          if (!mustBeDecided) {
            over(id, true);
          }
          return Map.of("read-only", !mustBeDecided);
        });
  }

  private void commit(Command command) throws AmqpException {
    XidKey id = BranchId.of(command);
    decide(
        command,
        id,
        xa().commit(id, command.flag("one-phase")),
        done -> {
          over(id, true);
          return Map.of();
        });
  }

  private void rollback(Command command) throws AmqpException {
    XidKey id = BranchId.of(command);
    decide(
        command,
        id,
        xa().rollback(id),
        done -> {
          over(id, false);
          return Map.of();
        });
  }

  private void forget(Command command) throws AmqpException {
    command.answer(xa().forget(BranchId.of(command)), done -> Map.of());
  }

  private <T> void decide(
      Command command,
      XidKey id,
      Ticket<T> ticket,
      Function<? super T, Map<String, Object>> fields) {
    channel.await(
        ticket,
        (value, failure) -> {
          if (failure == null) {
            command.done(fields.apply(value));
            return;
          }
          learn(id, failure);
          command.fail(failure);
        });
  }

  /** A failure may say how the branch has ended. */
  private void learn(XidKey id, AmqpException failure) {
    int code = failure instanceof XaException xa ? xa.errorCode() : 0;
    if (isRolledBack(failure) || code == XAException.XA_HEURRB) {
      over(id, false);
    } else if (code == XAException.XA_HEURCOM) {
      over(id, true);
    }
  }

  private void over(XidKey id, boolean committed) {
    branches().decided(id, channel.connection()::ended, committed);
  }

  private void recover(Command command) {
    command.answer(xa().recover(), xids -> Map.of("xids", fields(xids)));
  }

  private static List<Map<String, Object>> fields(List<Xid> xids) {
    return xids.stream().map(BranchId::fields).toList();
  }

  private void timeout(Command command) throws AmqpException {
    xa().timeoutSeconds(BranchId.of(command), command.number("seconds", 0));
    command.done();
  }
}
