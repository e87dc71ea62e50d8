package io.bindery.server.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.bindery.engine.AmqpConnection;
import io.bindery.engine.AmqpException;
import io.bindery.engine.Channel;
import io.bindery.engine.Observation;
import io.bindery.engine.Observation.BindingView;
import io.bindery.engine.Observation.ConnectionView;
import io.bindery.engine.Observation.QueueView;
import io.bindery.server.access.User;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** The paths of the management API, each to what it shows or does. */
final class Routes {
  private static final String GET = "GET";
  private static final String PUT = "PUT";
  private static final String POST = "POST";
  private static final String DELETE = "DELETE";

  /** Of what there is in a virtual host, whose name is behind it in a path. */
  private static final Set<String> IN_HOST =
      Set.of("exchanges", "queues", "bindings", "consumers", "permissions", "topic-permissions");

  private final Desk desk;
  private final ConnectionRoutes connections;
  private final AccessRoutes accessRoutes;
  private final Messages messages;
  private final Definitions definitions;

  Routes(Desk desk) {
    this.desk = desk;
    this.connections = new ConnectionRoutes(desk);
    this.accessRoutes = new AccessRoutes(desk, connections);
    this.messages = new Messages(desk);
    this.definitions = new Definitions(desk);
  }

  void answer(Request request) throws IOException, Refusal, AmqpException {
    KnownPaths.check(request);
    if (IN_HOST.contains(request.part(1)) && request.length() > 2) {
      desk.checkHost(request.user(), request.part(2));
    }
    switch (request.part(1)) {
      case "overview" -> show(request, overview(request));
      case "whoami" -> show(request, accessRoutes.whoAmI(request));
      case "users", "vhosts", "permissions", "topic-permissions" -> accessRoutes.answer(request);
      case "definitions" -> definitions(request);
      case "exchanges" -> exchanges(request);
      case "queues" -> queues(request);
      case "bindings" -> bindings(request);
      case "consumers" ->
          show(
              request,
              list(
                  request, seen(request).consumers(), view -> view.virtualHost(), Views::consumer));
      default -> connections.answer(request);
    }
  }

  static void show(Request request, JsonNode what) throws IOException, Refusal {
    if (!request.method().equals(GET)) {
      throw notHere(request);
    }
    request.answer(200, what);
  }

  static Refusal notHere(Request request) {
    return new Refusal(405, request.method() + " is not for this path");
  }

  private Observation seen(Request request) {
    return desk.broker().observe();
  }

  private boolean sees(Request request, String host) {
    return desk.sees(request.user(), host);
  }

  private <T> ArrayNode list(
      Request request, List<T> all, Function<T, String> host, Function<T, ObjectNode> view) {
    ArrayNode list = JsonNodeFactory.instance.arrayNode();
    String only = request.part(2);
    all.stream()
        .filter(each -> only.isEmpty() || host.apply(each).equals(only))
        .filter(each -> sees(request, host.apply(each)))
        .forEach(each -> list.add(view.apply(each)));
    return list;
  }

  /** Of what whoever asks may see: totals tell of what is hidden, too. */
  private ObjectNode overview(Request request) {
    Observation all = seen(request);
    List<QueueView> queues =
        all.queues().stream().filter(each -> sees(request, each.virtualHost())).toList();
    List<ConnectionView> connected = connections.seen(request).toList();
    ObjectNode node =
        Views.object()
            .put("product_name", "Bindery")
            .put("node", desk.broker().identity())
            .put("uri", desk.broker().uri().toString())
            .put("publishers_held", desk.broker().publishersHeld());
    node.putObject("object_totals")
        .put("connections", connected.size())
        .put("channels", connected.stream().mapToInt(ConnectionView::channels).sum())
        .put(
            "exchanges",
            all.exchanges().stream().filter(each -> sees(request, each.virtualHost())).count())
        .put("queues", queues.size())
        .put(
            "consumers",
            all.consumers().stream().filter(each -> sees(request, each.virtualHost())).count());
    long ready = queues.stream().mapToLong(QueueView::ready).sum();
    long unacknowledged = queues.stream().mapToLong(QueueView::unacknowledged).sum();
    node.putObject("queue_totals")
        .put("messages", ready + unacknowledged)
        .put("messages_ready", ready)
        .put("messages_unacknowledged", unacknowledged);
    return node;
  }

  private void definitions(Request request) throws IOException, Refusal {
    request.needs(User.ADMINISTRATOR);
    switch (request.method()) {
      case GET -> request.answer(200, definitions.write());
      case POST, PUT -> {
        new DefinitionsImport(desk, request.body())
            .run(List.of(request.parameter("skip").split(",")));
        request.answer(204, null);
      }
      default -> throw notHere(request);
    }
  }

  /** Does something on a channel of whoever asks, in the virtual host of the path. */
  private interface Deed<T> {
    T on(Channel channel) throws AmqpException, Refusal;
  }

  private <T> T on(Request request, Deed<T> deed) throws AmqpException, Refusal {
    try (AmqpConnection connection = desk.as(request, request.part(2))) {
      return deed.on(connection.openChannel().await());
    }
  }

  private static <T> T one(Stream<T> found, String what) throws Refusal {
    return found.findFirst().orElseThrow(() -> Refusal.notFound("There is no " + what));
  }

