package io.bindery.server.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.bindery.server.access.User;
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
  private static final String TAGS_HELP =
      "administrator, monitoring, policymaker, management or impersonator; several with commas or"
          + " repeated.";

  @Spec private CommandSpec spec;

  /**
   * What is typed, or the standard input without the end of its line: a blank may be part of it.
   */
  private static String password(String command) throws IOException {
    Console console = System.console();
    char[] typed = console == null ? null : console.readPassword("Password: ");
    String password = typed == null ? "" : new String(typed);
    if (console == null) {
      password =
          new String(System.in.readAllBytes(), StandardCharsets.UTF_8).replaceAll("\\R\\z", "");
    }
    if (password.isEmpty()) {
      throw new IOException(
          "the password is empty: type it, or give it on the standard input of " + command);
    }
    return password;
  }

  /** One that is mistyped would give nothing, and say nothing. */
  private static ArrayNode array(List<String> tags) {
    ArrayNode array = JsonNodeFactory.instance.arrayNode();
    for (String tag : tags == null ? List.<String>of() : tags) {
      if (!User.TAGS.contains(tag)) {
        throw new IllegalArgumentException(
            "there is no tag '" + tag + "'; there are " + String.join(", ", User.TAGS));
      }
      array.add(tag);
    }
    return array;
  }

  private void say(String what) {
    spec.commandLine().getOut().println(what);
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
      @Option(names = "--tag", paramLabel = "TAG", split = ",", description = TAGS_HELP)
          List<String> tags)
      throws IOException {
    ArrayNode wanted = array(tags);
    boolean there = false;
    for (JsonNode each : remote.ask("GET", "users", null)) {
      there |= each.path("name").asText().equals(name);
    }
    if (there) {
      throw new IOException(
          "there is a user '" + name + "' already; use users password, or users tags");
    }
    ObjectNode body = JsonNodeFactory.instance.objectNode().put("password", password("users add"));
    body.set("tags", wanted);
    remote.ask("PUT", "users/" + Remote.part(name), body);
    say("added");
  }

  @Command(
      description = "Changes a password: asked for, or read from the standard input.",
      mixinStandardHelpOptions = true)
  void password(@Mixin Remote remote, @Parameters(paramLabel = "NAME") String name)
      throws IOException {
    String path = "users/" + Remote.part(name);
    remote.ask("GET", path, null);
    remote.ask(
        "PUT",
        path,
        JsonNodeFactory.instance.objectNode().put("password", password("users password")));
    say("changed");
  }

  @Command(description = "Sets the tags of a user.", mixinStandardHelpOptions = true)
  void tags(
      @Mixin Remote remote,
      @Parameters(paramLabel = "NAME") String name,
      @Parameters(
              paramLabel = "TAG",
              arity = "0..*",
              index = "1..*",
              split = ",",
              description = TAGS_HELP)
          List<String> tags)
      throws IOException {
    String path = "users/" + Remote.part(name);
    ObjectNode body = JsonNodeFactory.instance.objectNode();
    body.set("tags", array(tags));
    remote.ask("GET", path, null);
    remote.ask("PUT", path, body);
    say("set");
  }

  @Command(description = "Deletes a user and its permissions.", mixinStandardHelpOptions = true)
  void delete(@Mixin Remote remote, @Parameters(paramLabel = "NAME") String name)
      throws IOException {
    remote.ask("DELETE", "users/" + Remote.part(name), null);
    say("deleted");
  }
}
