package io.bindery.server.http;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.bindery.engine.Binding;
import io.bindery.engine.ExchangeSpec;
import io.bindery.engine.Observation;
import io.bindery.engine.QueueSpec;
import io.bindery.server.access.AccessForm;
import java.util.Locale;
import java.util.Map;

/**
 * RabbitMQ's {@code definitions.json}: users, virtual hosts, permissions, exchanges, queues and
 * bindings as they go out, and the form of each.
 */
final class Definitions {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final TypeReference<Map<String, Object>> ARGUMENTS = new TypeReference<>() {};
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
      for (Map.Entry<String, JsonNode> each : arguments.properties()) {
        checkArgument(each.getKey(), each.getValue());
      }
      return JSON.convertValue(arguments, ARGUMENTS);
    }
    // Other writers of JSON have an empty array for an empty object.
    if (!arguments.isMissingNode() && !arguments.isNull() && !arguments.isEmpty()) {
      throw Refusal.badRequest("arguments are " + arguments + ", but must be an object");
    }
    return Map.of();
  }

  /** JSON has values that the arguments of AMQP have not. */
  private static void checkArgument(String name, JsonNode value) throws Refusal {
    if (value.isNull()) {
      throw Refusal.badRequest("argument " + name + " is null, or holds it; leave that out");
    }
    if (value.isBigInteger()) {
      throw Refusal.badRequest(
          "argument " + name + " is " + value + ", which has more than 64 bits");
    }
    for (JsonNode each : value) {
      checkArgument(name, each);
    }
  }
}
