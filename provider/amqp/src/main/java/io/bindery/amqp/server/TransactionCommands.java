package io.bindery.amqp.server;

import io.bindery.engine.AmqpException;
import io.bindery.engine.ReplyCode;
import io.bindery.engine.Ticket;
import io.bindery.engine.Transaction;
import java.util.Map;

/**
 * Commands that begin and end local transactions, and go from one to another. On the event loop.
 */
final class TransactionCommands {
  private static final String NUMBER = "transaction";
  private static final String NEXT = "next";

  private final ClientChannel channel;

  /** Those of the connection: a channel may work in what another began. */
  private final Map<Long, Transaction> open;

  TransactionCommands(ClientChannel channel) {
    this.channel = channel;
    this.open = channel.connection().transactions();
  }

  void addTo(Map<String, Control.Verb> verbs) {
    verbs.put("begin", this::begin);
    verbs.put("enter", this::enter);
    verbs.put("commit", command -> end(command, true));
    verbs.put("rollback", command -> end(command, false));
  }

  private void begin(Command command) throws AmqpException {
    begin(command, command.number(NUMBER));
    command.done();
  }

  private void begin(Command command, long number) throws AmqpException {
    if (open.containsKey(number)) {
      throw command.refused("transaction " + number + " is open");
    }
    channel.work().checkNoTx(command);
    Transaction begun = channel.work().begin();
    open.put(number, begun);
    channel.connection().refusals().begun(begun);
  }

  private void enter(Command command) throws AmqpException {
    channel.work().checkNoTx(command);
    if (command.has(NUMBER)) {
      channel.work().enter(opened(command.number(NUMBER)));
    } else if (BranchId.isGiven(command)) {
      channel.work().enter(channel.connection().branches().of(BranchId.of(command)));
    } else {
      channel.work().enter(null);
    }
    command.done();
  }

  private Transaction opened(long number) throws AmqpException {
    Transaction transaction = open.get(number);
    if (transaction == null) {
      throw new AmqpException(
          ReplyCode.NOT_FOUND, "There is no open transaction " + number + " on the connection");
    }
    return transaction;
  }

  private void end(Command command, boolean commit) throws AmqpException {
    Transaction current = channel.work().entered();
    if (command.has(NEXT)) {
      // Before the other can fail: whatever becomes of that, the client is in this one.
      begin(command, command.number(NEXT));
    }
    Transaction over = command.has(NUMBER) ? opened(command.number(NUMBER)) : current;
    int known = commit ? command.number("refused", Integer.MAX_VALUE) : Integer.MAX_VALUE;
    if (!open.values().remove(over)) {
      throw command.refused("the channel is in no transaction of its own");
    }
    channel.await(
        channel.work().allTaken(),
        (taken, none) -> {
          Refusals.Refused refused = channel.connection().refusals().in(over);
          if (refused.count() > known) {
            rollback(command, over, refused.last());
            return;
          }
          Ticket<Void> ended = commit ? over.commit() : over.rollback();
          channel.await(ended, (done, failure) -> ended(command, over, commit, failure));
        });
  }

  /** A commit that its client would not want. */
  private void rollback(Command command, Transaction over, String why) {
    AmqpException unknown =
        command.refused(
            "a publish of the transaction was not taken, so it was rolled back: " + why);
    channel.await(
        over.rollback(),
        (done, failure) -> ended(command, over, false, failure == null ? unknown : failure));
  }

  private void ended(Command command, Transaction over, boolean commit, AmqpException failure) {
    channel.work().leave(over);
    channel.connection().ended(over, commit && failure == null);
    if (failure == null) {
      command.done();
    } else {
      command.fail(failure);
    }
    channel.consuming().resume();
  }
}
