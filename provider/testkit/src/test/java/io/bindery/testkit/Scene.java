package io.bindery.testkit;

import io.bindery.broker.store.StoreException;
import io.bindery.engine.Body;
import io.bindery.engine.Channel;
import io.bindery.engine.Delivery;
import io.bindery.engine.Ticket;
import io.bindery.testkit.BrokerModel.Copy;
import io.bindery.testkit.BrokerModel.Unit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.Consumer;

/**
 * What the parts of a workload share: chance, the model, the broker of this life, and what its
 * consumers hold. One thread.
 */
final class Scene {
  final Random random;
  final BrokerModel model = new BrokerModel();
  private final Map<String, Map<String, Delivery>> hands = new LinkedHashMap<>();
  private final Set<Ticket<?>> open = new HashSet<>();
  private BrokerLife life;
  private Exception unexpected;
  private AssertionError broken;
  private int lastId;

  Scene(long seed) {
    random = new Random(seed);
  }

  /** The identifier that a message of the workload carries. */
  static String id(Delivery delivery) {
    String text = ((Body.Text) delivery.message().body()).content();
    return text.substring(0, text.indexOf('|'));
  }

  BrokerLife life() {
    return life;
  }

  Channel channel() {
    return life.channel();
  }

  /** Another life begins. */
  void begin(BrokerLife next) {
    life = next;
    hands.clear();
    open.clear();
    unexpected = null;
  }

  int nextId() {
    return ++lastId;
  }

  boolean oneIn(int count) {
    return random.nextInt(count) == 0;
  }

  <T> T oneOf(List<T> list) {
    return list.get(random.nextInt(list.size()));
  }

  // --- tickets ---

  /** Does something when a ticket is done, and remembers it if it fails. */
  void follow(Ticket<?> ticket, Runnable then) {
    follow(ticket, value -> then.run());
  }

  /**
   * The same with its value. What the model says against that is kept: here it would end a worker.
   */
  <T> void follow(Ticket<T> ticket, Consumer<T> then) {
    open.add(ticket);
    ticket.whenDone(
        (value, failure) -> {
          open.remove(ticket);
          if (failure != null) {
            unexpected = failure;
            return;
          }
          try {
            then.accept(value);
          } catch (AssertionError e) {
            broken = broken == null ? e : broken;
          }
        });
  }

  private void checkCallbacks() {
    if (broken != null) {
      throw broken;
    }
  }

  <T> T await(Ticket<T> ticket) {
    return life.await(ticket);
  }

  /** Checks that nothing has failed so far. */
  void check() {
    checkCallbacks();
    life.check();
    if (unexpected != null) {
      throw life.over(unexpected);
    }
  }

  /** Checks that nothing has failed, and has the model know the time. */
  long time() {
    check();
    model.time(life.nowMs());
    return life.nowMs();
  }

  /** Does what may meet the end of the store. */
  void guarded(Runnable work) {
    try {
      work.run();
    } catch (StoreException e) {
      throw life.over(e);
    } finally {
      checkCallbacks();
    }
  }

  /** The disk has failed, and nobody may wait any more. */
  void mustEnd() {
    life.mustEnd();
    checkCallbacks();
    BrokerModel.verify(open.isEmpty(), open.size() + " tickets are never done");
  }

  // --- hands ---

  void inHand(Delivery delivery) {
    hands
        .computeIfAbsent(delivery.queue(), any -> new LinkedHashMap<>())
        .put(id(delivery), delivery);
  }

  /** The same for those whose message is still there. */
  void backInHand(List<Delivery> deliveries) {
    deliveries.stream().filter(each -> model.copy(each) != null).forEach(this::inHand);
  }

  /** Nothing of a queue is held any more. */
  void drop(String queue) {
    hands.remove(queue);
  }

  /** Takes some out. */
  List<Delivery> fromHands(int most) {
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

  /** They leave their queues with a unit. */
  void lock(List<Delivery> deliveries, Unit unit) {
    for (Delivery each : deliveries) {
      Copy copy = model.copy(each);
      copy.place = BrokerModel.Place.LOCKED;
      unit.leaves.add(copy);
    }
  }
}
