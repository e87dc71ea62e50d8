package io.bindery.testkit;

import io.bindery.engine.Delivery;
import io.bindery.engine.Outcome;
import io.bindery.engine.Ticket;
import io.bindery.engine.Transaction;
import io.bindery.engine.XaBranches;
import io.bindery.testkit.BrokerModel.Place;
import io.bindery.testkit.BrokerModel.Progress;
import io.bindery.testkit.BrokerModel.Unit;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import javax.transaction.xa.XAResource;
import javax.transaction.xa.Xid;

/** Local transactions and branches of a workload, decided in this life or another. One thread. */
final class Transactions {
  private final Scene scene;
  private final BrokerModel model;
  private final Traffic traffic;

  private record Branch(int number) implements Xid {
    @Override
    public int getFormatId() {
      return 7;
    }

    @Override
    public byte[] getGlobalTransactionId() {
      return new byte[] {(byte) number, (byte) (number >> 8), 1};
    }

    @Override
    public byte[] getBranchQualifier() {
      return new byte[] {2};
    }

    static int number(Xid xid) {
      byte[] id = xid.getGlobalTransactionId();
      return id[0] & 0xff | (id[1] & 0xff) << 8;
    }
  }

  Transactions(Scene scene, Traffic traffic) {
    this.scene = scene;
    this.model = scene.model;
    this.traffic = traffic;
  }

  /** The branches that a broker has in doubt. */
  static Set<Integer> inDoubt(BrokerLife life) {
    Set<Integer> numbers = new HashSet<>();
    life.await(life.channel().connection().xa().recover())
        .forEach(xid -> numbers.add(Branch.number(xid)));
    return numbers;
  }

  private XaBranches xa() {
    return scene.channel().connection().xa();
  }

  private List<Delivery> workIn(Transaction transaction, Unit unit) {
    List<Delivery> some = scene.fromHands(scene.random.nextInt(4));
    scene.lock(some, unit);
    for (Delivery each : some) {
      scene.await(scene.channel().settle(each, Outcome.ACCEPTED, transaction));
    }
    for (int i = scene.random.nextInt(4); i >= 0; i--) {
      scene.await(traffic.publish(unit, transaction));
    }
    return some;
  }

  void local() {
    Transaction transaction = scene.channel().begin();
    Unit unit = model.unit(Progress.OPEN, 0);
    List<Delivery> settled = workIn(transaction, unit);
    if (scene.oneIn(5)) {
      model.undone(unit, Place.HELD);
      scene.backInHand(settled);
      scene.await(transaction.rollback());
      return;
    }
    unit.progress = Progress.ISSUED;
    scene.follow(transaction.commit(), () -> model.applied(unit));
  }

  void branch() {
    Branch xid = new Branch(scene.nextId());
    Unit unit = model.unit(Progress.OPEN, xid.number());
    Transaction transaction = scene.await(xa().start(xid, XAResource.TMNOFLAGS));
    unit.held.addAll(workIn(transaction, unit));
    scene.await(xa().end(xid, XAResource.TMSUCCESS));
    if (scene.oneIn(4)) {
      unit.progress = Progress.ISSUED;
      scene.follow(xa().commit(xid, true), () -> model.applied(unit));
      return;
    }
    unit.progress = Progress.PREPARING;
    Ticket<Boolean> prepared = xa().prepare(xid);
    scene.follow(
        prepared,
        () -> {
          unit.progress = Progress.PREPARED;
          if (!scene.await(prepared)) {
            model.applied(unit); // it did nothing, and is forgotten
          }
        });
  }

  void decide() {
    List<Unit> inDoubt = model.inDoubt();
    if (inDoubt.isEmpty()) {
      return;
    }
    Unit unit = scene.oneOf(inDoubt);
    Branch xid = new Branch(unit.xid);
    if (scene.random.nextInt(3) > 0) {
      unit.progress = Progress.COMMITTING;
      scene.follow(xa().commit(xid, false), () -> model.applied(unit));
    } else {
      unit.progress = Progress.ROLLING_BACK;
      scene.follow(xa().rollback(xid), () -> rolledBack(unit));
    }
  }

  private void rolledBack(Unit unit) {
    boolean orphans = unit.held.isEmpty();
    model.undone(unit, orphans ? Place.READY : Place.HELD);
    scene.backInHand(unit.held);
    if (orphans) {
      // What was taken from a queue that is deleted since is gone.
      unit.leaves.stream()
          .filter(model::isThere)
          .forEach(copy -> model.failed(copy, scene.life().nowMs()));
    }
  }
}
