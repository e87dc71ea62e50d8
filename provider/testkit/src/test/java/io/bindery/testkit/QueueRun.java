package io.bindery.testkit;

import io.bindery.engine.AmqpMessage;
import io.bindery.engine.Arguments;
import io.bindery.engine.Body;
import io.bindery.engine.Browser;
import io.bindery.engine.Channel;
import io.bindery.engine.ConsumeSpec;
import io.bindery.engine.Consumer;
import io.bindery.engine.Delivery;
import io.bindery.engine.Outcome;
import io.bindery.engine.QueueSpec;
import io.bindery.engine.Route;
import io.bindery.engine.Ticket;
import io.bindery.engine.Transaction;
import io.bindery.engine.XaBranches;
import io.bindery.testkit.BrokerLife.Start;
import io.bindery.testkit.QueueModel.Known;
import io.bindery.testkit.QueueModel.Place;
import io.bindery.testkit.QueueModel.Sent;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import javax.transaction.xa.XAResource;
import javax.transaction.xa.Xid;

/**
 * Operations on a durable queue, each compared with a {@link QueueModel}. What an operation does
 * follows from its numbers and from what is there, so that any part of a list of them can be run
 * alone. One thread.
 */
final class QueueRun {
  private static final String QUEUE = "q";
  private static final String DEAD = "dead";
  private static final String OTHER = "other";
  private static final String ODD = "odd = TRUE";

  /** By then all is on disk that nobody waited for. */
  private static final int QUIET_MS = 300;

  private static final int ARRIVED_MS = 5;
  private static final int LONGEST_MS = 500;

  private final QueueModel model = new QueueModel();
  private final Map<Known, Delivery> hands = new LinkedHashMap<>();
  private final List<Known> entering = new ArrayList<>();
  private final List<Known> leaving = new ArrayList<>();
  private final Map<Known, Delivery> inTransaction = new LinkedHashMap<>();

  /** What was sent in the promised branch, and what was accepted, with who has it in this life. */
  private final List<Known> coming = new ArrayList<>();

  private final Map<Known, Delivery> going = new LinkedHashMap<>();
  private final long seed;
  private final long memoryBytes;
  private Disks disks;
  private BrokerLife life;
  private Channel channel;
  private Transaction open;

  /** The branch that is open, null when a local transaction is, or none. */
  private Branch working;

  /** The branch that is promised. */
  private Branch branch;

  private boolean promised;
  private int lastId;

  /** What is done. */
  enum Kind {
    PUBLISH,
    PUBLISH_IN,
    GET,
    GET_ODD,
    CONSUME,
    CONSUME_ODD,
    SETTLE,
    ACCEPT_IN,
    COMMIT,
    ROLLBACK,
    PREPARE,
    DECIDE,
    PURGE,
    BROWSE,
    ADVANCE,
    CHECKPOINT,
    RESTART,
    CRASH
  }

  /** An operation, with numbers that say which of what is there it is done to, and how. */
  record Operation(Kind kind, int one, int other, int third) {
    int pick(int count) {
      return Math.floorMod(one, count);
    }
  }

  private record Branch(int number) implements Xid {
    @Override
    public int getFormatId() {
      return 7;
    }

    @Override
    public byte[] getGlobalTransactionId() {
      return new byte[] {(byte) number, (byte) (number >> 8)};
    }

    @Override
    public byte[] getBranchQualifier() {
      return new byte[] {2};
    }
  }

  QueueRun(long seed) {
    this.seed = seed;
    this.memoryBytes = seed % 2 == 0 ? 64 << 20 : 512 << 10;
    this.disks = Disks.empty(seed, Set.of());
    begin();
  }

  static String id(Delivery delivery) {
    String text = ((Body.Text) delivery.message().body()).content();
    return text.substring(0, text.indexOf('|'));
  }

  private void begin() {
    long nowMs = life == null ? SteppedEnvironment.START_MS : life.nowMs();
    life = new BrokerLife(disks, new Start(seed, memoryBytes, nowMs));
    channel = life.channel();
    Map<String, Object> arguments =
        Map.of(
            Arguments.DELIVERY_LIMIT,
            QueueModel.MOST_FAILURES - 1,
            Arguments.DEAD_LETTER_EXCHANGE,
            "",
            Arguments.DEAD_LETTER_ROUTING_KEY,
            DEAD);
    life.await(channel.declareQueue(QueueSpec.durable(QUEUE, arguments)));
    life.await(channel.declareQueue(QueueSpec.durable(DEAD, Map.of())));
    life.await(channel.declareQueue(QueueSpec.durable(OTHER, Map.of())));
  }

  /** Does all of it, and compares in the end. */
  void run(List<Operation> operations) {
    operations.forEach(this::run);
    life.advance(QUIET_MS);
    model.expire(life.nowMs());
    life.advance(QUIET_MS);
    model.browsed(browsed(QUEUE), life.nowMs());
    model.buried(browsed(DEAD));
  }

