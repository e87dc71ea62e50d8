package io.bindery.server.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** RabbitMQ's definitions. */
@Command(
    name = "definitions",
    description =
        "Exports and imports users, virtual hosts, permissions, queues, exchanges and bindings, in"
            + " RabbitMQ's form.",
    mixinStandardHelpOptions = true)
final class DefinitionsCommand {
  @Spec private CommandSpec spec;

  @Command(
      name = "export",
      description = "Writes them to a file, or to the standard output. It holds password hashes.",
      mixinStandardHelpOptions = true)
  void export(@Mixin Remote remote, @Parameters(paramLabel = "FILE", arity = "0..1") Path file)
      throws IOException {
    String text = remote.ask("GET", "definitions", null).toPrettyString();
    if (file == null) {
      spec.commandLine().getOut().println(text);
    } else {
      Files.writeString(file, text + System.lineSeparator());
    }
  }

  @Command(
      name = "import",
      description = "Adds what a file says; what is there and differs is an error.",
      mixinStandardHelpOptions = true)
  void read(
      @Mixin Remote remote,
      @Parameters(paramLabel = "FILE") Path file,
      @Option(
              names = "--skip",
              paramLabel = "KIND",
              split = ",",
              description = "Leaves out policies or parameters, which this broker has not.")
          List<String> skip)
      throws IOException {
    JsonNode root;
    try {
      root = new ObjectMapper().readTree(Files.readAllBytes(file));
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(
          file + ", line " + e.getLocation().getLineNr() + ": " + e.getOriginalMessage(), e);
    }
    remote.ask(
        "POST",
        "definitions" + (skip == null ? "" : "?skip=" + Remote.part(String.join(",", skip))),
        root);
    spec.commandLine().getOut().println("imported");
  }
}
