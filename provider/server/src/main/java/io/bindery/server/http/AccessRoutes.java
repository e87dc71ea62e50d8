package io.bindery.server.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.bindery.engine.AmqpException;
import io.bindery.server.access.AccessForm;
import io.bindery.server.access.AccessState;
import io.bindery.server.access.Grant;
import io.bindery.server.access.PasswordHash;
import io.bindery.server.access.User;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/** Users, virtual hosts and permissions over HTTP. */
final class AccessRoutes {
  private final Desk desk;
  private final ConnectionRoutes connections;

  AccessRoutes(Desk desk, ConnectionRoutes connections) {
    this.desk = desk;
    this.connections = connections;
  }

  ObjectNode whoAmI(Request request) {
    return AccessForm.write(request.user(), false);
  }

  void answer(Request request) throws IOException, Refusal, AmqpException {
    switch (request.part(1)) {
      case "users" -> users(request);
      case "vhosts" -> hosts(request);
      case "permissions" -> grants(request, false);
      default -> grants(request, true);
    }
  }

  private AccessState state() {
    return desk.access().state();
  }

  private void users(Request request) throws IOException, Refusal {
    request.needs(User.ADMINISTRATOR);
    onlyLook(request);
    String name = request.part(2);
    switch (request.method()) {
      case "GET" -> {
        if (name.isEmpty()) {
          ArrayNode all = JsonNodeFactory.instance.arrayNode();
          state().users().values().forEach(user -> all.add(AccessForm.write(user, false)));
          request.answer(200, all);
        } else if (request.part(3).endsWith("permissions")) {
          known(name);
          boolean topics = request.part(3).startsWith("topic");
          request.answer(
              200,
              array(
                  state().grants().stream()
                      .filter(each -> each.user().equals(name))
                      .filter(each -> each.exchange().isEmpty() != topics)));
        } else {
          request.answer(200, AccessForm.write(known(name), false));
        }
      }
      case "PUT" -> {
        boolean isNew = !state().users().containsKey(name);
        desk.change(user(name, request.body()));
        request.answer(isNew ? 201 : 204, null);
      }
      case "DELETE" -> {
        known(name);
        desk.change(state -> state.withoutUser(name));
        desk.broker()
            .closeConnections(view -> view.user().equals(name), "user '" + name + "' is deleted");
        request.answer(204, null);
      }
      default -> throw Routes.notHere(request);
    }
  }

  private User known(String name) throws Refusal {
    User user = state().users().get(name);
    if (user == null) {
      throw Refusal.notFound("There is no user '" + name + "'");
    }
    return user;
  }

  /**
   * A password, or the hash of one. An empty one of both is none: nobody can log in by it. Without
   * both it is what there was before; a new user then has none (RabbitMQ, since 3.7). What there
   * was is looked at when it is changed: hashing takes long.
   */
  private UnaryOperator<AccessState> user(String name, JsonNode body) throws Refusal {
    String password = textOrEmpty(body, "password");
    String hash = textOrEmpty(body, "password_hash");
    PasswordHash given = null;
    if (!password.isEmpty()) {
      given = PasswordHash.of(password);
    } else if (!hash.isEmpty()) {
      given =
          PasswordHash.parse(
              body.path("hashing_algorithm").asText(PasswordHash.RABBITMQ_SHA256), hash);
    } else if (!body.has("password_hash")
        && !body.has("tags")
        && !state().users().containsKey(name)) {
      throw Refusal.badRequest(
          "A new user needs a password or a password_hash, or tags where it logs in otherwise");
    }
    PasswordHash changed = given;
    boolean keeps = !body.has("password") && !body.has("password_hash");
    Set<String> tags = AccessForm.tags(body.path("tags"));
    return state -> {
      User before = state.users().get(name);
      return state.with(
          new User(
              name,
              keeps && before != null ? before.hash() : changed,
              body.has("tags") || before == null ? tags : before.tags()));
    };
  }

  /** Null is no text: whether it should mean none or the one before, its sender must say. */
  private static String textOrEmpty(JsonNode body, String field) throws Refusal {
    JsonNode found = body.path(field);
    if (!found.isMissingNode() && !found.isTextual()) {
      throw Refusal.badRequest(field + " must be a text");
    }
    return found.asText("");
  }

