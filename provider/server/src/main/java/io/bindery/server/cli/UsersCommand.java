package io.bindery.server.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.Console;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Users. */
@Command(
    name = "users",
    description = "Lists, adds, changes and deletes users.",
    mixinStandardHelpOptions = true)
final class UsersCommand {
  @Spec private CommandSpec spec;

  /**
   * What is typed, or the standard input without the end of its line: a blank may be part of it.
   */
  private static String password(CommandSpec spec) throws IOException {
    Console console = System.console();
    char[] typed = console == null ? null : console.readPassword("Password: ");
    String password = typed == null ? "" : new String(typed);
    if (console == null) {
      password =
          new String(System.in.readAllBytes(), StandardCharsets.UTF_8).replaceAll("\\R\\z", "");
    }
    if (password.isEmpty()) {
      throw new IllegalArgumentException(
          "the password is empty: type it, or give it on the standard input of " + spec.name());
    }
    return password;
  }

  private static ArrayNode array(List<String> tags) {
    ArrayNode array = JsonNodeFactory.instance.arrayNode();
    tags.forEach(array::add);
    return array;
  }

  @Command(description = "Lists all users with their tags.", mixinStandardHelpOptions = true)
  void list(@Mixin Remote remote) throws IOException {
    JsonNode all = remote.ask("GET", "users", null);
    Table.print(spec.commandLine().getOut(), all, List.of("name", "tags"));
  }

  @Command(
      description =
          "Adds a user. The password is asked for, or read from the standard input. Give it"
              + " permissions afterwards.",
      mixinStandardHelpOptions = true)
  void add(
      @Mixin Remote remote,
      @Parameters(paramLabel = "NAME") String name,
      @Option(
              names = "--tag",
              paramLabel = "TAG",
              description =
                  "administrator, monitoring, management or impersonator; may be repeated.")
          List<String> tags)
      throws IOException {
    boolean there = false;
    for (JsonNode each : remote.ask("GET", "users", null)) {
      there |= each.path("name").asText().equals(name);
    }
    if (there) {
      throw new IllegalArgumentException(
          "there is a user '" + name + "' already; use users password, or users tags");
    }
    ObjectNode body = JsonNodeFactory.instance.objectNode().put("password", password(spec));
    body.set("tags", array(tags == null ? List.of() : tags));
    remote.ask("PUT", "users/" + Remote.part(name), body);
  }

  @Command(
      description = "Changes a password: asked for, or read from the standard input.",
      mixinStandardHelpOptions = true)
  void password(@Mixin Remote remote, @Parameters(paramLabel = "NAME") String name)
      throws IOException {
    String path = "users/" + Remote.part(name);
    remote.ask("GET", path, null);
    remote.ask("PUT", path, JsonNodeFactory.instance.objectNode().put("password", password(spec)));
  }

  @Command(description = "Sets the tags of a user.", mixinStandardHelpOptions = true)
  void tags(
      @Mixin Remote remote,
      @Parameters(paramLabel = "NAME") String name,
      @Parameters(paramLabel = "TAG", arity = "0..*", index = "1..*") List<String> tags)
      throws IOException {
    String path = "users/" + Remote.part(name);
    remote.ask("GET", path, null);
    ObjectNode body = JsonNodeFactory.instance.objectNode();
    body.set("tags", array(tags == null ? List.of() : tags));
    remote.ask("PUT", path, body);
  }

  @Command(description = "Deletes a user and its permissions.", mixinStandardHelpOptions = true)
  void delete(@Mixin Remote remote, @Parameters(paramLabel = "NAME") String name)
      throws IOException {
    remote.ask("DELETE", "users/" + Remote.part(name), null);
  }
}
