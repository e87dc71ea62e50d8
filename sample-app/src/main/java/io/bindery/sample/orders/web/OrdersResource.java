package io.bindery.sample.orders.web;

import io.bindery.sample.orders.DeskException;
import io.bindery.sample.orders.OrderChannel;
import io.bindery.sample.orders.OrderMessage;
import io.bindery.sample.orders.OrderRules;
import io.bindery.sample.orders.OrderRules.Checked;
import io.bindery.sample.orders.broker.BrokerView;
import io.bindery.sample.orders.intake.Uploads;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.json.Json;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.io.InputStream;
import java.util.List;

/** Single orders as JSON. */
@Path("orders")
@RequestScoped
public class OrdersResource {
  @Inject private OrderChannel channel;
  @Inject private BrokerView broker;
  @Inject private Uploads uploads;

  /** Publishes one order; 422 names every field that is wrong. */
  @POST
  @Consumes(MediaType.APPLICATION_JSON)
  public Response take(InputStream body) {
    Checked checked = OrderRules.check(Requests.fields(Requests.object(body)));
    if (!checked.valid()) {
      throw new DeskException(
          422, "this is no valid order", "correct the named fields", checked.problems());
    }
    broker.requireBeans();
    uploads.boundRecords();
    channel.publish(OrderMessage.SINGLE, List.of(checked.order()));
    return Replies.of(
        202,
        Json.createObjectBuilder()
            .add("id", checked.order().id())
            .add("topic", checked.order().topic())
            .add("run", OrderMessage.SINGLE)
            .build());
  }
}
