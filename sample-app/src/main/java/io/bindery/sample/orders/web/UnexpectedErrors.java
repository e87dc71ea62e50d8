package io.bindery.sample.orders.web;

import io.bindery.sample.orders.DeskException;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.ext.ExceptionMapper;
import jakarta.ws.rs.ext.Provider;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;

/** All else: the log gets the failure, the client no inner details. */
@Provider
public class UnexpectedErrors implements ExceptionMapper<RuntimeException> {
  private static final Logger LOG = System.getLogger(UnexpectedErrors.class.getName());

  @Override
  public Response toResponse(RuntimeException error) {
    LOG.log(Level.ERROR, "a request failed", error);
    return Replies.error(
        new DeskException(500, "the request failed", "see the server's log for the cause"));
  }
}
