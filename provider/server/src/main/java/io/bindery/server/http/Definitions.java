package io.bindery.server.http;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.bindery.engine.AmqpConnection;
import io.bindery.engine.AmqpException;
import io.bindery.engine.Binding;
import io.bindery.engine.Channel;
import io.bindery.engine.ExchangeSpec;
import io.bindery.engine.Observation;
import io.bindery.engine.QueueSpec;
import io.bindery.server.access.AccessForm;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * RabbitMQ's {@code definitions.json}: users, virtual hosts, permissions, exchanges, queues and
 * bindings, out and in.
 */
final class Definitions {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final TypeReference<Map<String, Object>> ARGUMENTS = new TypeReference<>() {};
  private static final List<String> DECLARED = List.of("exchanges", "queues", "bindings");

  /** What is taken in, and what says nothing that a single node could use. */
  private static final Set<String> KNOWN =
      Set.of(
          "users",
          "vhosts",
          "permissions",
          "topic_permissions",
          "exchanges",
          "queues",
          "bindings",
          "global_parameters");

  private final Desk desk;

  Definitions(Desk desk) {
    this.desk = desk;
  }

  /** All that is durable, with password hashes. */
  ObjectNode write() {
    ObjectNode root = Views.object().put("product_name", "Bindery");
    root.setAll(AccessForm.write(desk.access().state()));
    Observation all = desk.broker().observe();
    ArrayNode queues = root.putArray("queues");
    all.queues().stream()
        .filter(queue -> queue.durable() && !queue.exclusive())
        .forEach(
            queue ->
                queues.add(
                    Views.queue(queue)
                        .retain("name", "vhost", "durable", "auto_delete", "arguments")));
    ArrayNode exchanges = root.putArray("exchanges");
    all.exchanges().stream()
        .filter(exchange -> exchange.durable() && !isPredeclared(exchange.name()))
        .forEach(
            exchange -> {
              ObjectNode node = Views.exchange(exchange);
              node.remove("message_stats");
              exchanges.add(node);
            });
    ArrayNode bindings = root.putArray("bindings");
    all.bindings().stream()
        .filter(binding -> outlives(all, binding))
        .forEach(
            binding -> {
              ObjectNode node = Views.binding(binding);
              node.remove("properties_key");
              bindings.add(node);
            });
    return root;
  }

  private static boolean isPredeclared(String exchange) {
    return exchange.isEmpty() || exchange.startsWith("amq.") || exchange.startsWith("bindery.");
  }

  private static boolean outlives(Observation all, Observation.BindingView view) {
    Binding binding = view.binding();
    boolean source =
        all.exchanges().stream()
            .anyMatch(
                each ->
                    each.virtualHost().equals(view.virtualHost())
                        && each.name().equals(binding.source())
                        && each.durable());
    return source
        && (binding.destinationType() == Binding.DestinationType.QUEUE
            ? all.queues().stream()
                .anyMatch(
                    each ->
                        each.virtualHost().equals(view.virtualHost())
                            && each.name().equals(binding.destination())
                            && each.durable()
                            && !each.exclusive())
            : all.exchanges().stream()
                .anyMatch(
                    each ->
                        each.virtualHost().equals(view.virtualHost())
                            && each.name().equals(binding.destination())
                            && each.durable()));
  }

