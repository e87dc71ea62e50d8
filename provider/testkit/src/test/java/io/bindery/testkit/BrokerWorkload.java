package io.bindery.testkit;

import io.bindery.broker.store.StoreException;
import io.bindery.engine.AmqpMessage;
import io.bindery.engine.Binding;
import io.bindery.engine.Body;
import io.bindery.engine.Browser;
import io.bindery.engine.Channel;
import io.bindery.engine.ConsumeSpec;
import io.bindery.engine.Consumer;
import io.bindery.engine.Delivery;
import io.bindery.engine.ExchangeSpec;
import io.bindery.engine.Outcome;
import io.bindery.engine.PublishOutcome;
import io.bindery.engine.QueueSpec;
import io.bindery.engine.Route;
import io.bindery.engine.Ticket;
import io.bindery.engine.Transaction;
import io.bindery.testkit.BrokerLife.Disks;
import io.bindery.testkit.BrokerModel.Copy;
import io.bindery.testkit.BrokerModel.Place;
import io.bindery.testkit.BrokerModel.Progress;
import io.bindery.testkit.BrokerModel.Sent;
import io.bindery.testkit.BrokerModel.Unit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import javax.transaction.xa.XAResource;
import javax.transaction.xa.Xid;

/** Random work on a broker, told to a {@link BrokerModel}, over its lives. One thread. */
final class BrokerWorkload {
  static final String DEAD = "dead";
  private static final String FAN = "fan";
  private static final List<String> NAMES = List.of("a", "b", "c", "d");
  private static final int LARGEST = 40 << 10;

  private final Random random;
  private final BrokerModel model = new BrokerModel();
  private final Map<String, Map<String, Delivery>> hands = new LinkedHashMap<>();
  private final long memoryBytes;
  private BrokerLife life;
  private Channel channel;
  private int lastId;
  private Exception unexpected;

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

  BrokerWorkload(long seed) {
    random = new Random(seed);
    memoryBytes = random.nextBoolean() ? 64 << 20 : 1536 << 10;
  }

  /** How many came marked as redelivered. */
  long redelivered() {
    return model.redelivered();
  }

  static String id(Delivery delivery) {
    String text = ((Body.Text) delivery.message().body()).content();
    return text.substring(0, text.indexOf('|'));
  }

  /** Starts a broker on the disks, and checks what it has. */
  void start(Disks disks) {
    long diedAtMs = life == null ? 0 : life.nowMs();
    BrokerLife next = new BrokerLife(disks, random.nextLong(), memoryBytes);
    channel = next.channel();
    try {
      check(next, diedAtMs);
    } catch (StoreException e) {
      throw next.over(e);
    }
    life = next;
    hands.clear();
    unexpected = null;
    guarded(this::declareAll);
  }

  private void check(BrokerLife next, long diedAtMs) {
    Map<String, List<Delivery>> seen = new TreeMap<>();
    for (String name : List.copyOf(model.names())) {
      if (!next.isThere(name)) {
        BrokerModel.verify(name.equals(inFlight), "the queue " + name + " is gone");
        model.deleted(name);
      } else {
        seen.put(name, browse(next, name));
      }
    }
    Set<Integer> branches = new HashSet<>();
    next.await(channel.connection().xa().recover()).forEach(x -> branches.add(Branch.number(x)));
    model.recovered(seen, branches, diedAtMs);
  }

  private List<Delivery> browse(BrokerLife next, String queue) {
    List<Delivery> seen = new ArrayList<>();
    try (Browser browser = next.await(channel.browse(queue, ""))) {
      while (browser.next(50, seen) > 0) {
        next.checkPower();
      }
    }
    return seen;
  }

  /** The queue whose declaration or deletion is not confirmed. */
  private String inFlight;

  private void declareAll() {
    life.await(channel.declareExchange(ExchangeSpec.durable(FAN, "fanout")));
    declare(DEAD);
    NAMES.forEach(this::declare);
  }

  private void declare(String name) {
    boolean isNew = !model.names().contains(name);
    if (isNew) {
      inFlight = name;
      model.declared(name);
    }
    Map<String, Object> arguments =
        name.equals("a")
            ? Map.of("x-dead-letter-exchange", "", "x-dead-letter-routing-key", DEAD)
            : Map.of();
    life.await(channel.declareQueue(QueueSpec.durable(name, arguments)));
    inFlight = null;
    if (NAMES.indexOf(name) > 0) {
      life.await(channel.bind(Binding.queue(FAN, name, "")));
    }
  }

  /** Works until it is done or the broker is over. */
  void work(int operations) {
    guarded(
        () -> {
          for (int i = 0; i < operations; i++) {
            operate();
            checkFailure();
            if (random.nextInt(3) == 0) {
              life.settle();
            }
            if (random.nextInt(8) == 0) {
              life.advance(1 + random.nextInt(random.nextInt(10) == 0 ? 500 : 20));
            }
            model.prune(life.nowMs());
          }
        });
  }

  private void checkFailure() {
    life.checkPower();
    if (unexpected != null) {
      throw life.over(unexpected);
    }
  }

