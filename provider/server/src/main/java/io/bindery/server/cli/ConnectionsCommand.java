package io.bindery.server.cli;

import java.io.IOException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Connections of clients. */
@Command(
    name = "connections",
    description = "Closes connections, which list connections lists.",
    mixinStandardHelpOptions = true)
final class ConnectionsCommand {
  @Spec private CommandSpec spec;

  @Command(
      description = "Closes a connection. Its client is told, and may connect again.",
      mixinStandardHelpOptions = true)
  void close(
      @Mixin Remote remote,
      @Parameters(paramLabel = "NAME", description = "As list connections has it.") String name,
      @Option(
              names = "--reason",
              paramLabel = "TEXT",
              defaultValue = "Closed by an operator",
              description = "What its client is told (default: ${DEFAULT-VALUE}).")
          String reason)
      throws IOException {
    if (!reason.chars().allMatch(each -> each >= ' ' && each <= '~')) {
      throw new IllegalArgumentException(
          "--reason may only have the printable characters of ASCII");
    }
    remote.ask("DELETE", "connections/" + Remote.part(name), null, "X-Reason", reason);
    spec.commandLine().getOut().println("closed connection '" + name + "'");
  }
}
