package io.bindery.server.http;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.bindery.engine.Observation.ConnectionView;
import io.bindery.server.access.User;
import java.io.IOException;
import java.util.stream.Stream;

/** Connections over HTTP: who has not the tag for monitoring sees its own. */
final class ConnectionRoutes {
  private final Desk desk;

  ConnectionRoutes(Desk desk) {
    this.desk = desk;
  }

  /** {@code /api/connections} and {@code /api/connections/NAME}. */
  void answer(Request request) throws IOException, Refusal {
    if (request.length() == 2) {
      Routes.show(request, array(seen(request)));
      return;
    }
    String name = request.part(2);
    ConnectionView found =
        seen(request)
            .filter(each -> each.name().equals(name))
            .findFirst()
            .orElseThrow(() -> Refusal.notFound("There is no connection '" + name + "'"));
    Routes.show(request, Views.connection(found));
  }

  /** Those to a virtual host. */
  ArrayNode of(Request request, String host) {
    return array(seen(request).filter(each -> each.virtualHost().equals(host)));
  }

  /** Those that whoever asks may see. */
  Stream<ConnectionView> seen(Request request) {
    User user = request.user();
    return desk.broker().observe().connections().stream()
        .filter(each -> user.is(User.MONITORING) || each.user().equals(user.name()))
        .filter(each -> desk.sees(user, each.virtualHost()));
  }

  private static ArrayNode array(Stream<ConnectionView> connections) {
    ArrayNode all = JsonNodeFactory.instance.arrayNode();
    connections.forEach(each -> all.add(Views.connection(each)));
    return all;
  }
}
