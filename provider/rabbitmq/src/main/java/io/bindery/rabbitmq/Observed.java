package io.bindery.rabbitmq;

import io.bindery.engine.Binding;
import io.bindery.engine.Binding.DestinationType;
import io.bindery.engine.ExchangeSpec;
import io.bindery.engine.Observation.BindingView;
import io.bindery.engine.Observation.ConnectionView;
import io.bindery.engine.Observation.ConsumerView;
import io.bindery.engine.Observation.ExchangeView;
import io.bindery.engine.Observation.QueueCounters;
import io.bindery.engine.Observation.QueueView;
import io.bindery.engine.QueueSpec;
import io.bindery.engine.json.JsonException;
import io.bindery.engine.json.JsonReader.Literal;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * An object of RabbitMQ's management API as the seam has it. What a broker does not tell is 0,
 * false or empty.
 */
final class Observed {
  private static final Observed NOTHING = new Observed(Map.of());

  private final Map<?, ?> fields;

  private Observed(Map<?, ?> fields) {
    this.fields = fields;
  }

  private interface View<T> {
    T of(Observed object) throws JsonException;
  }

  private static <T> List<T> all(List<?> objects, View<T> view) throws JsonException {
    List<T> views = new ArrayList<>();
    for (Object each : objects) {
      if (!(each instanceof Map<?, ?> fields)) {
        throw new JsonException("an object is expected");
      }
      views.add(view.of(new Observed(fields)));
    }
    return List.copyOf(views);
  }

  static List<ExchangeView> exchanges(List<?> objects) throws JsonException {
    return all(
        objects,
        each ->
            new ExchangeView(
                each.host(),
                new ExchangeSpec(
                    each.text("name"),
                    each.text("type"),
                    each.flag("durable"),
                    each.flag("auto_delete"),
                    each.flag("internal"),
                    each.arguments()),
                each.object("message_stats").number("publish_in")));
  }

  static List<BindingView> bindings(List<?> objects) throws JsonException {
    List<Object> bound = new ArrayList<>(objects);
    // Every queue is bound to the default exchange, which goes without saying.
    bound.removeIf(each -> each instanceof Map<?, ?> fields && "".equals(fields.get("source")));
    return all(
        bound,
        each ->
            new BindingView(
                each.host(),
                new Binding(
                    each.text("source"),
                    each.text("destination"),
                    each.text("destination_type").equals("exchange")
                        ? DestinationType.EXCHANGE
                        : DestinationType.QUEUE,
                    each.text("routing_key"),
                    each.arguments())));
  }

  static List<QueueView> queues(List<?> objects) throws JsonException {
    return all(
        objects,
        each ->
            new QueueView(
                each.host(),
                new QueueSpec(
                    each.text("name"),
                    each.flag("durable"),
                    each.flag("exclusive"),
                    each.flag("auto_delete"),
                    QueueSpec.Defaults.AMQP,
                    each.arguments()),
                each.number("messages_ready"),
                each.number("messages_unacknowledged"),
                (int) each.number("consumers"),
                each.object("message_stats").counters()));
  }

  private QueueCounters counters() throws JsonException {
    return new QueueCounters(
        number("publish"),
        number("deliver_get"),
        number("ack"),
        number("redeliver"),
        number("dead_letter"));
  }

  static List<ConsumerView> consumers(List<?> objects) throws JsonException {
    return all(
        objects,
        each ->
            new ConsumerView(
                each.object("queue").host(),
                each.object("queue").text("name"),
                each.text("consumer_tag"),
                (int) each.number("prefetch_count"),
                each.number("messages_unacknowledged")));
  }

  static List<ConnectionView> connections(List<?> objects) throws JsonException {
    return all(
        objects,
        each ->
            new ConnectionView(
                each.host(),
                each.text("name"),
                each.text("user"),
                each.text("client_id"),
                (int) each.number("channels")));
  }

  private String host() throws JsonException {
    return text("vhost");
  }

  private String text(String name) throws JsonException {
    Object value = fields.get(name);
    if (value == null) {
      return "";
    }
    if (value instanceof String text) {
      return text;
    }
    throw new JsonException("'" + name + "' is no string");
  }

  private boolean flag(String name) {
    return Boolean.TRUE.equals(fields.get(name));
  }

  private long number(String name) throws JsonException {
    Object value = fields.get(name);
    if (value == null) {
      return 0;
    }
    if (value instanceof Literal number) {
      return new BigDecimal(number.text()).longValue();
    }
    throw new JsonException("'" + name + "' is no number");
  }

  private Observed object(String name) {
    return fields.get(name) instanceof Map<?, ?> object ? new Observed(object) : NOTHING;
  }

  private Map<String, Object> arguments() {
    return fields.get("arguments") instanceof Map<?, ?> object ? table(object) : Map.of();
  }

  private static Map<String, Object> table(Map<?, ?> object) {
    Map<String, Object> table = new HashMap<>();
    object.forEach(
        (name, value) -> {
          if (value != null) {
            table.put(name.toString(), value(value));
          }
        });
    return table;
  }

  private static Object value(Object json) {
    if (json instanceof Map<?, ?> object) {
      return table(object);
    }
    if (json instanceof List<?> array) {
      List<Object> list = new ArrayList<>();
      array.forEach(each -> list.add(value(each)));
      return list;
    }
    return json instanceof Literal number ? value(number.text()) : json;
  }

  private static Object value(String number) {
    try {
      return Long.valueOf(number);
    } catch (NumberFormatException e) {
      return Double.valueOf(number);
    }
  }
}