  private void run(Operation operation) {
    model.expire(life.nowMs());
    switch (operation.kind) {
      case PUBLISH -> publish(operation, channel.autoCommit(), Place.READY);
      case PUBLISH_IN -> {
        begin(operation);
        entering.add(publish(operation, open, Place.HIDDEN));
      }
      case GET -> get("", any -> true);
      case GET_ODD -> get(ODD, each -> each.sent.odd());
      case CONSUME -> consume(operation, "", any -> true);
      case CONSUME_ODD -> consume(operation, ODD, each -> each.sent.odd());
      case SETTLE -> settle(operation);
      case ACCEPT_IN -> acceptIn(operation);
      case COMMIT -> commit();
      case ROLLBACK -> rollback();
      case PREPARE -> prepare();
      case DECIDE -> decide(operation);
      case PURGE -> purge();
      case BROWSE -> browse();
      case ADVANCE -> life.advance(operation.pick(80));
      case CHECKPOINT -> checkpoint();
      case RESTART -> restart();
      case CRASH -> crash(operation);
      default -> throw new AssertionError(operation.kind);
    }
  }

  // --- publishing ---

  private Known publish(Operation operation, Transaction transaction, Place place) {
    long nowMs = life.nowMs();
    int how = operation.other & 0xff;
    long dueMs = how % 7 == 0 ? nowMs + 1 + operation.pick(150) : 0;
    long expiresAtMs = how % 6 == 0 ? nowMs + 1 + operation.pick(200) : 0;
    Sent sent =
        new Sent(
            "m" + lastId++,
            Math.floorMod(operation.third, 10),
            how % 8 != 1,
            how % 3 == 0,
            expiresAtMs,
            dueMs);
    AmqpMessage message =
        AmqpMessage.builder()
            .persistent(sent.persistent())
            .priority(sent.priority())
            .headers(Map.of("odd", sent.odd()))
            .expiresAtMs(expiresAtMs)
            .deliverAtMs(dueMs)
            .body(new Body.Text(sent.id() + "|" + "x".repeat(how * 8)))
            .build();
    Known known = model.sent(sent, place);
    life.await(channel.publish(Route.toQueue(QUEUE), message, transaction));
    return known;
  }

  // --- taking ---

  private void get(String selector, Predicate<Known> which) {
    boolean[] done = new boolean[1];
    channel
        .get(QUEUE, selector)
        .whenDone(
            (delivery, failure) -> {
              QueueModel.verify(failure == null, "a get fails: " + failure);
              taken(delivery, which);
              done[0] = true;
            });
    for (int ms = 0; ms < LONGEST_MS && !done[0]; ms++) {
      life.advance(1);
    }
    QueueModel.verify(done[0], "a get is never done");
  }

  private void taken(Delivery delivery, Predicate<Known> which) {
    model.expire(life.nowMs());
    Known known = model.taken(delivery, which, life.nowMs());
    if (known != null) {
      hands.put(known, delivery);
    }
  }

  private void consume(Operation operation, String selector, Predicate<Known> which) {
    ConsumeSpec spec = ConsumeSpec.of(QUEUE, 0).withSelector(selector);
    List<Delivery> into = new ArrayList<>();
    try (Consumer consumer = life.await(channel.consume(spec, () -> {}))) {
      for (int i = 0; i < 3; i++) {
        consumer.drain(1 + operation.pick(6), into);
        into.forEach(each -> taken(each, which));
        into.clear();
        life.advance(1);
      }
    }
  }

  // --- settling ---

  private static Known pick(Operation operation, Map<Known, Delivery> from) {
    return from.isEmpty() ? null : List.copyOf(from.keySet()).get(operation.pick(from.size()));
  }

  private void settle(Operation operation) {
    Known known = pick(operation, hands);
    if (known == null) {
      return;
    }
    Outcome outcome =
        switch (Math.floorMod(operation.other, 6)) {
          case 0 -> Outcome.RELEASED;
          case 1 -> Outcome.FAILED;
          case 2 -> Outcome.REJECTED;
          default -> Outcome.ACCEPTED;
        };
    Delivery delivery = hands.remove(known);
    switch (outcome) {
      case RELEASED -> {
        known.place = Place.READY;
        known.delivered = false;
      }
      case FAILED -> model.failed(known);
      case REJECTED -> model.rejected(known);
      default -> model.gone(known);
    }
    life.await(
        operation.third % 2 == 0
            ? channel.settle(delivery, outcome, channel.autoCommit())
            : channel.settle(List.of(delivery), outcome, channel.autoCommit()));
  }

  // --- transactions ---

  private XaBranches xa() {
    return channel.connection().xa();
  }

  /** Begins a transaction unless one is open. */
  private void begin(Operation operation) {
    if (open == null && operation.third % 2 == 0) {
      open = channel.begin();
    } else if (open == null) {
      Branch begun = new Branch(lastId++);
      open = life.await(xa().start(begun, XAResource.TMNOFLAGS));
      working = begun;
    }
  }

