package io.bindery.sample.orders.web;

import io.bindery.sample.orders.beans.BeanCard;
import io.bindery.sample.orders.beans.Recorder;
import io.bindery.sample.orders.broker.BrokerSnapshot;
import io.bindery.sample.orders.intake.Upload;
import jakarta.json.Json;
import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;

/** The state of the desk as the page gets it. Pure: it reads nothing but its arguments. */
final class StateJson {
  private static final int SHOWN_UPLOADS = 5;

  /** All that the picture shows. */
  record Desk(
      BrokerSnapshot broker,
      Function<String, Recorder.Totals> totals,
      List<Upload.Status> uploads,
      boolean repaired) {}

  private StateJson() {}

  /** The counters whose rates the page shows, by the name that {@link #of} looks them up with. */
  static Map<String, Long> counters(Desk desk) {
    Map<String, Long> counters = new HashMap<>();
    desk.broker().exchanges().forEach(e -> counters.put("x:" + e.name(), e.published()));
    for (BrokerSnapshot.Queue queue : desk.broker().queues()) {
      counters.put("in:" + queue.name(), queue.published());
      counters.put("out:" + queue.name(), queue.acknowledged());
    }
    for (BeanCard card : BeanCard.ALL) {
      Recorder.Totals totals = desk.totals().apply(card.name());
      counters.put("b:" + card.name(), totals.recorded() + totals.duplicates());
    }
    return counters;
  }

  static JsonObject of(Desk desk, Map<String, Double> rates) {
    JsonArrayBuilder uploads = Json.createArrayBuilder();
    desk.uploads().stream().limit(SHOWN_UPLOADS).forEach(u -> uploads.add(upload(u, false)));
    BrokerSnapshot broker = desk.broker();
    return Json.createObjectBuilder()
        .add("broker", broker.name())
        .add("ready", ready(broker))
        .add("repaired", desk.repaired())
        .add("exchanges", array(broker.exchanges(), exchange -> exchange(exchange, rates)))
        .add("bindings", array(broker.bindings(), StateJson::binding))
        .add("queues", array(broker.queues(), queue -> queue(queue, rates)))
        .add("beans", array(BeanCard.ALL, card -> bean(card, desk, rates)))
        .add("uploads", uploads)
        .build();
  }

  static JsonObject upload(Upload.Status status, boolean withBadLines) {
    JsonObjectBuilder json =
        Json.createObjectBuilder()
            .add("id", status.id())
            .add("name", status.name())
            .add("state", status.state().name().toLowerCase(Locale.ROOT))
            .add("confirmedLine", status.confirmedLine())
            .add("confirmedByte", status.confirmedByte())
            .add("published", status.published())
            .add("bad", status.badCount());
    if (status.size() >= 0) {
      json.add("size", status.size());
    }
    if (withBadLines) {
      json.add("badLines", Replies.problems(status.bad()));
    }
    return json.build();
  }

  private static boolean ready(BrokerSnapshot broker) {
    return BeanCard.ALL.stream().allMatch(card -> broker.queue(card.queue()).isPresent());
  }

  private static <T> JsonArrayBuilder array(List<T> rows, Function<T, JsonObjectBuilder> row) {
    JsonArrayBuilder array = Json.createArrayBuilder();
    rows.forEach(value -> array.add(row.apply(value)));
    return array;
  }

  private static JsonObjectBuilder exchange(
      BrokerSnapshot.Exchange exchange, Map<String, Double> rates) {
    return Json.createObjectBuilder()
        .add("name", exchange.name())
        .add("type", exchange.type())
        .add("published", exchange.published())
        .add("rate", rate(rates, "x:" + exchange.name()));
  }

  private static JsonObjectBuilder binding(BrokerSnapshot.Binding binding) {
    return Json.createObjectBuilder()
        .add("source", binding.source())
        .add("destination", binding.destination())
        .add("destinationType", binding.destinationType())
        .add("routingKey", binding.routingKey())
        .add("selector", binding.selector());
  }

  private static JsonObjectBuilder queue(BrokerSnapshot.Queue queue, Map<String, Double> rates) {
    return Json.createObjectBuilder()
        .add("name", queue.name())
        .add("ready", queue.ready())
        .add("unacknowledged", queue.unacknowledged())
        .add("consumers", queue.consumers())
        .add("published", queue.published())
        .add("acknowledged", queue.acknowledged())
        .add("redelivered", queue.redelivered())
        .add("deadLettered", queue.deadLettered())
        .add("inRate", rate(rates, "in:" + queue.name()))
        .add("outRate", rate(rates, "out:" + queue.name()));
  }

  private static JsonObjectBuilder bean(BeanCard card, Desk desk, Map<String, Double> rates) {
    Recorder.Totals totals = desk.totals().apply(card.name());
    return Json.createObjectBuilder()
        .add("name", card.name())
        .add("onTopic", card.onTopic())
        .add("pattern", card.pattern())
        .add("selector", card.selector())
        .add("queue", card.queue())
        .add("recorded", totals.recorded())
        .add("duplicates", totals.duplicates())
        .add("redelivered", totals.redelivered())
        .add("failed", totals.failed())
        .add("rate", rate(rates, "b:" + card.name()));
  }

  private static long rate(Map<String, Double> rates, String counter) {
    return Math.round(rates.getOrDefault(counter, 0.0));
  }
}
