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
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * RabbitMQ's {@code definitions.json}: users, virtual hosts, permissions, exchanges, queues and
 * bindings, out and in.
 */
final class Definitions {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final TypeReference<Map<String, Object>> ARGUMENTS = new TypeReference<>() {};
  private static final List<String> UNKNOWN_HERE = List.of("policies", "parameters");

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
  void read(JsonNode root, List<String> skip) throws Refusal, IOException {
    for (String kind : UNKNOWN_HERE) {
      if (!root.path(kind).isEmpty() && !skip.contains(kind)) {
        throw Refusal.badRequest(
            "There are "
                + root.path(kind).size()
                + " "
                + kind
                + ", which this broker has not; give what they set as arguments of queues and"
                + " exchanges, and import with skip="
                + kind);
      }
    }
    try {
      desk.access().change(state -> AccessForm.read(root, state));
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
        node.path("durable").asBoolean(true),
        node.path("auto_delete").asBoolean(false),
        node.path("internal").asBoolean(false),
        arguments(node));
  }

  static QueueSpec queue(JsonNode node) throws Refusal {
    return new QueueSpec(
        text(node, "name"),
        node.path("durable").asBoolean(true),
        false,
        node.path("auto_delete").asBoolean(false),
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

  static Map<String, Object> arguments(JsonNode node) {
    JsonNode arguments = node.path("arguments");
    return arguments.isObject() ? JSON.convertValue(arguments, ARGUMENTS) : Map.of();
  }
}