  private static Refusal noSuch(Request request, String what) {
    return Refusal.notFound(
        "There is no "
            + what
            + " '"
            + request.part(3)
            + "' in virtual host '"
            + request.part(2)
            + "'");
  }

  private void exchanges(Request request) throws IOException, Refusal, AmqpException {
    String name = request.part(3).equals("amq.default") ? "" : request.part(3);
    if (request.length() <= 3) {
      show(
          request,
          list(request, seen(request).exchanges(), view -> view.virtualHost(), Views::exchange));
      return;
    }
    String action = request.part(4);
    switch (request.method() + " " + action) {
      case "GET " -> {
        Predicate<Observation.ExchangeView> asked =
            view -> view.virtualHost().equals(request.part(2)) && view.name().equals(name);
        request.answer(
            200,
            Views.exchange(
                seen(request).exchanges().stream()
                    .filter(asked.and(view -> sees(request, view.virtualHost())))
                    .findFirst()
                    .orElseThrow(() -> noSuch(request, "exchange"))));
      }
      case "PUT " -> {
        ObjectNode body = request.body().deepCopy();
        body.put("name", name);
        on(request, channel -> channel.declareExchange(Definitions.exchange(body)).await());
        request.answer(201, null);
      }
      case "DELETE " -> {
        boolean unused = Boolean.parseBoolean(request.parameter("if-unused"));
        on(request, channel -> channel.deleteExchange(name, unused).await());
        request.answer(204, null);
      }
      case "POST publish" -> request.answer(200, messages.publish(request, request.body()));
      case "GET bindings" ->
          show(
              request,
              bindings(
                  request,
                  binding ->
                      request.part(5).equals("destination")
                          ? binding.binding().destination().equals(name)
                          : binding.binding().source().equals(name)));
      default -> throw notHere(request);
    }
  }

  private void queues(Request request) throws IOException, Refusal, AmqpException {
    String name = request.part(3);
    if (request.length() <= 3) {
      show(
          request, list(request, seen(request).queues(), view -> view.virtualHost(), Views::queue));
      return;
    }
    switch (request.method() + " " + request.part(4)) {
      case "GET " ->
          request.answer(
              200,
              Views.queue(
                  seen(request).queues().stream()
                      .filter(view -> view.virtualHost().equals(request.part(2)))
                      .filter(view -> view.name().equals(name))
                      .filter(view -> sees(request, view.virtualHost()))
                      .findFirst()
                      .orElseThrow(() -> noSuch(request, "queue"))));
      case "PUT " -> {
        ObjectNode body = request.body().deepCopy();
        body.put("name", name);
        on(request, channel -> channel.declareQueue(Definitions.queue(body)).await());
        request.answer(201, null);
      }
      case "DELETE " -> {
        boolean unused = Boolean.parseBoolean(request.parameter("if-unused"));
        boolean empty = Boolean.parseBoolean(request.parameter("if-empty"));
        on(request, channel -> channel.deleteQueue(name, unused, empty).await());
        request.answer(204, null);
      }
      case "DELETE contents" -> {
        on(request, channel -> channel.purgeQueue(name).await());
        request.answer(204, null);
      }
      case "POST get" -> request.answer(200, messages.get(request, request.body()));
      case "GET bindings" ->
          show(request, bindings(request, view -> view.binding().destination().equals(name)));
      default -> throw notHere(request);
    }
  }

  private ArrayNode bindings(Request request, Predicate<BindingView> which) {
    return list(
        request,
        seen(request).bindings().stream().filter(which).toList(),
        view -> view.virtualHost(),
        Views::binding);
  }

  /** {@code /api/bindings/VHOST/e/EXCHANGE/q|e/DESTINATION[/KEY]}. */
  private void bindings(Request request) throws IOException, Refusal, AmqpException {
    if (request.length() <= 3) {
      show(request, bindings(request, any -> true));
      return;
    }
    String type = request.part(5).equals("e") ? "exchange" : "queue";
    Predicate<BindingView> ends =
        view ->
            view.virtualHost().equals(request.part(2))
                && view.binding().source().equals(request.part(4))
                && view.binding().destination().equals(request.part(6))
                && view.binding().destinationType().name().equalsIgnoreCase(type)
                && (request.length() == 7
                    || Views.propertiesKey(view.binding()).equals(request.part(7)));
    switch (request.method()) {
      case GET -> {
        ArrayNode found = bindings(request, ends);
        if (request.length() > 7 && found.isEmpty()) {
          throw Refusal.notFound("There is no such binding");
        }
        request.answer(200, request.length() > 7 ? found.get(0) : found);
      }
      case POST, PUT -> {
        if (request.length() > 7) {
          throw notHere(request);
        }
        ObjectNode body = request.body().deepCopy();
        body.put("source", request.part(4))
            .put("destination", request.part(6))
            .put("destination_type", type);
        on(request, channel -> channel.bind(Definitions.binding(body)).await());
        request.answer(201, null);
      }
      case DELETE -> {
        BindingView found =
            one(
                seen(request).bindings().stream()
                    .filter(ends)
                    .filter(view -> Views.propertiesKey(view.binding()).equals(request.part(7))),
                "such binding");
        on(request, channel -> channel.unbind(found.binding()).await());
        request.answer(204, null);
      }
      default -> throw notHere(request);
    }
  }
}
