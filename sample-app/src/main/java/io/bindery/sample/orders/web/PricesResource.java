package io.bindery.sample.orders.web;

import io.bindery.sample.orders.DeskException;
import io.bindery.sample.orders.PriceList;
import io.bindery.sample.orders.PriceRequests;
import io.bindery.sample.orders.Problem;
import io.bindery.sample.orders.broker.BrokerView;
import io.bindery.sample.orders.intake.Uploads;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.json.Json;
import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonObject;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.io.InputStream;
import java.math.BigDecimal;
import java.util.List;

/** Price requests: each is a message to a queue, and its reply another one back. */
@Path("prices")
@RequestScoped
public class PricesResource {
  private static final int MAX_QUANTITY = 1_000;

  @Inject private PriceRequests requests;
  @Inject private BrokerView broker;
  @Inject private Uploads uploads;

  /** Asks the price desk; 504 if no reply comes in time. */
  @POST
  @Consumes(MediaType.APPLICATION_JSON)
  public Response ask(InputStream body) {
    JsonObject request = Requests.object(body);
    String item = Requests.text(request, "item");
    int quantity = (int) Requests.number(request, "quantity", 1, MAX_QUANTITY);
    broker.requireBeans();
    uploads.boundRecords();
    long startedNs = System.nanoTime();
    BigDecimal price =
        requests
            .ask(item, quantity)
            .orElseThrow(
                () ->
                    new DeskException(
                        422,
                        "the desk does not sell this item",
                        "take one of GET /api/prices",
                        List.of(Problem.of("item", "is not on the list"))));
    return Replies.ok(
        Json.createObjectBuilder()
            .add("item", item)
            .add("quantity", quantity)
            .add("price", price)
            .add("roundTripMicros", (System.nanoTime() - startedNs) / 1_000)
            .build());
  }

  /** What the desk sells. */
  @GET
  public Response items() {
    JsonArrayBuilder items = Json.createArrayBuilder();
    PriceList.items().forEach(items::add);
    return Replies.ok(Json.createObjectBuilder().add("items", items).build());
  }
}
