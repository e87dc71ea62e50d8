package io.bindery.server.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.Base64;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Publishes a message. */
@Command(
    name = "publish",
    description = "Publishes one persistent message.",
    mixinStandardHelpOptions = true)
final class PublishCommand implements Callable<Integer> {
  private static final Set<String> NUMBERS = Set.of("priority", "delivery_mode", "timestamp");

  @Mixin private Remote remote;
  @Spec private CommandSpec spec;

  @Option(names = "--vhost", paramLabel = "NAME", defaultValue = "/")
  private String host;

  @Option(
      names = "--exchange",
      paramLabel = "NAME",
      defaultValue = "",
      description = "Default: the default exchange, whose routing keys are queues.")
  private String exchange;

  @Option(names = "--key", paramLabel = "KEY", required = true, description = "The routing key.")
  private String key;

  @Option(
      names = "--property",
      paramLabel = "NAME=VALUE",
      description = "A property of AMQP, such as content_type=text/plain; may be repeated.")
  private Map<String, String> properties = Map.of();

  @Option(
      names = "--header",
      paramLabel = "NAME=VALUE",
      description = "A header, as text; may be repeated.")
  private Map<String, String> headers = Map.of();

  @Parameters(paramLabel = "BODY", description = "The body, as text; - reads the standard input.")
  private String body;

  private static long number(String property, String value) {
    try {
      return Long.parseLong(value);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "--property=" + property + " is '" + value + "', but must be a number", e);
    }
  }

  @Override
  public Integer call() throws IOException {
    ObjectNode message = JsonNodeFactory.instance.objectNode().put("routing_key", key);
    if (body.equals("-")) {
      message
          .put("payload", Base64.getEncoder().encodeToString(System.in.readAllBytes()))
          .put("payload_encoding", "base64");
    } else {
      message.put("payload", body).put("payload_encoding", "string");
    }
    ObjectNode sent = message.putObject("properties").put("delivery_mode", 2);
    for (Map.Entry<String, String> each : properties.entrySet()) {
      if (each.getKey().equals("headers")) {
        throw new IllegalArgumentException(
            "--property=headers: write --header=NAME=VALUE for each");
      }
      if (NUMBERS.contains(each.getKey())) {
        sent.put(each.getKey(), number(each.getKey(), each.getValue()));
      } else {
        sent.put(each.getKey(), each.getValue());
      }
    }
    ObjectNode all = sent.putObject("headers");
    headers.forEach(all::put);
    String name = exchange.isEmpty() ? "amq.default" : exchange;
    JsonNode answer =
        remote.ask(
            "POST",
            "exchanges/" + Remote.part(host) + "/" + Remote.part(name) + "/publish",
            message);
    if (!answer.path("routed").asBoolean()) {
      throw new IOException(
          exchange.isEmpty()
              ? "there is no queue '" + key + "' in virtual host '" + host + "'"
              : "no queue is bound to exchange '" + exchange + "' for the key '" + key + "'");
    }
    spec.commandLine().getOut().println("published");
    return 0;
  }
}