  private void guarded(Runnable work) {
    try {
      work.run();
    } catch (StoreException e) {
      throw life.over(e);
    }
  }

  /** Ends it in order. */
  void close() {
    guarded(
        () -> {
          life.advance(2 * BrokerModel.SOON_MS);
          checkFailure();
          model.prune(life.nowMs());
          model.closing();
          life.close();
        });
  }

  private void operate() {
    String queue = NAMES.get(random.nextInt(NAMES.size()));
    switch (random.nextInt(20)) {
      case 0, 1, 2, 3 -> publish(queue);
      case 4, 5, 6 -> publish(null);
      case 7, 8 -> get(queue);
      case 9 -> consume(queue);
      case 10, 11, 12 -> settleOne();
      case 13, 14 -> settleList();
      case 15, 16 -> local();
      case 17 -> branch();
      case 18 -> decide();
      default -> rare(queue);
    }
  }

  private void rare(String queue) {
    switch (random.nextInt(5)) {
      case 0 -> {
        inFlight = queue;
        hands.remove(queue);
        life.await(channel.deleteQueue(queue, false, false));
        model.deleted(queue);
        hands.remove(queue);
        inFlight = null;
        declare(queue);
      }
      case 1 -> purge(queue);
      case 2, 3 -> get(DEAD);
      default -> life.advance(400);
    }
  }

  private void purge(String queue) {
    Unit unit = model.unit(Progress.ISSUED, 0);
    unit.unseen = true;
    unit.soonAtMs = life.nowMs();
    unit.leaves.addAll(model.in(queue, Place.READY));
    unit.leaves.forEach(each -> each.place = Place.LOCKED);
    life.await(channel.purgeQueue(queue));
  }

  // --- publishing ---

  private void publish(String queue) {
    Unit unit = model.unit(Progress.ISSUED, 0);
    Ticket<PublishOutcome> ticket = publish(queue, unit, channel.autoCommit());
    ticket.whenDone((outcome, failure) -> whenDone(failure, () -> model.applied(unit)));
  }

  private void whenDone(Exception failure, Runnable then) {
    if (failure == null) {
      then.run();
    } else {
      unexpected = failure;
    }
  }

  /** To a queue, or to all that are bound. */
  private Ticket<PublishOutcome> publish(String queue, Unit unit, Transaction transaction) {
    String id = "m" + ++lastId;
    int priority = random.nextInt(4) == 0 ? random.nextInt(10) : 4;
    boolean persistent = random.nextInt(8) > 0;
    List<String> targets = queue == null ? NAMES.subList(1, NAMES.size()) : List.of(queue);
    for (String each : targets) {
      unit.enters.add(model.coming(each, new Sent(id, priority, persistent)));
    }
    int size = random.nextInt(40) == 0 ? random.nextInt(LARGEST) : random.nextInt(2_000);
    AmqpMessage message =
        AmqpMessage.builder()
            .persistent(persistent)
            .priority(priority)
            .body(new Body.Text(id + "|" + "x".repeat(size)))
            .build();
    Route route = queue == null ? new Route(FAN, "", false) : Route.toQueue(queue);
    return channel.publish(route, message, transaction);
  }

  // --- taking ---

  private void get(String queue) {
    boolean[] done = new boolean[1];
    channel
        .get(queue, "")
        .whenDone(
            (delivery, failure) -> {
              whenDone(failure, () -> taken(queue, delivery));
              done[0] = true;
            });
    for (int i = 0; i < 500 && !done[0]; i++) {
      life.advance(1);
    }
    BrokerModel.verify(done[0], "a get is never done");
  }

  private void taken(String queue, Delivery delivery) {
    String id = delivery == null ? null : id(delivery);
    model.taken(queue, id, delivery);
    if (id != null) {
      hands.computeIfAbsent(queue, any -> new LinkedHashMap<>()).put(id, delivery);
    }
  }

  private void consume(String queue) {
    List<Delivery> into = new ArrayList<>();
    try (Consumer consumer = life.await(channel.consume(ConsumeSpec.of(queue, 0), () -> {}))) {
      int max = 1 + random.nextInt(8);
      for (int i = 0; i < 3; i++) {
        consumer.drain(max, into);
        into.forEach(each -> taken(queue, each));
        into.clear();
        life.settle();
      }
    }
  }

  // --- settling ---

  private List<Delivery> fromHands(int most) {
    List<Delivery> all = new ArrayList<>();
    hands.values().forEach(each -> all.addAll(each.values()));
    List<Delivery> some = new ArrayList<>();
    while (!all.isEmpty() && some.size() < most) {
      Delivery one = all.remove(random.nextInt(all.size()));
      hands.get(one.queue()).remove(id(one));
      some.add(one);
    }
    return some;
  }

  private void lock(List<Delivery> deliveries, Unit unit) {
    for (Delivery each : deliveries) {
      Copy copy = model.copy(each.queue(), id(each));
      copy.place = Place.LOCKED;
      unit.leaves.add(copy);
    }
  }

