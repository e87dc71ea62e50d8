package io.bindery.server.cli;

import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Empties a queue. */
@Command(
    name = "purge",
    description = "Removes the messages of a queue that are not in delivery.",
    mixinStandardHelpOptions = true)
final class PurgeCommand implements Callable<Integer> {
  @Mixin private Remote remote;
  @Spec private CommandSpec spec;

  @Option(names = "--vhost", paramLabel = "NAME", defaultValue = "/")
  private String host;

  @Parameters(paramLabel = "QUEUE")
  private String queue;

  @Override
  public Integer call() throws IOException {
    remote.ask(
        "DELETE", "queues/" + Remote.part(host) + "/" + Remote.part(queue) + "/contents", null);
    spec.commandLine().getOut().println("purged");
    return 0;
  }
}
