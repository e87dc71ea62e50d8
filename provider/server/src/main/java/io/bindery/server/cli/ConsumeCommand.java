package io.bindery.server.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Takes messages from a queue, or looks at them. */
@Command(
    name = "consume",
    description = "Prints the next messages of a queue, one JSON object in each line.",
    mixinStandardHelpOptions = true)
final class ConsumeCommand implements Callable<Integer> {
  @Mixin private Remote remote;
  @Spec private CommandSpec spec;

  @Option(names = "--vhost", paramLabel = "NAME", defaultValue = "/")
  private String host;

  @Option(
      names = "--count",
      paramLabel = "N",
      defaultValue = "1",
      description = "At most so many (default 1).")
  private int count;

  @Option(names = "--keep", description = "Puts them back afterwards.")
  private boolean keep;

  @Parameters(paramLabel = "QUEUE")
  private String queue;

  @Override
  public Integer call() throws IOException {
    JsonNode messages =
        remote.ask(
            "POST",
            "queues/" + Remote.part(host) + "/" + Remote.part(queue) + "/get",
            JsonNodeFactory.instance
                .objectNode()
                .put("count", count)
                .put("encoding", "auto")
                .put("ackmode", keep ? "ack_requeue_true" : "ack_requeue_false"));
    PrintWriter out = spec.commandLine().getOut();
    messages.forEach(out::println);
    return 0;
  }
}