  private void hosts(Request request) throws IOException, Refusal, AmqpException {
    onlyLook(request);
    String name = request.part(2);
    switch (request.method()) {
      case "GET" -> request.answer(200, hosts(request, name));
      case "PUT" -> {
        request.needs(User.ADMINISTRATOR);
        boolean isNew = !state().hosts().contains(name);
        desk.change(state -> state.withHost(name));
        desk.broker().createVirtualHost(name);
        request.answer(isNew ? 201 : 204, null);
      }
      case "DELETE" -> {
        request.needs(User.ADMINISTRATOR);
        desk.checkHost(request.user(), name);
        desk.broker().deleteVirtualHost(name).await();
        desk.change(state -> state.withoutHost(name));
        request.answer(204, null);
      }
      default -> throw Routes.notHere(request);
    }
  }

  /** What a user or a virtual host has is not made or deleted with it in the path. */
  private static void onlyLook(Request request) throws Refusal {
    if (request.length() > 3 && !request.method().equals("GET")) {
      throw Routes.notHere(request);
    }
  }

  private JsonNode hosts(Request request, String name) throws Refusal {
    if (name.isEmpty()) {
      ArrayNode all = JsonNodeFactory.instance.arrayNode();
      state().hosts().stream()
          .filter(host -> desk.sees(request.user(), host))
          .forEach(host -> all.addObject().put("name", host));
      return all;
    }
    desk.checkHost(request.user(), name);
    return switch (request.part(3)) {
      case "" -> Views.object().put("name", name);
      case "connections" -> connections.of(request, name);
      default -> {
        request.needs(User.ADMINISTRATOR);
        boolean topics = request.part(3).startsWith("topic");
        yield array(
            state().grants().stream()
                .filter(each -> each.virtualHost().equals(name))
                .filter(each -> each.exchange().isEmpty() != topics));
      }
    };
  }

  private static ArrayNode array(Stream<Grant> grants) {
    ArrayNode all = JsonNodeFactory.instance.arrayNode();
    grants.forEach(grant -> all.add(AccessForm.write(grant)));
    return all;
  }

  /** {@code /api/permissions/VHOST/USER} and {@code /api/topic-permissions/VHOST/USER}. */
  private void grants(Request request, boolean topics) throws IOException, Refusal {
    request.needs(User.ADMINISTRATOR);
    String host = request.part(2);
    String user = request.part(3);
    Stream<Grant> found =
        state().grants().stream()
            .filter(each -> each.exchange().isEmpty() != topics)
            .filter(each -> host.isEmpty() || each.virtualHost().equals(host))
            .filter(each -> user.isEmpty() || each.user().equals(user));
    switch (request.method()) {
      case "GET" -> request.answer(200, shown(found.toList(), user, topics));
      case "PUT" -> {
        known(user);
        Grant grant = grant(request.body(), user, host, topics);
        boolean isNew = found.noneMatch(each -> each.exchange().equals(grant.exchange()));
        desk.change(state -> state.with(grant));
        request.answer(isNew ? 201 : 204, null);
      }
      case "DELETE" -> {
        List<Grant> all = found.toList();
        if (all.isEmpty() || user.isEmpty()) {
          throw Refusal.notFound("User '" + user + "' has no such permission in '" + host + "'");
        }
        for (Grant each : all) {
          desk.change(state -> state.withoutGrant(user, host, each.exchange()));
        }
        request.answer(204, null);
      }
      default -> throw Routes.notHere(request);
    }
  }

  /** All of them; of a user in a virtual host there is one, but for topics one of each exchange. */
  private JsonNode shown(List<Grant> found, String user, boolean topics) throws Refusal {
    if (!user.isEmpty()) {
      known(user);
    }
    if (user.isEmpty() || topics) {
      return array(found.stream());
    }
    if (found.isEmpty()) {
      throw Refusal.notFound("User '" + user + "' has no permissions there");
    }
    return AccessForm.write(found.get(0));
  }

  private static Grant grant(JsonNode body, String user, String host, boolean topics)
      throws Refusal {
    Request.needs(body, List.of(topics ? "exchange" : "configure", "write", "read"));
    return new Grant(
        user,
        host,
        topics ? text(body, "exchange") : "",
        topics ? "" : text(body, "configure"),
        text(body, "write"),
        text(body, "read"));
  }

  private static String text(JsonNode body, String field) throws Refusal {
    if (!body.path(field).isTextual()) {
      throw Refusal.badRequest(field + " is " + body.path(field) + ", but must be a text");
    }
    return body.path(field).textValue();
  }
}
