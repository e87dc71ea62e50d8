package io.bindery.broker;

import io.bindery.broker.store.KeptState;
import io.bindery.engine.XaException;
import io.bindery.engine.XidKey;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import javax.transaction.xa.XAException;

/**
 * What is decided of prepared branches and must be remembered: decisions on their way to the disk,
 * and those that an operator took in place of the coordinator (heuristic ones), until it has them
 * forgotten. Under the registry's monitor.
 */
final class Decisions {
  private final Set<XaBranch> beingWritten = new HashSet<>();

  /** Whether an operator committed it. */
  private final Map<XidKey, Boolean> heuristics = new HashMap<>();

  /** A branch is decided: from now on its decision is being written. */
  void begin(XaBranch branch) {
    beingWritten.add(branch);
  }

  /** Its decision is on disk and has its effect. */
  void written(XaBranch branch) {
    beingWritten.remove(branch);
  }

  private boolean isBeingWritten(XidKey id) {
    return beingWritten.stream().anyMatch(branch -> branch.id().equals(id));
  }

  /** An operator has decided a branch. */
  void byOperator(XidKey id, boolean committed) {
    heuristics.put(id, committed);
  }

  boolean isByOperator(XidKey id) {
    return heuristics.containsKey(id);
  }

  /** The branches that an operator has decided. */
  Stream<XidKey> heuristics() {
    return heuristics.keySet().stream();
  }

  /** What operators are shown of these. */
  Stream<InDoubt> inDoubt() {
    return heuristics.entrySet().stream()
        .map(
            each ->
                new InDoubt(
                    each.getKey(),
                    each.getValue() ? "committed" : "rolled back",
                    0,
                    InDoubt.Work.NONE));
  }

  /** Fails with what a coordinator is told of a branch that is decided already. */
  void checkNone(XidKey id) throws XaException {
    checkWritten(id);
    Boolean committed = heuristics.get(id);
    if (committed != null) {
      throw new XaException(
          committed ? XAException.XA_HEURCOM : XAException.XA_HEURRB,
          "An operator has " + (committed ? "committed" : "rolled back") + " branch " + id);
    }
  }

  private void checkWritten(XidKey id) throws XaException {
    if (isBeingWritten(id)) {
      throw new XaException(
          XAException.XAER_RMFAIL, "Branch " + id + " is being decided: ask again");
    }
  }

  /** The coordinator knows of an operator's decision. Fails while that is being written. */
  void forget(XidKey id) throws XaException {
    checkWritten(id);
    heuristics.remove(id);
  }

  /** Tells a checkpoint: what is not yet decided on disk is prepared still. */
  void snapshot(KeptState state) {
    beingWritten.forEach(branch -> state.add(branch.kept()));
    heuristics.forEach(
        (id, committed) -> {
          if (!isBeingWritten(id)) {
            state.decided(id, committed);
          }
        });
  }
}
