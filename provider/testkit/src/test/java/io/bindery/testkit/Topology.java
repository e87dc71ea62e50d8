package io.bindery.testkit;

import io.bindery.engine.Arguments;
import io.bindery.engine.Binding;
import io.bindery.engine.ExchangeSpec;
import io.bindery.engine.Observation;
import io.bindery.engine.QueueSpec;
import io.bindery.engine.Route;
import io.bindery.engine.Subscription;
import io.bindery.engine.SubscriptionSpec;
import io.bindery.engine.SubscriptionSpec.Kind;
import io.bindery.engine.Ticket;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The exchanges, queues, bindings and durable subscriptions of a workload: declared, changed and
 * deleted one at a time, and each change is there as a whole or not at all. One thread.
 */
final class Topology {
  static final List<String> QUEUES = List.of(BrokerModel.BURIES, "b", "c", "d");
  static final String FAN = "fan";
  private static final String SPARE = "spare";
  private static final List<String> SUBSCRIPTIONS = List.of("s", "t");
  private static final List<String> KEYS = List.of("x", "y");
  private static final String SELECTOR = "kind = 1";
  private static final int SELECTED = 1;

  private final Scene scene;
  private final Map<String, SubscriptionSpec> subscriptions = new TreeMap<>();
  private Set<String> facts = new TreeSet<>();

  /** What holds once the change is done that is on its way, or null. */
  private Set<String> next;

  /** The subscription that is being made or changed; its queue is in the model only then. */
  private SubscriptionSpec asked;

  /** The subscription that is being deleted. */
  private SubscriptionSpec leaving;

  Topology(Scene scene) {
    this.scene = scene;
  }

  private static String queue(String name) {
    return "queue " + name;
  }

  private static String exchange(String name) {
    return "exchange " + name;
  }

  private static String binding(Binding binding) {
    return "binding "
        + binding.source()
        + " "
        + binding.destination()
        + " "
        + binding.routingKey()
        + " "
        + binding.arguments();
  }

  private static Binding fan(String queue) {
    return Binding.queue(FAN, queue, "");
  }

  private static Binding topic(SubscriptionSpec spec) {
    Map<String, Object> arguments =
        spec.selector().isEmpty() ? Map.of() : Map.of(Arguments.SELECTOR, spec.selector());
    return Binding.queue(
        Arguments.TOPIC_EXCHANGE, spec.queueName(), spec.topic().routingKey(), arguments);
  }

  // --- what is there ---

  /** The queues to which the fanout exchange leads. */
  List<String> fanned() {
    return QUEUES.stream().filter(each -> facts.contains(binding(fan(each)))).toList();
  }

  /** The queues of the subscriptions that a message of a topic reaches. */
  List<String> subscribed(String key, int kind) {
    return subscriptions.values().stream()
        .filter(each -> each.topic().routingKey().equals(key))
        .filter(each -> each.selector().isEmpty() || kind == SELECTED)
        .map(SubscriptionSpec::queueName)
        .toList();
  }

  /** All queues from which messages are taken. */
  List<String> queues() {
    List<String> all = new ArrayList<>(QUEUES);
    subscriptions.values().forEach(each -> all.add(each.queueName()));
    return all;
  }

  String anyKey() {
    return scene.oneOf(KEYS);
  }

  // --- recovery ---

  /** A broker has started: what was declared is there, and what was on its way is or is not. */
  void recovered(Observation observed) {
    Set<String> found = new TreeSet<>();
    observed.exchanges().stream()
        .filter(each -> each.name().equals(FAN) || each.name().equals(SPARE))
        .forEach(each -> found.add(exchange(each.name())));
    observed.queues().stream()
        .filter(each -> !isMadeWhenNeeded(each.name()))
        .forEach(each -> found.add(queue(each.name())));
    observed.bindings().forEach(each -> found.add(binding(each.binding())));
    BrokerModel.verify(
        found.equals(facts) || found.equals(next),
        "declared are " + found + ", not " + facts + " or " + next);
    facts = found;
    next = null;
    for (String each : List.copyOf(scene.model.names())) {
      if (!facts.contains(queue(each)) && !isMadeWhenNeeded(each)) {
        scene.model.deleted(each);
      }
    }
  }

  private static boolean isMadeWhenNeeded(String queue) {
    return queue.startsWith(Arguments.DEAD_QUEUE_PREFIX);
  }

  /** Declares what is missing, asks for the subscriptions again, and ends what was on its way. */
  void complete() {
    change(
        scene.channel().declareExchange(ExchangeSpec.durable(FAN, "fanout")), plus(exchange(FAN)));
    declare(BrokerModel.DEAD);
    QUEUES.forEach(this::declare);
    if (leaving != null) {
      if (!facts.contains(queue(leaving.queueName()))) {
        subscriptions.remove(leaving.name());
      }
      leaving = null;
    }
    if (asked != null) {
      if (facts.contains(queue(asked.queueName()))) {
        subscribe(asked);
      }
      asked = null;
    }
    List.copyOf(subscriptions.values()).forEach(this::subscribe);
  }

