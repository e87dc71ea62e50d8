package io.bindery.server.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.bindery.engine.Arguments;
import io.bindery.engine.Binding;
import io.bindery.engine.Observation.BindingView;
import io.bindery.engine.Observation.ConnectionView;
import io.bindery.engine.Observation.ConsumerView;
import io.bindery.engine.Observation.ExchangeView;
import io.bindery.engine.Observation.QueueView;
import java.util.Locale;
import java.util.Map;

/** What is there, with RabbitMQ's names of fields. */
final class Views {
  /** Maps have an order of their own in each process; exports shall be the same. */
  private static final ObjectMapper JSON =
      JsonMapper.builder().enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS).build();

  private Views() {}

  static ObjectNode object() {
    return JsonNodeFactory.instance.objectNode();
  }

  static ObjectNode exchange(ExchangeView view) {
    ObjectNode node =
        object()
            .put("name", view.name())
            .put("vhost", view.virtualHost())
            .put("type", view.type())
            .put("durable", view.durable())
            .put("auto_delete", view.spec().autoDelete())
            .put("internal", view.spec().internal());
    node.set("arguments", arguments(view.spec().arguments()));
    node.putObject("message_stats").put("publish_in", view.published());
    return node;
  }

  static ObjectNode queue(QueueView view) {
    ObjectNode node =
        object()
            .put("name", view.name())
            .put("vhost", view.virtualHost())
            .put("durable", view.durable())
            .put("auto_delete", view.autoDelete())
            .put("exclusive", view.exclusive());
    node.set("arguments", arguments(view.spec().arguments()));
    node.put(
            "type",
            String.valueOf(view.spec().arguments().getOrDefault(Arguments.QUEUE_TYPE, "classic")))
        .put("state", "running")
        .put("messages", view.ready() + view.unacknowledged())
        .put("messages_ready", view.ready())
        .put("messages_unacknowledged", view.unacknowledged())
        .put("consumers", view.consumers());
    node.putObject("message_stats")
        .put("publish", view.counters().published())
        .put("deliver_get", view.counters().delivered())
        .put("ack", view.counters().acknowledged())
        .put("redeliver", view.counters().redelivered())
        .put("dead_letter", view.counters().deadLettered());
    return node;
  }

  static ObjectNode binding(BindingView view) {
    Binding binding = view.binding();
    ObjectNode node =
        object()
            .put("source", binding.source())
            .put("vhost", view.virtualHost())
            .put("destination", binding.destination())
            .put("destination_type", binding.destinationType().name().toLowerCase(Locale.ROOT))
            .put("routing_key", binding.routingKey());
    node.set("arguments", arguments(binding.arguments()));
    return node.put("properties_key", propertiesKey(binding));
  }

  /** What tells bindings of the same ends apart in a path. */
  static String propertiesKey(Binding binding) {
    String key = binding.routingKey().isEmpty() ? "~" : binding.routingKey();
    return binding.arguments().isEmpty()
        ? key
        : key + "~" + Integer.toUnsignedString(binding.arguments().hashCode(), 36);
  }

  static ObjectNode consumer(ConsumerView view) {
    ObjectNode node =
        object()
            .put("consumer_tag", view.tag())
            .put("prefetch_count", view.prefetch())
            .put("messages_unacknowledged", view.unacknowledged());
    node.putObject("queue").put("name", view.queue()).put("vhost", view.virtualHost());
    return node;
  }

  static ObjectNode connection(ConnectionView view) {
    return object()
        .put("name", view.name())
        .put("vhost", view.virtualHost())
        .put("user", view.user())
        .put("client_id", view.clientId())
        .put("channels", view.channels())
        .put("state", "running");
  }

  /** Arguments of declarations, as JSON has them. */
  static JsonNode arguments(Map<String, Object> arguments) {
    return JSON.valueToTree(arguments);
  }
}
