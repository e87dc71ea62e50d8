package io.bindery.server.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.bindery.server.access.AccessFile;
import io.bindery.server.access.JsonFailure;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
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
    if (file == null || isStandard(file)) {
      spec.commandLine().getOut().println(text);
    } else {
      write(file, (text + System.lineSeparator()).getBytes(StandardCharsets.UTF_8));
    }
  }

  /** Hashes are for nobody else; but what is no file, such as a pipe, is written as it is. */
  private static void write(Path file, byte[] text) throws IOException {
    if (Files.isRegularFile(file) || Files.notExists(file)) {
      AccessFile.writePrivately(file, text);
    } else {
      Files.write(file, text);
    }
  }

  private static JsonNode read(Path file) throws IOException {
    boolean typed = isStandard(file);
    String shown = typed ? "the standard input" : file.toString();
    try {
      JsonNode root =
          new ObjectMapper().readTree(typed ? System.in.readAllBytes() : Files.readAllBytes(file));
      if (!root.isObject()) {
        throw new IOException(shown + " holds no JSON object");
      }
      return root;
    } catch (JsonProcessingException e) {
      throw new IOException(shown + ", " + JsonFailure.of(e), e);
    }
  }

  /** As for other programs, a file - is the standard input or output. */
  private static boolean isStandard(Path file) {
    return file.toString().equals("-");
  }

  @Command(
      name = "import",
      description =
          "Adds what a file says (- for the standard input): all of it, or nothing when anything is wrong with it. Users and"
              + " permissions are replaced; a queue or an exchange that is there and differs is an"
              + " error.",
      mixinStandardHelpOptions = true)
  void read(
      @Mixin Remote remote,
      @Parameters(paramLabel = "FILE") Path file,
      @Option(
              names = "--skip",
              paramLabel = "KIND",
              split = ",",
              description = "Leaves out what this broker has not: policies, parameters.")
          List<String> skip)
      throws IOException {
    remote.ask(
        "POST",
        "definitions" + (skip == null ? "" : "?skip=" + Remote.part(String.join(",", skip))),
        read(file));
    spec.commandLine().getOut().println("imported");
  }
}
