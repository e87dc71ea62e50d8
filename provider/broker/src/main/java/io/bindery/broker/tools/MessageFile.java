package io.bindery.broker.tools;

import io.bindery.engine.QueueSpec;
import io.bindery.engine.QueueSpec.Defaults;
import io.bindery.engine.json.JsonException;
import io.bindery.engine.json.JsonReader;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/**
 * The first line of a file of messages: which format it is, and which queue they are from.
 *
 * @param host its virtual host
 * @param queue what was declared
 */
record MessageFile(String host, QueueSpec queue) {
  private static final String FORMAT = "bindery-messages";
  private static final String VERSION = "1";

  String write() {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("format", FORMAT);
    json.put("version", new JsonReader.Literal(VERSION));
    json.put("virtualHost", host);
    json.put("queue", queue.name());
    json.put("defaults", queue.defaults().name().toLowerCase(Locale.ROOT));
    json.put("arguments", FieldJson.table(queue.arguments()));
    return JsonWriter.write(json);
  }

  /** Understands it; the arguments are those of the queue that the messages are from. */
  static MessageFile read(String line) throws JsonException {
    if (!(JsonReader.read(line) instanceof Map<?, ?> json) || !FORMAT.equals(json.get("format"))) {
      throw new JsonException(
          "this is no file of messages: its first line must be like"
              + " {\"format\":\"bindery-messages\",\"version\":1,\"queue\":\"orders\"}");
    }
    if (!new JsonReader.Literal(VERSION).equals(json.get("version"))) {
      throw new JsonException(
          "the file is of another version, and this program reads version "
              + VERSION
              + ": export it with this version, or import it with the one that wrote it");
    }
    Object host = json.get("virtualHost");
    Object defaults = json.get("defaults");
    Object given = json.get("arguments");
    Map<String, Object> arguments =
        given == null ? Map.of() : FieldJson.toTable("arguments", given);
    if (arguments.values().stream().anyMatch(Objects::isNull)) {
      throw new JsonException("arguments: one is null");
    }
    return new MessageFile(
        host == null ? "/" : FieldJson.toText("virtualHost", host),
        new QueueSpec(
            FieldJson.toText("queue", json.get("queue")),
            true,
            false,
            false,
            "amqp".equals(defaults) ? Defaults.AMQP : Defaults.JMS,
            arguments));
  }
}
