package io.bindery.sample.orders.web;

import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.sse.Sse;
import jakarta.ws.rs.sse.SseEventSink;

/** What the page shows, once or as server-sent events. */
@Path("")
@RequestScoped
public class StateResource {
  @Inject private DeskState state;
  @Inject private StateFeed feed;

  /** The state now. */
  @GET
  @Path("state")
  public Response state() {
    return Replies.ok(state.now());
  }

  /** The state now and twice a second from now on: events named {@code state}. */
  @GET
  @Path("events")
  @Produces(MediaType.SERVER_SENT_EVENTS)
  public void events(@Context SseEventSink sink, @Context Sse sse) {
    feed.watch(sink, sse);
  }
}
