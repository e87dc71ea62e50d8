package io.bindery.sample.orders.web;

import io.bindery.sample.orders.DeskException;
import io.bindery.sample.orders.Limits;
import io.bindery.sample.orders.broker.BrokerView;
import io.bindery.sample.orders.intake.Upload;
import io.bindery.sample.orders.intake.UploadIntake;
import io.bindery.sample.orders.intake.Uploads;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.json.Json;
import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonObject;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.io.InputStream;

/**
 * Files of orders. A client opens an upload with the file's name and size, then sends its bytes in
 * one request or in several; after a break it asks for the confirmed byte and goes on there.
 */
@Path("uploads")
@RequestScoped
public class UploadsResource {
  @Inject private Uploads uploads;
  @Inject private UploadIntake intake;
  @Inject private BrokerView broker;

  /** Opens an upload. The size is optional; without it the end of a request ends the file. */
  @POST
  @Consumes(MediaType.APPLICATION_JSON)
  public Response open(InputStream body) {
    JsonObject request = Requests.objectOrEmpty(body);
    String name = request.containsKey("name") ? Requests.text(request, "name") : "orders.csv";
    long size =
        request.containsKey("size")
            ? Requests.number(request, "size", 0, Long.MAX_VALUE)
            : Upload.UNKNOWN_SIZE;
    return Replies.of(201, StateJson.upload(uploads.open(name, size).status(), true));
  }

  /** Opens an upload and takes the whole file at once. */
  @POST
  @Consumes("text/csv")
  public Response openAndSend(
      @QueryParam("name") @DefaultValue("orders.csv") String name, InputStream body) {
    broker.requireBeans();
    Upload upload = uploads.open(name, Upload.UNKNOWN_SIZE);
    return take(upload, 0, body);
  }

  /** Takes bytes of the file, from the confirmed byte on. */
  @PUT
  @Path("{id}")
  @Consumes("text/csv")
  public Response send(
      @PathParam("id") String id, @QueryParam("offset") String offset, InputStream body) {
    Upload upload = uploads.get(id);
    long fromByte = parse(offset);
    broker.requireBeans();
    return take(upload, fromByte, body);
  }

  /** Where an upload stands: the confirmed line and byte, and the bad lines. */
  @GET
  @Path("{id}")
  public Response status(@PathParam("id") String id) {
    return Replies.ok(StateJson.upload(uploads.get(id).status(), true));
  }

  /** All remembered uploads, newest first. */
  @GET
  public Response all() {
    JsonArrayBuilder array = Json.createArrayBuilder();
    uploads.newestFirst().forEach(status -> array.add(StateJson.upload(status, false)));
    return Replies.ok(array.build());
  }

  private Response take(Upload upload, long fromByte, InputStream body) {
    try {
      intake.receive(upload, fromByte, body);
      return Replies.ok(StateJson.upload(upload.status(), true));
    } catch (DeskException e) {
      return Replies.error(
          e, Json.createObjectBuilder().add("upload", StateJson.upload(upload.status(), true)));
    }
  }

  private static long parse(String offset) {
    if (offset == null || offset.isEmpty() || offset.equals("0")) {
      return 0;
    }
    if (!offset.matches("[1-9][0-9]{0,11}")) {
      throw Requests.wrong("offset", "must be a byte of the file, 0 to " + Limits.UPLOAD_BYTES);
    }
    return Long.parseLong(offset);
  }
}
