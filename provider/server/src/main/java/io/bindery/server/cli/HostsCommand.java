package io.bindery.server.cli;

import java.io.IOException;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Virtual hosts. */
@Command(
    name = "vhosts",
    description = "Lists, adds and deletes virtual hosts.",
    mixinStandardHelpOptions = true)
final class HostsCommand {
  @Spec private CommandSpec spec;

  @Command(description = "Lists all virtual hosts.", mixinStandardHelpOptions = true)
  void list(@Mixin Remote remote) throws IOException {
    Table.print(spec.commandLine().getOut(), remote.ask("GET", "vhosts", null), List.of("name"));
  }

  @Command(description = "Adds a virtual host.", mixinStandardHelpOptions = true)
  void add(@Mixin Remote remote, @Parameters(paramLabel = "NAME") String name) throws IOException {
    remote.ask("PUT", "vhosts/" + Remote.part(name), null);
    spec.commandLine().getOut().println("added");
  }

  @Command(
      description = "Deletes a virtual host with all its queues, exchanges and messages.",
      mixinStandardHelpOptions = true)
  void delete(@Mixin Remote remote, @Parameters(paramLabel = "NAME") String name)
      throws IOException {
    remote.ask("DELETE", "vhosts/" + Remote.part(name), null);
    spec.commandLine().getOut().println("deleted");
  }
}