  // --- changes ---

  private Set<String> plus(String fact) {
    Set<String> then = new TreeSet<>(facts);
    then.add(fact);
    return then;
  }

  private Set<String> minus(String fact) {
    Set<String> then = new TreeSet<>(facts);
    then.remove(fact);
    return then;
  }

  private Set<String> without(String queue) {
    Set<String> then = minus(queue(queue));
    then.removeIf(each -> each.startsWith("binding ") && each.split(" ")[2].equals(queue));
    return then;
  }

  private <T> T change(Ticket<T> ticket, Set<String> then) {
    next = then;
    T value = scene.await(ticket);
    facts = then;
    next = null;
    return value;
  }

  private void declare(String name) {
    if (!scene.model.names().contains(name)) {
      scene.model.declared(name);
    }
    Map<String, Object> arguments =
        name.equals(BrokerModel.BURIES)
            ? Map.of(
                Arguments.DEAD_LETTER_EXCHANGE,
                "",
                Arguments.DEAD_LETTER_ROUTING_KEY,
                BrokerModel.DEAD,
                Arguments.DELIVERY_LIMIT,
                BrokerModel.MOST_FAILURES - 1)
            : Map.of();
    change(scene.channel().declareQueue(QueueSpec.durable(name, arguments)), plus(queue(name)));
  }

  /** One change. */
  void operate() {
    String queue = scene.oneOf(QUEUES);
    switch (scene.random.nextInt(7)) {
      case 0 -> {
        // What has expired goes to the dead letters before, or with its queue.
        scene.life().settle();
        scene.time();
        scene.drop(queue);
        change(scene.channel().deleteQueue(queue, false, false), without(queue));
        scene.model.deleted(queue);
        scene.drop(queue);
        declare(queue);
      }
      case 1, 2 -> bindOrUnbind(fan(queue));
      case 3 -> spare();
      case 4, 5 -> subscribe(anySubscription());
      default -> unsubscribe();
    }
  }

  private void bindOrUnbind(Binding binding) {
    if (facts.contains(binding(binding))) {
      change(scene.channel().unbind(binding), minus(binding(binding)));
    } else {
      change(scene.channel().bind(binding), plus(binding(binding)));
    }
  }

  private void spare() {
    if (facts.contains(exchange(SPARE))) {
      change(scene.channel().deleteExchange(SPARE, false), minus(exchange(SPARE)));
    } else {
      ExchangeSpec spec = ExchangeSpec.durable(SPARE, "direct");
      change(scene.channel().declareExchange(spec), plus(exchange(SPARE)));
    }
  }

  private SubscriptionSpec anySubscription() {
    return new SubscriptionSpec(
        Kind.SHARED_DURABLE,
        "",
        scene.oneOf(SUBSCRIPTIONS),
        new Route(Arguments.TOPIC_EXCHANGE, scene.oneOf(KEYS), false),
        scene.random.nextBoolean() ? SELECTOR : "",
        false);
  }

  private void subscribe(SubscriptionSpec spec) {
    String queue = spec.queueName();
    boolean same = facts.contains(binding(topic(spec)));
    boolean empty = !same || spec.equals(asked);
    if (empty) {
      asked = spec;
      scene.drop(queue);
      scene.model.deleted(queue);
    }
    Subscription.Outcome must =
        same
            ? Subscription.Outcome.ATTACHED
            : facts.contains(queue(queue))
                ? Subscription.Outcome.REPLACED
                : Subscription.Outcome.CREATED;
    Set<String> then = without(queue);
    then.add(queue(queue));
    then.add(binding(topic(spec)));
    Subscription subscription = change(scene.channel().subscribe(spec), then);
    BrokerModel.verify(subscription.outcome() == must, spec + " was " + subscription.outcome());
    subscription.close();
    if (empty) {
      scene.model.declared(queue);
      subscriptions.put(spec.name(), spec);
      asked = null;
    }
  }

  private void unsubscribe() {
    SubscriptionSpec spec = subscriptions.get(scene.oneOf(SUBSCRIPTIONS));
    scene.life().settle();
    if (spec == null || scene.model.isInUse(spec.queueName())) {
      return;
    }
    leaving = spec;
    String queue = spec.queueName();
    change(scene.channel().unsubscribe("", spec.name()), without(queue));
    scene.drop(queue);
    scene.model.deleted(queue);
    subscriptions.remove(spec.name());
    leaving = null;
  }
}
