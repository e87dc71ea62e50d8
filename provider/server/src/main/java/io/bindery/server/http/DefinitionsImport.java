package io.bindery.server.http;

import com.fasterxml.jackson.databind.JsonNode;
import io.bindery.broker.Broker;
import io.bindery.engine.AmqpConnection;
import io.bindery.engine.AmqpException;
import io.bindery.engine.Binding;
import io.bindery.engine.Channel;
import io.bindery.engine.ConnectSpec;
import io.bindery.engine.ExchangeSpec;
import io.bindery.engine.QueueSpec;
import io.bindery.engine.Ticket;
import io.bindery.server.access.AccessForm;
import io.bindery.server.access.AccessState;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Takes definitions in: all of them or, when anything is wrong with them, none. They are understood
 * and then tried on a {@link Broker#rehearsal} before anything is changed. What is there already
 * and equal stays; an exchange or a queue that differs is an error; users and permissions are
 * replaced. For one use by one thread.
 */
final class DefinitionsImport {
  private static final int MOST_TOLD = 100;

  /** What is taken in. */
  private static final Set<String> TAKEN =
      Set.of(
          "users", "vhosts", "permissions", "topic_permissions", "exchanges", "queues", "bindings");

  /** What says nothing that a single node could use. */
  private static final String PASSED_OVER = "global_parameters";

  private final Desk desk;
  private final JsonNode root;
  private final List<String> wrong = new ArrayList<>();
  private final List<Step> steps = new ArrayList<>();

  /** What cannot be there, since it was refused: what is bound to it need not be told, too. */
  private final Set<Thing> refused = new HashSet<>();

  DefinitionsImport(Desk desk, JsonNode root) {
    this.desk = desk;
    this.root = root;
  }

  /** An exchange or a queue. */
  private record Thing(String host, String kind, String name) {}

  /**
   * Something to be declared.
   *
   * @param place where it is in the definitions
   * @param host the virtual host
   * @param made what is there afterwards; null for a binding
   * @param needed what must be there before
   * @param deed does it
   */
  private record Step(String place, String host, Thing made, List<Thing> needed, Deed deed) {}

  /** Declares something on a channel to a broker. */
  private interface Deed {
    Ticket<?> on(Channel channel, Broker broker) throws AmqpException;
  }

  /**
   * Does it.
   *
   * @param skip kinds that are left out although they are in it
   * @throws Refusal naming all that is wrong; nothing has changed then
   */
  void run(List<String> skip) throws Refusal {
    checkKinds(skip);
    AccessState state = AccessForm.read(root, desk.access().state(), wrong);
    understand("exchanges", this::exchange);
    understand("queues", this::queue);
    understand("bindings", this::binding);
    rehearse(state);
    refuse("Nothing was imported, since not all of it can be");
    desk.change(now -> AccessForm.read(root, now));
    desk.access().state().hosts().forEach(desk.broker()::createVirtualHost);
    declare(desk.broker(), desk::operator);
    refuse("Not all was imported, since the broker has changed meanwhile");
  }

  private void refuse(String what) throws Refusal {
    if (wrong.isEmpty()) {
      return;
    }
    int more = wrong.size() - MOST_TOLD;
    List<String> told = new ArrayList<>(wrong.subList(0, Math.min(wrong.size(), MOST_TOLD)));
    if (more > 0) {
      told.add("and " + more + " more");
    }
    throw Refusal.badRequest(what + ":\n" + String.join("\n", told));
  }

  private void checkKinds(List<String> skip) {
    for (String kind : skip) {
      if (TAKEN.contains(kind)) {
        wrong.add("skip: " + kind + " cannot be left out; take them out of the definitions");
      }
    }
    for (Map.Entry<String, JsonNode> each : root.properties()) {
      String kind = each.getKey();
      boolean known = TAKEN.contains(kind) || kind.equals(PASSED_OVER) || skip.contains(kind);
      if (!known && !each.getValue().isEmpty()) {
        wrong.add(
            kind
                + ": there are "
                + each.getValue().size()
                + ", and this broker has no such thing; give what they set as arguments of queues"
                + " and exchanges, and leave them out: --skip="
                + kind
                + " (over HTTP ?skip="
                + kind
                + ")");
      }
    }
  }

  /** Makes a step of an element. */
  private interface Understanding {
    Step of(String place, String host, JsonNode node) throws Refusal;
  }

  private void understand(String kind, Understanding understanding) {
    JsonNode all = root.path(kind);
    if (!all.isMissingNode() && !all.isArray()) {
      wrong.add(kind + " must be an array");
      return;
    }
    for (int i = 0; i < all.size(); i++) {
      JsonNode node = all.get(i);
      String host = node.path("vhost").asText("/");
      String place = kind + "[" + i + "]";
      try {
        steps.add(understanding.of(place, host, node));
      } catch (Refusal e) {
        wrong.add(place + ": " + e.getMessage());
        refused.add(new Thing(host, kind, node.path("name").asText()));
      }
    }
  }

  private Step exchange(String place, String host, JsonNode node) throws Refusal {
    ExchangeSpec spec = Definitions.exchange(node);
    return new Step(
        place,
        host,
        new Thing(host, "exchanges", spec.name()),
        List.of(),
        (channel, broker) -> channel.declareExchange(spec));
  }

  private Step queue(String place, String host, JsonNode node) throws Refusal {
    QueueSpec spec = Definitions.queue(node);
    if (spec.name().isEmpty()) {
      throw Refusal.badRequest("the name is empty");
    }
    return new Step(
        place,
        host,
        new Thing(host, "queues", spec.name()),
        List.of(),
        (channel, broker) -> {
          broker.adoptQueue(host, spec);
          return channel.declareQueue(spec);
        });
  }

  private Step binding(String place, String host, JsonNode node) throws Refusal {
    Binding binding = Definitions.binding(node);
    boolean queue = binding.destinationType() == Binding.DestinationType.QUEUE;
    return new Step(
        place,
        host,
        null,
        List.of(
            new Thing(host, "exchanges", binding.source()),
            new Thing(host, queue ? "queues" : "exchanges", binding.destination())),
        (channel, broker) -> channel.bind(binding));
  }

  private void rehearse(AccessState state) {
    Set<String> names = new HashSet<>();
    for (Step step : steps) {
      if (step.made != null) {
        names.add(step.made.name);
      }
      step.needed.forEach(needed -> names.add(needed.name));
    }
    try (Broker rehearsal = desk.broker().rehearsal(names)) {
      state.hosts().forEach(rehearsal::createVirtualHost);
      declare(
          rehearsal, host -> rehearsal.connect(new ConnectSpec("", "", host, "import", 0)).await());
    } catch (AmqpException e) {
      wrong.add(e.getMessage());
    }
  }

  /** Connects to a virtual host. */
  private interface Door {
    AmqpConnection open(String host) throws AmqpException;
  }

  private void declare(Broker broker, Door door) {
    Map<String, AmqpConnection> connections = new HashMap<>();
    try {
      for (Step step : steps) {
        if (step.needed.stream().noneMatch(refused::contains)) {
          declare(step, broker, door, connections);
        }
      }
    } finally {
      connections.values().forEach(AmqpConnection::close);
    }
  }

  private void declare(
      Step step, Broker broker, Door door, Map<String, AmqpConnection> connections) {
    try {
      AmqpConnection connection = connections.get(step.host);
      if (connection == null) {
        connection = door.open(step.host);
        connections.put(step.host, connection);
      }
      try (Channel channel = connection.openChannel().await()) {
        step.deed.on(channel, broker).await();
      }
    } catch (AmqpException e) {
      wrong.add(step.place + ": " + e.getMessage());
      if (step.made != null) {
        refused.add(step.made);
      }
    }
  }
}
