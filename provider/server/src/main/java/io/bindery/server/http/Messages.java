package io.bindery.server.http;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.bindery.amqp.codec.Bodies;
import io.bindery.engine.AmqpConnection;
import io.bindery.engine.AmqpException;
import io.bindery.engine.AmqpMessage;
import io.bindery.engine.Body;
import io.bindery.engine.Channel;
import io.bindery.engine.Delivery;
import io.bindery.engine.Outcome;
import io.bindery.engine.PublishOutcome;
import io.bindery.engine.Route;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** Publishing and taking single messages over HTTP, for operators: not for traffic. */
final class Messages {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final TypeReference<Map<String, Object>> HEADERS = new TypeReference<>() {};
  private static final List<String> PROPERTIES =
      List.of(
          "delivery_mode",
          "priority",
          "content_type",
          "content_encoding",
          "correlation_id",
          "reply_to",
          "expiration",
          "message_id",
          "timestamp",
          "type",
          "user_id",
          "app_id",
          "headers");
  private static final String BASE64 = "base64";
  private static final Pattern EXPIRATION = Pattern.compile("[0-9]{1,18}");
  private static final long MS_IN_SECOND = 1_000;
  private static final long MOST_SECONDS = Long.MAX_VALUE / MS_IN_SECOND;
  private static final int MOST_AT_ONCE = 10_000;

  private final Desk desk;

  Messages(Desk desk) {
    this.desk = desk;
  }

  /** POST /api/exchanges/VHOST/NAME/publish. */
  ObjectNode publish(Request request, JsonNode body) throws AmqpException, Refusal {
    Request.needs(body, List.of("routing_key", "properties", "payload", "payload_encoding"));
    String exchange = request.part(3).equals("amq.default") ? "" : request.part(3);
    try (AmqpConnection connection = desk.as(request, request.part(2))) {
      Channel channel = connection.openChannel().await();
      Route route = new Route(exchange, body.path("routing_key").asText(""), false);
      AmqpMessage message = message(body);
      if (message.userId() != null && !message.userId().equals(request.user().name())) {
        throw Refusal.badRequest(
            "user_id is '" + message.userId() + "', but must be who publishes");
      }
      PublishOutcome outcome = channel.publish(route, message, channel.autoCommit()).await();
      return Views.object().put("routed", outcome == PublishOutcome.ROUTED);
    }
  }

  private static AmqpMessage message(JsonNode body) throws Refusal {
    JsonNode properties = body.path("properties");
    // Other writers of JSON have an empty array for an empty object.
    if (!properties.isObject() && !(properties.isArray() && properties.isEmpty())) {
      throw Refusal.badRequest("properties are " + properties + ", but must be an object");
    }
    for (Map.Entry<String, JsonNode> each : properties.properties()) {
      if (!PROPERTIES.contains(each.getKey())) {
        throw Refusal.badRequest(
            "There is no property '" + each.getKey() + "'; there are " + PROPERTIES);
      }
    }
    boolean persistent = number(properties, "delivery_mode", new Bounds(1, 1, 2)) == 2;
    long priority = number(properties, "priority", new Bounds(-1, 0, 255));
    long seconds = number(properties, "timestamp", new Bounds(0, 0, MOST_SECONDS));
    String expiration = text(properties, "expiration");
    if (expiration != null && !EXPIRATION.matcher(expiration).matches()) {
      throw Refusal.badRequest(
          "expiration is '" + expiration + "', but must be a number of milliseconds, as a text");
    }
    AmqpMessage.Builder message =
        AmqpMessage.builder()
            .body(new Body.Bytes(payload(body)))
            .priority((int) priority)
            .timestampMs(seconds * MS_IN_SECOND)
            .persistent(persistent)
            .contentType(text(properties, "content_type"))
            .contentEncoding(text(properties, "content_encoding"))
            .correlationId(text(properties, "correlation_id"))
            .replyTo(text(properties, "reply_to"))
            .expiration(expiration)
            .messageId(text(properties, "message_id"))
            .type(text(properties, "type"))
            .userId(text(properties, "user_id"))
            .appId(text(properties, "app_id"));
    JsonNode headers = properties.path("headers");
    if (headers.isObject()) {
      message.headers(JSON.convertValue(headers, HEADERS));
    } else if (!headers.isEmpty() || headers.isValueNode() && !headers.isNull()) {
      throw Refusal.badRequest("headers are " + headers + ", but must be an object");
    }
    try {
      return message.build();
    } catch (IllegalArgumentException e) {
      throw Refusal.badRequest("properties: " + e.getMessage());
    }
  }

  private static byte[] payload(JsonNode body) throws Refusal {
    String payload = text(body, "payload");
    if (payload == null) {
      throw Refusal.badRequest("payload is null, but must be a text");
    }
    String encoding = body.path("payload_encoding").asText();
    try {
      return switch (encoding) {
        case "string" -> payload.getBytes(StandardCharsets.UTF_8);
        case BASE64 -> Base64.getDecoder().decode(payload);
        default ->
            throw Refusal.badRequest(
                "payload_encoding is '" + encoding + "', but must be string or base64");
      };
    } catch (IllegalArgumentException e) {
      throw Refusal.badRequest("payload is no Base64: " + e.getMessage());
    }
  }

