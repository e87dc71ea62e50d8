package io.bindery.server.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import io.bindery.server.access.JsonFailure;
import io.bindery.server.access.User;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A request, its path in parts, and who asks. One thread. */
final class Request {
  private static final ObjectMapper JSON = new ObjectMapper();

  private static final int MOST_BYTES = 32 << 20;

  private final HttpExchange exchange;
  private final List<String> parts;
  private final User user;
  private final String password;

  Request(HttpExchange exchange, User user, String password) throws Refusal {
    this.exchange = exchange;
    this.user = user;
    this.password = password;
    this.parts = parts(exchange.getRequestURI().getRawPath());
  }

  /**
   * The parts of a path, decoded: {@code %2F} is in a part. A slash at its end is none; but an
   * empty part is an empty name, lest what is behind it be taken for what it is of.
   */
  static List<String> parts(String rawPath) throws Refusal {
    List<String> parts = new ArrayList<>();
    for (String part : rawPath.substring(rawPath.startsWith("/") ? 1 : 0).split("/")) {
      parts.add(decoded(part.replace("+", "%2B")));
    }
    return parts;
  }

  private static String decoded(String part) throws Refusal {
    try {
      return URLDecoder.decode(part, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw Refusal.badRequest("'" + part + "' is not percent-encoded: " + e.getMessage());
    }
  }

  /** Its method; HEAD is a GET whose answer is not sent. */
  String method() {
    String method = exchange.getRequestMethod();
    return method.equals(Management.HEAD) ? "GET" : method;
  }

  User user() {
    return user;
  }

  String password() {
    return password;
  }

  /** Its path as it came. */
  String path() {
    return exchange.getRequestURI().getRawPath();
  }

  /** How many parts its path has. */
  int length() {
    return parts.size();
  }

  /** A part of its path; empty when it has no such part. */
  String part(int index) {
    return index < parts.size() ? parts.get(index) : "";
  }

  /** A parameter of its query; empty for none. */
  String parameter(String name) throws Refusal {
    Map<String, String> parameters = new HashMap<>();
    String query = exchange.getRequestURI().getRawQuery();
    for (String each : query == null ? new String[0] : query.split("&")) {
      int equals = each.indexOf('=');
      parameters.put(
          decoded(equals < 0 ? each : each.substring(0, equals)),
          equals < 0 ? "" : decoded(each.substring(equals + 1)));
    }
    return parameters.getOrDefault(name, "");
  }

  /** A header, whose bytes are UTF-8 as RabbitMQ's clients send them; empty for none. */
  String header(String name) {
    String value = exchange.getRequestHeaders().getFirst(name);
    return value == null
        ? ""
        : new String(value.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
  }

  /** Its body, which must be a JSON object; an empty one when there is none. */
  JsonNode body() throws IOException, Refusal {
    byte[] bytes = exchange.getRequestBody().readNBytes(MOST_BYTES + 1);
    if (bytes.length > MOST_BYTES) {
      throw new Refusal(413, "The body is larger than the limit of " + MOST_BYTES + " bytes");
    }
    if (bytes.length == 0) {
      return JSON.createObjectNode();
    }
    try {
      JsonNode node = JSON.readTree(bytes);
      if (!node.isObject()) {
        throw Refusal.badRequest("The body is no JSON object");
      }
      return node;
    } catch (JsonProcessingException e) {
      throw Refusal.badRequest("The body is no JSON: " + JsonFailure.of(e));
    }
  }

  /** Fails, as RabbitMQ does, when keys of a body are missing: what they are is not guessed. */
  static void needs(JsonNode body, List<String> keys) throws Refusal {
    List<String> missing = keys.stream().filter(key -> !body.has(key)).toList();
    if (!missing.isEmpty()) {
      throw Refusal.badRequest(
          "key_missing: "
              + String.join(", ", missing)
              + "; the body must have "
              + String.join(", ", keys));
    }
  }

  /** Fails when who asks has not that tag. */
  void needs(String tag) throws Refusal {
    if (!user.is(tag)) {
      throw Refusal.forbidden("User '" + user.name() + "' needs the tag " + tag + " for this");
    }
  }

  /** Answers with JSON; null for no content. */
  void answer(int status, JsonNode body) throws IOException {
    if (body == null) {
      exchange.sendResponseHeaders(status, -1);
      return;
    }
    byte[] bytes = JSON.writeValueAsBytes(body);
    exchange.getResponseHeaders().set("Cache-Control", "no-store");
    Management.send(exchange, status, bytes);
  }
}
