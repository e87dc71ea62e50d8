package io.bindery.sample.orders.web;

import io.bindery.sample.orders.DeskException;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.ext.ExceptionMapper;
import jakarta.ws.rs.ext.Provider;

/** Requests that reach no method: unknown paths, wrong methods and media types. */
@Provider
public class RequestErrors implements ExceptionMapper<WebApplicationException> {
  @Override
  public Response toResponse(WebApplicationException error) {
    int status = error.getResponse().getStatus();
    Response json =
        Replies.error(
            new DeskException(
                status,
                "HTTP " + status + " " + error.getResponse().getStatusInfo().getReasonPhrase(),
                "see the paths, methods and media types in the README of the sample application"));
    Response.ResponseBuilder answer = Response.fromResponse(json);
    Object allow = error.getResponse().getHeaders().getFirst("Allow");
    return allow == null ? answer.build() : answer.header("Allow", allow).build();
  }
}
