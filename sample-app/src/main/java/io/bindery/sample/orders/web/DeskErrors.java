package io.bindery.sample.orders.web;

import io.bindery.sample.orders.DeskException;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.ext.ExceptionMapper;
import jakarta.ws.rs.ext.Provider;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;

/** What the desk refuses. */
@Provider
public class DeskErrors implements ExceptionMapper<DeskException> {
  private static final Logger LOG = System.getLogger(DeskErrors.class.getName());

  @Override
  public Response toResponse(DeskException error) {
    if (error.status() >= 500) {
      LOG.log(Level.WARNING, error.getMessage(), error);
    }
    return Replies.error(error);
  }
}