  /** A text, null for none: what is none must not be left out as if it were not there. */
  private static String text(JsonNode of, String name) throws Refusal {
    JsonNode value = of.path(name);
    if (!value.isTextual() && !value.isMissingNode() && !value.isNull()) {
      throw Refusal.badRequest(name + " is " + value + ", but must be a text");
    }
    return value.textValue();
  }

  /** What a number is when nothing is said, and from where to where it may be. */
  private record Bounds(long byDefault, long least, long most) {}

  private static long number(JsonNode of, String name, Bounds bounds) throws Refusal {
    JsonNode value = of.path(name);
    if (value.isMissingNode() || value.isNull()) {
      return bounds.byDefault;
    }
    if (!value.isIntegralNumber()
        || !value.canConvertToLong()
        || value.longValue() < bounds.least
        || value.longValue() > bounds.most) {
      throw Refusal.badRequest(
          name
              + " is "
              + value
              + ", but must be a whole number from "
              + bounds.least
              + " to "
              + bounds.most);
    }
    return value.longValue();
  }

  /** POST /api/queues/VHOST/NAME/get. */
  ArrayNode get(Request request, JsonNode body) throws AmqpException, Refusal {
    Request.needs(body, List.of("ackmode", "count", "encoding"));
    int count = count(body.path("count"));
    Outcome outcome = outcome(body.path("ackmode").asText());
    boolean base64 = isBase64(body.path("encoding").asText());
    ArrayNode answer = JSON.createArrayNode();
    try (AmqpConnection connection = desk.as(request, request.part(2))) {
      Channel channel = connection.openChannel().await();
      List<Delivery> taken = new ArrayList<>();
      while (taken.size() < count) {
        Delivery next = channel.get(request.part(3), "").await();
        if (next == null) {
          break;
        }
        taken.add(next);
        answer.add(shown(next, base64));
      }
      if (!taken.isEmpty()) {
        channel.settle(taken, outcome, channel.autoCommit()).await();
      }
    }
    return answer;
  }

  /** Tools that were written for RabbitMQ give it as a text, too. */
  private static int count(JsonNode count) throws Refusal {
    int number = count.isIntegralNumber() || count.isTextual() ? count.asInt(0) : 0;
    if (number < 1 || number > MOST_AT_ONCE) {
      throw Refusal.badRequest(
          "count is " + count + ", but must be a whole number from 1 to " + MOST_AT_ONCE);
    }
    return number;
  }

  private static boolean isBase64(String encoding) throws Refusal {
    return switch (encoding) {
      case "auto" -> false;
      case BASE64 -> true;
      default ->
          throw Refusal.badRequest("encoding is '" + encoding + "', but must be auto or base64");
    };
  }

  private static Outcome outcome(String mode) throws Refusal {
    return switch (mode) {
      case "ack_requeue_true" -> Outcome.RELEASED;
      case "reject_requeue_true" -> Outcome.FAILED;
      case "ack_requeue_false" -> Outcome.ACCEPTED;
      case "reject_requeue_false" -> Outcome.REJECTED;
      default ->
          throw Refusal.badRequest(
              "ackmode is '"
                  + mode
                  + "', but must be ack_requeue_true, ack_requeue_false, reject_requeue_true or"
                  + " reject_requeue_false");
    };
  }

  /** With the body as text, where it is one; or as Base64 always. */
  private static ObjectNode shown(Delivery delivery, boolean base64) {
    AmqpMessage message = delivery.message();
    byte[] bytes = Bodies.encoded(message.body());
    ObjectNode node =
        Views.object()
            .put("exchange", delivery.route().exchange())
            .put("routing_key", delivery.route().routingKey())
            .put("redelivered", delivery.redelivered())
            .put("payload_bytes", bytes.length);
    String text = base64 ? null : textOrNull(bytes);
    node.put("payload", text == null ? Base64.getEncoder().encodeToString(bytes) : text)
        .put("payload_encoding", text == null ? BASE64 : "string");
    ObjectNode properties = node.putObject("properties");
    properties.put("delivery_mode", message.persistent() ? 2 : 1);
    if (message.priority() >= 0) {
      properties.put("priority", message.priority());
    }
    put(properties, "content_type", message.contentType());
    put(properties, "content_encoding", message.contentEncoding());
    put(properties, "correlation_id", message.correlationId());
    put(properties, "reply_to", message.replyTo());
    put(properties, "expiration", message.expiration());
    put(properties, "message_id", message.messageId());
    if (message.timestampMs() != 0) {
      properties.put("timestamp", message.timestampMs() / MS_IN_SECOND);
    }
    put(properties, "type", message.type());
    put(properties, "user_id", message.userId());
    put(properties, "app_id", message.appId());
    if (!message.headers().isEmpty()) {
      properties.set("headers", JSON.valueToTree(message.headers()));
    }
    return node;
  }

  private static String textOrNull(byte[] bytes) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      return null;
    }
  }

  private static void put(ObjectNode properties, String name, String value) {
    if (value != null && !value.isEmpty()) {
      properties.put(name, value);
    }
  }
}
