package io.bindery.sample.orders.web;

import io.bindery.sample.orders.beans.Recorder;
import io.bindery.sample.orders.beans.Repair;
import io.bindery.sample.orders.broker.BrokerView;
import io.bindery.sample.orders.intake.Uploads;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.json.JsonObject;

/** The state of the desk now, with rates since the last time somebody asked. Thread-safe. */
@ApplicationScoped
public class DeskState {
  private final Rates rates = new Rates();

  @Inject private BrokerView broker;
  @Inject private Recorder recorder;
  @Inject private Uploads uploads;
  @Inject private Repair repair;

  /** Broker, beans and uploads. */
  public JsonObject now() {
    StateJson.Desk desk =
        new StateJson.Desk(
            broker.snapshot(), recorder::totals, uploads.newestFirst(), repair.done());
    return StateJson.of(desk, rates.update(System.nanoTime(), StateJson.counters(desk)));
  }
}
