package io.bindery.server.http;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.bindery.engine.Observation.ConnectionView;
import io.bindery.server.access.User;
import java.io.IOException;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** Connections over HTTP: who has not the tag for monitoring sees its own. */
final class ConnectionRoutes {
  /** What RabbitMQ says where nothing else is said. */
  private static final String REASON = "Closed via management plugin";

  private final Desk desk;

  ConnectionRoutes(Desk desk) {
    this.desk = desk;
  }

  /** {@code /api/connections}, with {@code /NAME} or {@code /username/NAME} behind it. */
  void answer(Request request) throws IOException, Refusal {
    if (request.length() == 2) {
      Routes.show(request, array(seen(request)));
      return;
    }
    boolean ofUser = request.length() > 3;
    String name = request.part(request.length() - 1);
    Predicate<ConnectionView> asked =
        ofUser ? each -> each.user().equals(name) : each -> each.name().equals(name);
    List<ConnectionView> found = seen(request).filter(asked).toList();
    if (!ofUser && found.isEmpty()) {
      throw Refusal.notFound("There is no connection '" + name + "'");
    }
    if (request.method().equals("DELETE")) {
      close(request, asked, ofUser ? name : found.get(0).user());
    } else {
      Routes.show(request, ofUser ? array(found.stream()) : Views.connection(found.get(0)));
    }
  }

  /** One's own, or as an administrator those of others. */
  private void close(Request request, Predicate<ConnectionView> asked, String owner)
      throws IOException, Refusal {
    if (!owner.equals(request.user().name())) {
      request.needs(User.ADMINISTRATOR);
    }
    String reason = request.header("X-Reason");
    desk.broker()
        .closeConnections(
            asked.and(each -> each.user().equals(owner)), reason.isEmpty() ? REASON : reason);
    request.answer(204, null);
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