  private void settleOne() {
    List<Delivery> one = fromHands(1);
    if (one.isEmpty()) {
      return;
    }
    Delivery delivery = one.get(0);
    Copy copy = model.copy(delivery.queue(), id(delivery));
    switch (random.nextInt(6)) {
      case 0 -> {
        copy.place = Place.READY;
        life.await(channel.settle(delivery, Outcome.RELEASED, channel.autoCommit()));
      }
      case 1 -> {
        failed(copy);
        life.await(channel.settle(delivery, Outcome.FAILED, channel.autoCommit()));
      }
      case 2 -> {
        rejected(one);
        life.await(channel.settle(delivery, Outcome.REJECTED, channel.autoCommit()));
      }
      default -> {
        Unit unit = model.unit(Progress.ISSUED, 0);
        unit.soonAtMs = life.nowMs();
        lock(one, unit);
        life.await(channel.settle(delivery, Outcome.ACCEPTED, channel.autoCommit()));
      }
    }
  }

  private void failed(Copy copy) {
    copy.place = Place.READY;
    copy.failures++;
    copy.failedAtMs = life.nowMs();
    copy.counted = true;
  }

  private void rejected(List<Delivery> one) {
    Delivery delivery = one.get(0);
    Unit unit = model.unit(Progress.ISSUED, 0);
    unit.soonAtMs = life.nowMs();
    lock(one, unit);
    if (delivery.queue().equals("a")) {
      Copy copy = unit.leaves.get(0);
      unit.enters.add(model.coming(DEAD, new Sent(copy.id, copy.priority, copy.persistent)));
    }
  }

  private void settleList() {
    List<Delivery> some = fromHands(2 + random.nextInt(5));
    if (some.size() < 2) {
      some.forEach(this::inHand);
      return;
    }
    Unit unit = model.unit(Progress.ISSUED, 0);
    lock(some, unit);
    channel
        .settle(some, Outcome.ACCEPTED, channel.autoCommit())
        .whenDone((none, failure) -> whenDone(failure, () -> model.applied(unit)));
  }

  private boolean isThere(Delivery delivery) {
    return model.copy(delivery.queue(), id(delivery)) != null;
  }

  private void inHand(Delivery delivery) {
    hands
        .computeIfAbsent(delivery.queue(), any -> new LinkedHashMap<>())
        .put(id(delivery), delivery);
  }

  // --- transactions ---

  private List<Delivery> workIn(Transaction transaction, Unit unit) {
    List<Delivery> some = fromHands(random.nextInt(4));
    lock(some, unit);
    for (Delivery each : some) {
      life.await(channel.settle(each, Outcome.ACCEPTED, transaction));
    }
    for (int i = random.nextInt(4); i >= 0; i--) {
      boolean all = random.nextBoolean();
      String queue = all ? null : NAMES.get(random.nextInt(NAMES.size()));
      life.await(publish(queue, unit, transaction));
    }
    return some;
  }

  private void local() {
    Transaction transaction = channel.begin();
    Unit unit = model.unit(Progress.OPEN, 0);
    List<Delivery> settled = workIn(transaction, unit);
    if (random.nextInt(5) == 0) {
      model.undone(unit, Place.HELD);
      settled.stream().filter(this::isThere).forEach(this::inHand);
      life.await(transaction.rollback());
      return;
    }
    unit.progress = Progress.ISSUED;
    transaction.commit().whenDone((none, failure) -> whenDone(failure, () -> model.applied(unit)));
  }

  private void branch() {
    Branch xid = new Branch(++lastId);
    Unit unit = model.unit(Progress.OPEN, xid.number());
    var xa = channel.connection().xa();
    Transaction transaction = life.await(xa.start(xid, XAResource.TMNOFLAGS));
    unit.held.addAll(workIn(transaction, unit));
    life.await(xa.end(xid, XAResource.TMSUCCESS));
    if (random.nextInt(4) == 0) {
      unit.progress = Progress.ISSUED;
      xa.commit(xid, true)
          .whenDone((none, failure) -> whenDone(failure, () -> model.applied(unit)));
      return;
    }
    unit.progress = Progress.PREPARING;
    xa.prepare(xid)
        .whenDone((any, failure) -> whenDone(failure, () -> unit.progress = Progress.PREPARED));
  }

  private void decide() {
    List<Unit> inDoubt = model.inDoubt();
    if (inDoubt.isEmpty()) {
      return;
    }
    Unit unit = inDoubt.get(random.nextInt(inDoubt.size()));
    Branch xid = new Branch(unit.xid);
    var xa = channel.connection().xa();
    if (random.nextInt(3) > 0) {
      unit.progress = Progress.COMMITTING;
      xa.commit(xid, false)
          .whenDone((none, failure) -> whenDone(failure, () -> model.applied(unit)));
    } else {
      unit.progress = Progress.ROLLING_BACK;
      xa.rollback(xid).whenDone((none, failure) -> whenDone(failure, () -> rolledBack(unit)));
    }
  }

  private void rolledBack(Unit unit) {
    boolean orphans = unit.held.isEmpty();
    model.undone(unit, orphans ? Place.READY : Place.HELD);
    unit.held.stream().filter(this::isThere).forEach(this::inHand);
    if (orphans) {
      unit.leaves.forEach(this::failed);
    }
  }
}