  private void acceptIn(Operation operation) {
    Known known = pick(operation, hands);
    if (known == null) {
      return;
    }
    begin(operation);
    Delivery delivery = hands.remove(known);
    life.await(channel.settle(delivery, Outcome.ACCEPTED, open));
    known.place = Place.LOCKED;
    leaving.add(known);
    inTransaction.put(known, delivery);
  }

  private void commit() {
    if (open == null) {
      return;
    }
    if (working == null) {
      life.await(open.commit());
    } else {
      life.await(xa().end(working, XAResource.TMSUCCESS));
      life.await(xa().commit(working, true));
    }
    entering.forEach(each -> each.place = Place.READY);
    leaving.forEach(model::gone);
    over();
  }

  private void rollback() {
    if (open == null) {
      return;
    }
    if (working == null) {
      life.await(open.rollback());
    } else {
      life.await(xa().end(working, XAResource.TMSUCCESS));
      life.await(xa().rollback(working));
    }
    entering.forEach(model::gone);
    leaving.forEach(each -> each.place = Place.HELD);
    hands.putAll(inTransaction);
    over();
  }

  private void over() {
    open = null;
    working = null;
    entering.clear();
    leaving.clear();
    inTransaction.clear();
  }

  // --- promises ---

  private void prepare() {
    if (working == null || promised) {
      return;
    }
    life.await(xa().end(working, XAResource.TMSUCCESS));
    QueueModel.verify(life.await(xa().prepare(working)), "it did nothing");
    branch = working;
    promised = true;
    entering.forEach(each -> each.place = Place.COMING);
    leaving.forEach(each -> each.place = Place.LEAVING);
    coming.addAll(entering);
    going.putAll(inTransaction);
    over();
  }

  private void decide(Operation operation) {
    if (!promised) {
      return;
    }
    promised = false;
    if (operation.one % 2 == 0) {
      life.await(xa().commit(branch, false));
      coming.forEach(each -> each.place = Place.READY);
      going.keySet().forEach(model::gone);
    } else {
      life.await(xa().rollback(branch));
      coming.forEach(model::gone);
      going.forEach(this::back);
    }
    coming.clear();
    going.clear();
  }

  /** To who has it still, or to the queue as one that has failed. */
  private void back(Known known, Delivery delivery) {
    if (delivery == null) {
      model.failed(known);
    } else {
      known.place = Place.HELD;
      hands.put(known, delivery);
    }
  }

  // --- the rest ---

  private void purge() {
    // What came back when its time was over dies at once, but not on the thread that gave it back.
    life.settle();
    // Whether what is over just now is purged or dies is a matter of less than a millisecond.
    while (model.someAreOver(life.nowMs() - 1, life.nowMs() + 1)) {
      life.advance(1);
    }
    model.expire(life.nowMs());
    // It is gone at once, and on disk later: what is due by then stays.
    Ticket<Long> purged = channel.purgeQueue(QUEUE);
    model.purged(life.nowMs());
    life.await(purged);
  }

  private void browse() {
    // A dead letter is seen until it has arrived elsewhere.
    life.advance(ARRIVED_MS);
    model.expire(life.nowMs());
    model.browsed(browsed(QUEUE), life.nowMs());
  }

  private List<Delivery> browsed(String queue) {
    List<Delivery> seen = new ArrayList<>();
    try (Browser browser = life.await(channel.browse(queue, ""))) {
      while (browser.next(50, seen) > 0) {
        life.checkPower();
      }
    }
    return seen;
  }

  private void checkpoint() {
    for (int i = 0; i < 8; i++) {
      AmqpMessage filler =
          AmqpMessage.builder().persistent(true).body(new Body.Text("x".repeat(10_000))).build();
      life.await(channel.publish(Route.toQueue(OTHER), filler, channel.autoCommit()));
    }
    life.await(channel.purgeQueue(OTHER));
    life.settle();
  }

  private void restart() {
    rollback();
    life.advance(QUIET_MS);
    model.expire(life.nowMs());
    life.advance(QUIET_MS);
    life.close();
    disks = disks.afterKill();
    next(false);
  }

  private void crash(Operation operation) {
    life.advance(QUIET_MS);
    model.expire(life.nowMs());
    life.advance(QUIET_MS);
    disks = operation.one % 2 == 0 ? disks.afterKill() : disks.afterCrash();
    next(true);
  }

  private void next(boolean crash) {
    List<Known> held = new ArrayList<>(model.in(Place.HELD));
    held.addAll(model.in(Place.LOCKED));
    model.restarted(crash);
    hands.clear();
    over();
    coming.removeIf(each -> !each.sent.persistent());
    going.replaceAll((known, delivery) -> null);
    begin();
    // What was over meanwhile dies.
    life.advance(ARRIVED_MS);
    model.expire(life.nowMs());
    model.named(browsed(QUEUE), held, browsed(DEAD));
    QueueModel.verify(
        life.await(xa().recover()).size() == (promised ? 1 : 0), "a promise is lost, or kept");
  }
}
