package io.bindery.testkit;

import io.bindery.engine.AmqpMessage;
import io.bindery.engine.Arguments;
import io.bindery.engine.Body;
import io.bindery.engine.ConsumeSpec;
import io.bindery.engine.Consumer;
import io.bindery.engine.Delivery;
import io.bindery.engine.Outcome;
import io.bindery.engine.PublishOutcome;
import io.bindery.engine.Route;
import io.bindery.engine.Ticket;
import io.bindery.engine.Transaction;
import io.bindery.testkit.BrokerModel.Asked;
import io.bindery.testkit.BrokerModel.Copy;
import io.bindery.testkit.BrokerModel.Place;
import io.bindery.testkit.BrokerModel.Progress;
import io.bindery.testkit.BrokerModel.Sent;
import io.bindery.testkit.BrokerModel.Unit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * Messages of a workload: published, taken, settled and purged outside transactions. One thread.
 */
final class Traffic {
  private static final int ANY = -1;
  private static final int KINDS = 3;
  private static final int LARGEST = 40 << 10;
  private static final int PATIENCE_MS = 500;

  private final Scene scene;
  private final Random random;
  private final BrokerModel model;
  private final Topology topology;

  Traffic(Scene scene, Topology topology) {
    this.scene = scene;
    this.random = scene.random;
    this.model = scene.model;
    this.topology = topology;
  }

  // --- publishing ---

  void publish() {
    Unit unit = model.unit(Progress.ISSUED, 0);
    scene.follow(publish(unit, scene.channel().autoCommit()), () -> model.applied(unit));
  }

  /** To a queue, to all that are bound, or to those of a topic. */
  Ticket<PublishOutcome> publish(Unit unit, Transaction transaction) {
    Sent sent = anything();
    Route route;
    List<String> targets;
    switch (random.nextInt(5)) {
      case 0, 1 -> {
        route = new Route(Topology.FAN, "", false);
        targets = topology.fanned();
      }
      case 2 -> {
        route = new Route(Arguments.TOPIC_EXCHANGE, topology.anyKey(), false);
        targets = topology.subscribed(route.routingKey(), sent.kind());
      }
      default -> {
        route = Route.toQueue(scene.oneOf(Topology.QUEUES));
        targets = List.of(route.routingKey());
      }
    }
    targets.forEach(each -> unit.enters.add(model.coming(each, sent)));
    return scene.channel().publish(route, message(sent), transaction);
  }

  /** A few are delivered later, a few expire; none both. */
  private Sent anything() {
    long nowMs = scene.life().nowMs();
    boolean delayed = scene.oneIn(8);
    return new Sent(
        "m" + scene.nextId(),
        scene.oneIn(4) ? random.nextInt(10) : AmqpMessage.DEFAULT_PRIORITY,
        !scene.oneIn(8),
        random.nextInt(KINDS),
        !delayed && scene.oneIn(8) ? nowMs + 1 + random.nextInt(400) : 0,
        delayed ? nowMs + 1 + random.nextInt(400) : 0);
  }

  private AmqpMessage message(Sent sent) {
    int size = scene.oneIn(40) ? random.nextInt(LARGEST) : random.nextInt(2_000);
    return AmqpMessage.builder()
        .persistent(sent.persistent())
        .priority(sent.priority())
        .headers(Map.of("kind", sent.kind()))
        .expiresAtMs(sent.expiresAtMs())
        .deliverAtMs(sent.deliverAtMs())
        .body(new Body.Text(sent.id() + "|" + "x".repeat(size)))
        .build();
  }

  // --- taking ---

  private int anyKind() {
    return scene.oneIn(3) ? random.nextInt(KINDS) : ANY;
  }

  private static String selector(int kind) {
    return kind == ANY ? "" : "kind = " + kind;
  }

  void get(String queue) {
    int kind = anyKind();
    boolean[] done = new boolean[1];
    Ticket<Delivery> ticket = scene.channel().get(queue, selector(kind));
    scene.follow(ticket, delivery -> done[0] = taken(queue, kind, delivery));
    for (int i = 0; i < PATIENCE_MS && !done[0]; i++) {
      scene.check();
      scene.life().advance(1);
    }
    scene.check();
    BrokerModel.verify(done[0], "a get is never done");
  }

  private boolean taken(String queue, int kind, Delivery delivery) {
    model.taken(new Asked(queue, kind, scene.life().nowMs()), delivery);
    if (delivery != null) {
      scene.inHand(delivery);
    }
    return true;
  }

  void consume(String queue) {
    int kind = anyKind();
    List<Delivery> into = new ArrayList<>();
    ConsumeSpec spec = ConsumeSpec.of(queue, 0).withSelector(selector(kind));
    try (Consumer consumer = scene.await(scene.channel().consume(spec, () -> {}))) {
      int max = 1 + random.nextInt(8);
      for (int i = 0; i < 3; i++) {
        consumer.drain(max, into);
        into.forEach(each -> taken(queue, kind, each));
        into.clear();
        scene.life().settle();
      }
    }
  }

  void purge(String queue) {
    scene.life().settle();
    long nowMs = scene.time();
    Unit unit = model.unit(Progress.ISSUED, 0);
    unit.unseen = true;
    unit.soonAtMs = nowMs;
    model.in(queue, Place.READY).stream()
        .filter(each -> each.sent.isDue(nowMs))
        .forEach(unit.leaves::add);
    unit.leaves.forEach(each -> each.place = Place.LOCKED);
    scene.await(scene.channel().purgeQueue(queue));
  }

  // --- settling ---

  void settleOne() {
    List<Delivery> one = scene.fromHands(1);
    if (one.isEmpty()) {
      return;
    }
    Delivery delivery = one.get(0);
    Copy copy = model.copy(delivery);
    Outcome outcome =
        switch (random.nextInt(6)) {
          case 0 -> {
            copy.place = Place.READY;
            yield Outcome.RELEASED;
          }
          case 1 -> {
            model.failed(copy, scene.life().nowMs());
            yield Outcome.FAILED;
          }
          case 2 -> {
            model.died(copy, scene.life().nowMs(), true);
            yield Outcome.REJECTED;
          }
          default -> {
            Unit unit = model.unit(Progress.ISSUED, 0);
            unit.soonAtMs = scene.life().nowMs();
            scene.lock(one, unit);
            yield Outcome.ACCEPTED;
          }
        };
    scene.await(scene.channel().settle(delivery, outcome, scene.channel().autoCommit()));
  }

  void settleList() {
    List<Delivery> some = scene.fromHands(2 + random.nextInt(5));
    if (some.size() < 2) {
      some.forEach(scene::inHand);
      return;
    }
    Unit unit = model.unit(Progress.ISSUED, 0);
    scene.lock(some, unit);
    scene.follow(
        scene.channel().settle(some, Outcome.ACCEPTED, scene.channel().autoCommit()),
        () -> model.applied(unit));
  }
}
