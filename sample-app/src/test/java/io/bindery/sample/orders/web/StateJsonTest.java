package io.bindery.sample.orders.web;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bindery.sample.orders.Problem;
import io.bindery.sample.orders.beans.BeanCard;
import io.bindery.sample.orders.beans.Recorder;
import io.bindery.sample.orders.broker.BrokerSnapshot;
import io.bindery.sample.orders.intake.Upload;
import jakarta.json.JsonObject;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class StateJsonTest {
  private static final Upload.Status UPLOAD =
      new Upload.Status(
          "u-1",
          "a<b>.csv",
          900,
          Upload.State.RUNNING,
          12,
          400,
          9,
          2,
          List.of(
              new Problem(3, "region", "'mars' is not one of [asia, eu, us]"),
              new Problem(4, "", "is empty")));

  private final Recorder recorder = new Recorder(Map.of());

  @Test
  void withoutABrokerTheStateSaysSo() {
    JsonObject state = StateJson.of(desk(BrokerSnapshot.NONE), Map.of());
    assertEquals("", state.getString("broker"));
    assertFalse(state.getBoolean("ready"));
    assertTrue(state.getJsonArray("queues").isEmpty());
    assertEquals(BeanCard.ALL.size(), state.getJsonArray("beans").size());
  }

  @Test
  void itIsReadyWhenEveryBeanHasItsQueue() {
    assertTrue(StateJson.of(desk(broker()), Map.of()).getBoolean("ready"));
  }

  @Test
  void queuesBeansAndExchangesCarryCountsAndRates() {
    recorder.recorded("billing", true);
    recorder.recorded("billing", false);
    recorder.failed("billing", "r", "o-2");
    Map<String, Double> rates =
        Map.of("x:amq.topic", 9.6, "in:sub/billing", 3.0, "out:sub/billing", 2.0, "b:billing", 1.0);
    JsonObject state = StateJson.of(desk(broker()), rates);
    JsonObject queue = state.getJsonArray("queues").getJsonObject(0);
    assertEquals("sub/billing", queue.getString("name"));
    assertEquals(5, queue.getInt("ready"));
    assertEquals(3, queue.getInt("inRate"));
    assertEquals(2, queue.getInt("outRate"));
    JsonObject bean = state.getJsonArray("beans").getJsonObject(0);
    assertEquals(1, bean.getInt("recorded"));
    assertEquals(1, bean.getInt("duplicates"));
    assertEquals(1, bean.getInt("failed"));
    assertEquals(1, bean.getInt("rate"));
    assertEquals(10, state.getJsonArray("exchanges").getJsonObject(0).getInt("rate"));
  }

  @Test
  void everyRateHasItsCounter() {
    recorder.recorded("audit", true);
    Map<String, Long> counters = StateJson.counters(desk(broker()));
    assertEquals(70L, counters.get("x:amq.topic"));
    assertEquals(20L, counters.get("in:sub/billing"));
    assertEquals(11L, counters.get("out:sub/billing"));
    assertEquals(1L, counters.get("b:audit"));
    assertEquals(0L, counters.get("b:billing"));
  }

  @Test
  void anUploadNamesItsConfirmedLineAndByte() {
    JsonObject json = StateJson.upload(UPLOAD, false);
    assertEquals("running", json.getString("state"));
    assertEquals(12, json.getInt("confirmedLine"));
    assertEquals(400, json.getInt("confirmedByte"));
    assertEquals(900, json.getInt("size"));
    assertEquals(2, json.getInt("bad"));
    assertFalse(json.containsKey("badLines"));
  }

  @Test
  void badLinesHaveLineFieldAndReason() {
    JsonObject json = StateJson.upload(UPLOAD, true);
    assertEquals(
        "[{\"line\":3,\"field\":\"region\",\"reason\":\"'mars' is not one of [asia, eu, us]\"},"
            + "{\"line\":4,\"reason\":\"is empty\"}]",
        json.getJsonArray("badLines").toString());
  }

  private StateJson.Desk desk(BrokerSnapshot broker) {
    return new StateJson.Desk(broker, recorder::totals, List.of(UPLOAD), false);
  }

  private static BrokerSnapshot broker() {
    return new BrokerSnapshot(
        "bindery",
        List.of(new BrokerSnapshot.Exchange("amq.topic", "topic", 70)),
        List.of(new BrokerSnapshot.Binding("amq.topic", "sub/billing", "queue", "orders.#", "")),
        BeanCard.ALL.stream()
            .map(card -> new BrokerSnapshot.Queue(card.queue(), 5, 1, 2, 20, 11, 0, 0))
            .toList());
  }
}
