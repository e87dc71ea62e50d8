package io.bindery.sample.orders.web;

import io.bindery.sample.orders.beans.Repair;
import io.bindery.sample.orders.broker.DeadLetters;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.json.Json;
import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.io.InputStream;

/** The orders that a bean failed on, and sending them again. */
@Path("dead-letters")
@RequestScoped
public class DeadLettersResource {
  @Inject private DeadLetters deadLetters;
  @Inject private Repair repair;

  /** All queues of dead letters that hold some, with their first letters. */
  @GET
  public Response list() {
    JsonArrayBuilder boxes = Json.createArrayBuilder();
    deadLetters.list().forEach(box -> boxes.add(json(box)));
    return Replies.ok(
        Json.createObjectBuilder().add("repaired", repair.done()).add("queues", boxes).build());
  }

  /**
   * Sends letters again to the queue they came from: {@code queue}, and either {@code id} for one,
   * {@code run} for those of an upload, or neither for all.
   */
  @POST
  @Path("resend")
  @Consumes(MediaType.APPLICATION_JSON)
  public Response resend(InputStream body) {
    JsonObject request = Requests.object(body);
    String selector = null;
    if (request.containsKey("id")) {
      selector = "JMSMessageID = " + quoted(Requests.text(request, "id"));
    } else if (request.containsKey("run")) {
      selector = "run = " + quoted(Requests.text(request, "run"));
    }
    DeadLetters.Resent resent = deadLetters.resend(Requests.text(request, "queue"), selector);
    return Replies.ok(
        Json.createObjectBuilder()
            .add("resent", resent.count())
            .add("left", resent.left())
            .build());
  }

  /** Repairs billing, or breaks it again: {@code {"repaired": true}}. */
  @PUT
  @Path("repair")
  @Consumes(MediaType.APPLICATION_JSON)
  public Response repair(InputStream body) {
    JsonValue repaired = Requests.object(body).get("repaired");
    if (repaired != JsonValue.TRUE && repaired != JsonValue.FALSE) {
      throw Requests.wrong("repaired", "must be true or false");
    }
    repair.set(repaired == JsonValue.TRUE);
    return Replies.ok(Json.createObjectBuilder().add("repaired", repair.done()).build());
  }

  private static JsonObject json(DeadLetters.Box box) {
    JsonArrayBuilder letters = Json.createArrayBuilder();
    for (DeadLetters.Letter letter : box.letters()) {
      letters.add(
          Json.createObjectBuilder()
              .add("id", letter.id())
              .add("run", orEmpty(letter.run()))
              .add("orderId", orEmpty(letter.orderId()))
              .add("text", orEmpty(letter.text())));
    }
    return Json.createObjectBuilder()
        .add("queue", box.queue())
        .add("count", box.count())
        .add("letters", letters)
        .build();
  }

  private static String orEmpty(String text) {
    return text == null ? "" : text;
  }

  private static String quoted(String text) {
    return "'" + text.replace("'", "''") + "'";
  }
}
