package io.bindery.sample.orders.web;

import io.bindery.sample.orders.OrderMessage;
import io.bindery.sample.orders.beans.BeanCard;
import io.bindery.sample.orders.beans.Recorder;
import io.bindery.sample.orders.database.Ledger;
import io.bindery.sample.orders.intake.Uploads;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.json.Json;
import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Response;
import java.util.Map;

/** Which bean did which orders of a run. */
@Path("recorded")
@RequestScoped
public class RecordedResource {
  @Inject private Recorder recorder;
  @Inject private Ledger ledger;
  @Inject private Uploads uploads;

  /**
   * For each bean: how often each order of the run was done, by the database; and since the desk
   * started, how often it failed and how many deliveries were marked redelivered.
   */
  @GET
  public Response recorded(@QueryParam("run") @DefaultValue(OrderMessage.SINGLE) String run) {
    if (!OrderMessage.SINGLE.equals(run)) {
      uploads.get(run); // or it refuses
    }
    Map<String, Map<String, Integer>> done = ledger.run(run);
    JsonArrayBuilder beans = Json.createArrayBuilder();
    for (BeanCard card : BeanCard.ALL) {
      String bean = card.name();
      beans.add(json(bean, done.getOrDefault(bean, Map.of()), recorder.run(bean, run)));
    }
    return Replies.ok(Json.createObjectBuilder().add("run", run).add("beans", beans).build());
  }

  private static JsonObject json(String bean, Map<String, Integer> done, Recorder.RunView view) {
    return Json.createObjectBuilder()
        .add("name", bean)
        .add("redelivered", view.redelivered())
        .add("done", json(done))
        .add("failed", json(view.failed()))
        .build();
  }

  private static JsonObject json(Map<String, Integer> counts) {
    JsonObjectBuilder object = Json.createObjectBuilder();
    counts.forEach(object::add);
    return object.build();
  }
}
