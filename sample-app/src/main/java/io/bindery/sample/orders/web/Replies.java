package io.bindery.sample.orders.web;

import io.bindery.sample.orders.DeskException;
import io.bindery.sample.orders.Problem;
import jakarta.json.Json;
import jakarta.json.JsonArray;
import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import jakarta.json.JsonStructure;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.List;

/** Answers of the REST interface: JSON, never cached. */
final class Replies {
  private Replies() {}

  static Response ok(JsonStructure body) {
    return of(200, body);
  }

  static Response of(int status, JsonStructure body) {
    return Response.status(status)
        .type(MediaType.APPLICATION_JSON_TYPE.withCharset("utf-8"))
        .header("Cache-Control", "no-store")
        .header("X-Content-Type-Options", "nosniff")
        .entity(body.toString())
        .build();
  }

  /** What is wrong, where, and what to do. */
  static Response error(DeskException error) {
    return error(error, Json.createObjectBuilder());
  }

  /** The same, with more about the thing that it happened to. */
  static Response error(DeskException error, JsonObjectBuilder more) {
    JsonObject body =
        more.add("status", error.status())
            .add("error", error.getMessage())
            .add("action", error.action())
            .add("problems", problems(error.problems()))
            .build();
    return of(error.status(), body);
  }

  static JsonArray problems(List<Problem> problems) {
    JsonArrayBuilder array = Json.createArrayBuilder();
    problems.forEach(problem -> array.add(problem.toJson()));
    return array.build();
  }
}
