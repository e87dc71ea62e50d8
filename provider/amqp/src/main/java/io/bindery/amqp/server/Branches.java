package io.bindery.amqp.server;

import io.bindery.engine.Transaction;
import io.bindery.engine.XaException;
import io.bindery.engine.XidKey;
import java.util.HashMap;
import java.util.Map;
import java.util.function.BiConsumer;
import javax.transaction.xa.XAException;

/**
 * The branches in which a connection works, so that each of its channels can enter them, and each
 * that settled something in one learns how it ended. On the event loop.
 */
final class Branches {
  private final Map<XidKey, Branch> branches = new HashMap<>(0);

  private static final class Branch {
    private final Transaction transaction;
    private int workers;
    private boolean decided;

    private Branch(Transaction transaction) {
      this.transaction = transaction;
    }
  }

  /** Work begins, or begins again. */
  void started(XidKey id, Transaction transaction, boolean more) {
    Branch branch = branches.get(id);
    if (branch == null || branch.transaction != transaction) {
      branch = new Branch(transaction);
      branches.put(id, branch);
    }
    branch.workers += more ? 1 : 0;
  }

  /** One who worked in it does no more. */
  void left(XidKey id) {
    Branch branch = branches.get(id);
    if (branch != null) {
      branch.workers--;
      forgetWhenOver(id, branch);
    }
  }

  /** It was committed or rolled back; who still works in it is yet to leave. */
  void decided(XidKey id, BiConsumer<Transaction, Boolean> ended, boolean committed) {
    Branch branch = branches.get(id);
    if (branch != null) {
      branch.decided = true;
      forgetWhenOver(id, branch);
      ended.accept(branch.transaction, committed);
    }
  }

  private void forgetWhenOver(XidKey id, Branch branch) {
    if (branch.decided && branch.workers <= 0) {
      branches.remove(id);
    }
  }

  /** The transaction of a branch in which the connection works. */
  Transaction of(XidKey id) throws XaException {
    Branch branch = branches.get(id);
    if (branch == null) {
      throw new XaException(
          XAException.XAER_NOTA, "This connection has not started the branch that was named");
    }
    return branch.transaction;
  }

  /** The same, or null. */
  Transaction find(XidKey id) {
    Branch branch = branches.get(id);
    return branch == null ? null : branch.transaction;
  }
}