  /**
   * Takes definitions in. What is there already and equal stays; what differs is an error.
   *
   * @param skip kinds that are left out although they are in it
   * @throws Refusal naming all that could not be taken in; nothing is when the whole is malformed
   */
  void read(JsonNode root, List<String> skip) throws Refusal {
    List<String> unknown =
        root.properties().stream()
            .filter(each -> !each.getValue().isEmpty() && !KNOWN.contains(each.getKey()))
            .map(each -> each.getKey())
            .filter(kind -> !skip.contains(kind))
            .toList();
    if (!unknown.isEmpty()) {
      String kinds =
          unknown.stream()
              .map(kind -> root.path(kind).size() + " " + kind)
              .collect(Collectors.joining(" and "));
      throw Refusal.badRequest(
          "There are "
              + kinds
              + ", which this broker has not; give what they set as arguments of queues and"
              + " exchanges, and import with skip="
              + String.join(",", unknown));
    }
    for (String kind : DECLARED) {
      if (root.has(kind) && !root.path(kind).isArray()) {
        throw Refusal.badRequest(kind + " must be an array");
      }
    }
    try {
      desk.change(state -> AccessForm.read(root, state));
      desk.access().state().hosts().forEach(desk.broker()::createVirtualHost);
    } catch (IllegalArgumentException e) {
      throw Refusal.badRequest(e.getMessage());
    }
    List<String> wrong = new ArrayList<>();
    declare(
        root,
        "exchanges",
        wrong,
        (channel, node) -> channel.declareExchange(exchange(node)).await());
    declare(root, "queues", wrong, (channel, node) -> channel.declareQueue(queue(node)).await());
    declare(root, "bindings", wrong, (channel, node) -> channel.bind(binding(node)).await());
    if (!wrong.isEmpty()) {
      throw Refusal.badRequest(String.join("; ", wrong));
    }
  }

  /** Declares something on a channel. */
  private interface Declaration {
    void on(Channel channel, JsonNode node) throws AmqpException, Refusal;
  }

  private void declare(JsonNode root, String kind, List<String> wrong, Declaration declaration) {
    for (JsonNode node : root.path(kind)) {
      try (AmqpConnection connection = desk.operator(node.path("vhost").asText("/"))) {
        declaration.on(connection.openChannel().await(), node);
      } catch (AmqpException | Refusal e) {
        wrong.add(
            kind
                + " '"
                + node.path("name").asText(node.path("destination").asText())
                + "': "
                + e.getMessage());
      }
    }
  }

  static ExchangeSpec exchange(JsonNode node) throws Refusal {
    return new ExchangeSpec(
        text(node, "name"),
        node.path("type").asText("direct"),
        flag(node, "durable", true),
        flag(node, "auto_delete", false),
        flag(node, "internal", false),
        arguments(node));
  }

  static QueueSpec queue(JsonNode node) throws Refusal {
    return new QueueSpec(
        text(node, "name"),
        flag(node, "durable", true),
        false,
        flag(node, "auto_delete", false),
        QueueSpec.Defaults.AMQP,
        arguments(node));
  }

  static Binding binding(JsonNode node) throws Refusal {
    String type = node.path("destination_type").asText("queue");
    if (!type.equals("queue") && !type.equals("exchange")) {
      throw Refusal.badRequest("destination_type is '" + type + "', but must be queue or exchange");
    }
    return new Binding(
        text(node, "source"),
        text(node, "destination"),
        Binding.DestinationType.valueOf(type.toUpperCase(Locale.ROOT)),
        node.path("routing_key").asText(""),
        arguments(node));
  }

  private static String text(JsonNode node, String field) throws Refusal {
    if (!node.path(field).isTextual()) {
      throw Refusal.badRequest("the text " + field + " is missing");
    }
    return node.path(field).textValue();
  }

  private static boolean flag(JsonNode node, String field, boolean byDefault) throws Refusal {
    JsonNode value = node.path(field);
    if (value.isMissingNode() || value.isNull()) {
      return byDefault;
    }
    if (!value.isBoolean()) {
      throw Refusal.badRequest(field + " is " + value + ", but must be true or false");
    }
    return value.booleanValue();
  }

  static Map<String, Object> arguments(JsonNode node) throws Refusal {
    JsonNode arguments = node.path("arguments");
    if (arguments.isObject()) {
      return JSON.convertValue(arguments, ARGUMENTS);
    }
    // Other writers of JSON have an empty array for an empty object.
    if (!arguments.isMissingNode() && !arguments.isNull() && !arguments.isEmpty()) {
      throw Refusal.badRequest("arguments are " + arguments + ", but must be an object");
    }
    return Map.of();
  }
}
