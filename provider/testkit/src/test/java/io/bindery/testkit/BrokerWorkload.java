package io.bindery.testkit;

import io.bindery.broker.store.StoreException;
import io.bindery.engine.Delivery;
import io.bindery.engine.Observation.QueueView;
import io.bindery.testkit.BrokerLife.Start;
import io.bindery.testkit.BrokerModel.Found;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/** Random work on a broker, told to a {@link BrokerModel}, over its lives. One thread. */
final class BrokerWorkload {
  /** After this time whatever is delivered later is due. */
  private static final long LATER_MS = 1_000_000;

  private final Random random;
  private final Scene scene;
  private final BrokerModel model;
  private final Topology topology;
  private final Traffic traffic;
  private final Transactions transactions;
  private final long memoryBytes;

  BrokerWorkload(long seed) {
    scene = new Scene(seed);
    random = scene.random;
    model = scene.model;
    topology = new Topology(scene);
    traffic = new Traffic(scene, topology);
    transactions = new Transactions(scene, traffic);
    memoryBytes = random.nextBoolean() ? 64 << 20 : 1536 << 10;
  }

  /** How many came marked as redelivered. */
  long redelivered() {
    return model.redelivered();
  }

  // --- from one life to the next ---

  /** Starts a broker on the disks, and checks what it has. */
  void start(Disks disks) {
    long diedAtMs = diedAtMs();
    Map<String, List<Delivery>> contents = new TreeMap<>();
    Map<String, List<Delivery>> delayed = new TreeMap<>();
    look(disks, SteppedEnvironment.START_MS, contents);
    if (model.hasDelayed()) {
      look(disks, diedAtMs + LATER_MS, delayed);
      onlyDelayed(contents, delayed);
    }
    long startMs = diedAtMs + random.nextInt(scene.oneIn(3) ? 1_000 : 20);
    BrokerLife next = new BrokerLife(disks, new Start(random.nextLong(), memoryBytes, startMs));
    topology.recovered(next.observe());
    model.recovered(new Found(contents, delayed, Transactions.inDoubt(next), diedAtMs, startMs));
    scene.begin(next);
    scene.guarded(this::checkShown);
    scene.guarded(topology::complete);
  }

  private long diedAtMs() {
    return scene.life() == null ? SteppedEnvironment.START_MS : scene.life().diedAtMs();
  }

  /**
   * What another broker would find there that has the same files and another clock: for it nothing
   * has expired, or all is due.
   */
  private static void look(Disks disks, long atMs, Map<String, List<Delivery>> into) {
    BrokerLife other = new BrokerLife(disks.copy(), new Start(1, 64 << 20, atMs));
    try {
      other.observe().queues().stream()
          .map(QueueView::name)
          .forEach(each -> into.put(each, other.browse(each)));
    } catch (StoreException e) {
      throw new AssertionError("what is there cannot be read", e);
    }
  }

  /** Of what is due in the end only that which was not due from the beginning. */
  private static void onlyDelayed(
      Map<String, List<Delivery>> contents, Map<String, List<Delivery>> delayed) {
    delayed.forEach(
        (queue, all) -> {
          List<String> there = contents.get(queue).stream().map(Scene::id).toList();
          all.removeIf(each -> each.message().deliverAtMs() == 0 || there.contains(Scene.id(each)));
        });
  }

  private void checkShown() {
    for (String each : List.copyOf(model.names())) {
      model.shows(each, scene.life().browse(each), scene.life().nowMs());
    }
  }

  /** The disk has failed: the broker has to end by itself. */
  void mustEnd() {
    scene.mustEnd();
  }

  /** Ends it in order. */
  void close() {
    scene.guarded(
        () -> {
          scene.life().advance(2 * BrokerModel.SOON_MS);
          scene.time();
          model.closing();
          scene.life().close();
        });
  }

  // --- work ---

  /** Works until it is done or the broker is over. */
  void work(int operations) {
    scene.guarded(
        () -> {
          for (int i = 0; i < operations; i++) {
            operate();
            scene.check();
            if (scene.oneIn(3)) {
              scene.life().settle();
            }
            if (scene.oneIn(8)) {
              scene.life().advance(1 + random.nextInt(scene.oneIn(10) ? 500 : 20));
            }
            scene.time();
          }
        });
  }

  private void operate() {
    String queue = scene.oneOf(topology.queues());
    switch (random.nextInt(21)) {
      case 0, 1, 2, 3, 4, 5, 6 -> traffic.publish();
      case 7, 8 -> traffic.get(queue);
      case 9 -> traffic.consume(queue);
      case 10, 11, 12 -> traffic.settleOne();
      case 13, 14 -> traffic.settleList();
      case 15, 16 -> transactions.local();
      case 17 -> transactions.branch();
      case 18 -> transactions.decide();
      case 19 -> topology.operate();
      default -> rare(queue);
    }
  }

  private void rare(String queue) {
    switch (random.nextInt(4)) {
      case 0 -> traffic.purge(queue);
      case 1, 2 -> traffic.get(scene.oneOf(model.deadLetters()));
      default -> scene.life().advance(400);
    }
  }
}
