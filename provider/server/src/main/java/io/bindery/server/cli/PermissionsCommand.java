package io.bindery.server.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Permissions. */
@Command(
    name = "permissions",
    description = "Says and sets what users may do in a virtual host.",
    mixinStandardHelpOptions = true)
final class PermissionsCommand {
  private static final String TOPIC_HELP = "Of the keys of this topic exchange.";

  @Spec private CommandSpec spec;

  @Command(description = "Lists all permissions.", mixinStandardHelpOptions = true)
  void list(
      @Mixin Remote remote,
      @Option(names = "--topic", description = "Those of topic exchanges.") boolean topic)
      throws IOException {
    Table.print(
        spec.commandLine().getOut(),
        remote.ask("GET", topic ? "topic-permissions" : "permissions", null),
        topic
            ? List.of("vhost", "user", "exchange", "write", "read")
            : List.of("vhost", "user", "configure", "write", "read"));
  }

  @Command(
      description =
          "Lets a user do what three regular expressions say: each is looked for in the names of"
              + " queues and exchanges; '.*' allows all of them, '' none.",
      mixinStandardHelpOptions = true)
  void set(
      @Mixin Remote remote,
      @Mixin Where where,
      @Option(names = "--configure", paramLabel = "REGEX") String configure,
      @Mixin WriteAndRead patterns)
      throws IOException {
    ObjectNode body =
        JsonNodeFactory.instance
            .objectNode()
            .put("write", patterns.write)
            .put("read", patterns.read);
    if (where.topic == null) {
      body.put("configure", configure == null ? "" : configure);
    } else if (configure != null) {
      throw new IllegalArgumentException("--configure is for names, and not for keys (--topic)");
    } else {
      body.put("exchange", where.topic);
    }
    remote.ask("PUT", where.path(), body);
  }

  @Command(
      description = "Takes a user's permissions in a virtual host away.",
      mixinStandardHelpOptions = true)
  void clear(@Mixin Remote remote, @Mixin Where where) throws IOException {
    remote.ask("DELETE", where.path(), null);
  }

  /** Whose permissions, and where. */
  static final class Where {
    @Parameters(paramLabel = "USER", index = "0")
    private String user;

    @Option(names = "--vhost", paramLabel = "NAME", defaultValue = "/")
    private String host;

    @Option(names = "--topic", paramLabel = "EXCHANGE", description = TOPIC_HELP)
    private String topic;

    private String path() {
      return (topic == null ? "permissions/" : "topic-permissions/")
          + Remote.part(host)
          + "/"
          + Remote.part(user);
    }
  }

  /** What topics and names have both. */
  static final class WriteAndRead {
    @Option(names = "--write", defaultValue = "", paramLabel = "REGEX")
    private String write;

    @Option(names = "--read", defaultValue = "", paramLabel = "REGEX")
    private String read;
  }
}
