package io.bindery.broker.tools;

import io.bindery.broker.store.Store.StoredMessage;
import io.bindery.broker.store.StoredEntry;
import io.bindery.engine.AmqpMessage;
import io.bindery.engine.Body;
import io.bindery.engine.Route;
import io.bindery.engine.json.JsonException;
import io.bindery.engine.json.JsonReader;
import io.bindery.engine.json.JsonReader.Literal;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** A message as one line of JSON, and back. See the help of {@code export}. */
final class MessageJson {
  private static final List<String> TOLD_ONLY = List.of("deliveries", "failures");

  private final Map<String, Object> json;

  private MessageJson(Map<String, Object> json) {
    this.json = json;
  }

  /** A message. What is not said is not in it. */
  static String write(StoredEntry entry, StoredMessage stored) {
    Map<String, Object> json = new LinkedHashMap<>();
    AmqpMessage message = stored.message();
    put(json, "messageId", message.messageId());
    put(json, "timestamp", time(message.timestampMs()));
    json.put("exchange", stored.route().exchange());
    json.put("routingKey", stored.route().routingKey());
    put(json, "mandatory", stored.route().mandatory() ? true : null);
    json.put("persistent", message.persistent());
    put(json, "priority", message.priority() < 0 ? null : number(message.priority()));
    put(json, "expiration", message.expiration());
    put(json, "expiresAt", time(message.expiresAtMs()));
    put(json, "deliverAt", time(message.deliverAtMs()));
    put(json, "contentType", message.contentType());
    put(json, "contentEncoding", message.contentEncoding());
    put(json, "correlationId", message.correlationId());
    put(json, "replyTo", message.replyTo());
    put(json, "type", message.type());
    put(json, "userId", message.userId());
    put(json, "appId", message.appId());
    put(json, "connectionId", stored.connectionId().isEmpty() ? null : stored.connectionId());
    put(json, "clientId", stored.clientId().isEmpty() ? null : stored.clientId());
    put(json, "deliveries", entry.deliveries() == 0 ? null : number(entry.deliveries()));
    put(json, "failures", entry.failures() == 0 ? null : number(entry.failures()));
    put(json, "headers", message.headers().isEmpty() ? null : FieldJson.table(message.headers()));
    json.put("body", body(message.body()));
    return JsonWriter.write(json);
  }

  private static void put(Map<String, Object> json, String name, Object value) {
    if (value != null) {
      json.put(name, value);
    }
  }

  private static Literal number(int number) {
    return new Literal(Integer.toString(number));
  }

  private static String time(long timeMs) {
    return timeMs == 0 ? null : Instant.ofEpochMilli(timeMs).toString();
  }

  private static Map<String, Object> body(Body body) {
    if (body instanceof Body.Text text) {
      return Map.of("text", text.content());
    } else if (body instanceof Body.Table table) {
      return Map.of("map", FieldJson.table(table.content()));
    } else if (body instanceof Body.Sequence sequence) {
      return Map.of("stream", FieldJson.array(sequence.content()));
    } else if (body instanceof Body.Serialized object) {
      return Map.of("object", FieldJson.base64(object.content()));
    }
    return Map.of("bytes", FieldJson.base64(((Body.Bytes) body).content()));
  }

  /**
   * Reads a message.
   *
   * @param queue its routing key if it says none
   */
  static StoredMessage read(String line, String queue) throws JsonException {
    if (!(JsonReader.read(line) instanceof Map<?, ?> object)) {
      throw new JsonException("a message is an object: {…}");
    }
    Map<String, Object> json = new LinkedHashMap<>();
    object.forEach((name, value) -> json.put(name.toString(), value));
    return new MessageJson(json).message(queue);
  }

  private StoredMessage message(String queue) throws JsonException {
    AmqpMessage.Builder message = AmqpMessage.builder();
    text("messageId", message::messageId);
    message.timestampMs(timeMs("timestamp"));
    Route route =
        new Route(textOr("exchange", ""), textOr("routingKey", queue), truth("mandatory", false));
    message.persistent(truth("persistent", true));
    message.priority(priority());
    text("expiration", message::expiration);
    message.expiresAtMs(timeMs("expiresAt")).deliverAtMs(timeMs("deliverAt"));
    text("contentType", message::contentType);
    text("contentEncoding", message::contentEncoding);
    text("correlationId", message::correlationId);
    text("replyTo", message::replyTo);
    text("type", message::type);
    text("userId", message::userId);
    text("appId", message::appId);
    if (json.containsKey("headers")) {
      message.headers(FieldJson.toTable("headers", json.remove("headers")));
    }
    if (json.containsKey("body")) {
      message.body(body(json.remove("body")));
    }
    StoredMessage stored =
        new StoredMessage(
            message.build(), route, textOr("connectionId", ""), textOr("clientId", ""));
    json.keySet().removeAll(TOLD_ONLY);
    if (!json.isEmpty()) {
      throw new JsonException("a message has no '" + json.keySet().iterator().next() + "'");
    }
    return stored;
  }

  private void text(String name, Consumer<String> into) throws JsonException {
    if (json.containsKey(name)) {
      into.accept(FieldJson.toText(name, json.remove(name)));
    }
  }

  private String textOr(String name, String otherwise) throws JsonException {
    return json.containsKey(name) ? FieldJson.toText(name, json.remove(name)) : otherwise;
  }

  private boolean truth(String name, boolean otherwise) throws JsonException {
    if (!json.containsKey(name)) {
      return otherwise;
    }
    if (json.remove(name) instanceof Boolean truth) {
      return truth;
    }
    throw new JsonException(name + " is neither true nor false");
  }

  private long timeMs(String name) throws JsonException {
    String text = textOr(name, null);
    try {
      return text == null ? 0 : Instant.parse(text).toEpochMilli();
    } catch (DateTimeException | ArithmeticException e) {
      throw new JsonException(name + ": '" + text + "' is no time like 2026-01-31T12:00:00.000Z");
    }
  }

  private int priority() throws JsonException {
    if (!json.containsKey("priority")) {
      return -1;
    }
    if (json.remove("priority") instanceof Literal number
        && number.text().matches("[0-9]{1,3}")
        && Integer.parseInt(number.text()) <= 255) {
      return Integer.parseInt(number.text());
    }
    throw new JsonException("priority is not a number from 0 to 255");
  }

  private static Body body(Object json) throws JsonException {
    if (!(json instanceof Map<?, ?> object) || object.size() != 1) {
      throw new JsonException("body is not a kind and what it holds, like {\"text\":\"…\"}");
    }
    Map.Entry<?, ?> only = object.entrySet().iterator().next();
    String kind = only.getKey().toString();
    String where = "body." + kind;
    return switch (kind) {
      case "text" -> new Body.Text(FieldJson.toText(where, only.getValue()));
      case "bytes" -> new Body.Bytes(FieldJson.toBytes(where, only.getValue()));
      case "object" -> new Body.Serialized(FieldJson.toBytes(where, only.getValue()));
      case "map" -> new Body.Table(FieldJson.toTable(where, only.getValue()));
      case "stream" -> new Body.Sequence(FieldJson.toArray(where, only.getValue()));
      default ->
          throw new JsonException(
              "there is no body of kind '"
                  + kind
                  + "'; there are text, bytes, map, stream, object");
    };
  }
}
