package io.bindery.server.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.ArrayList;
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
              + " queues and exchanges; '.*' allows all of them, '' none. With --topic there are"
              + " two, of keys. What held before is replaced.",
      mixinStandardHelpOptions = true)
  void set(
      @Mixin Remote remote,
      @Mixin Where where,
      @Option(
              names = "--configure",
              paramLabel = "REGEX",
              description = "Declare and delete; not with --topic.")
          String configure,
      @Mixin WriteAndRead patterns)
      throws IOException {
    boolean topic = where.topic != null;
    if (topic && configure != null) {
      throw new IllegalArgumentException("--configure is for names, and not for keys (--topic)");
    }
    checkAll(topic, configure, patterns);
    ObjectNode body =
        JsonNodeFactory.instance
            .objectNode()
            .put("write", patterns.write)
            .put("read", patterns.read)
            .put(topic ? "exchange" : "configure", topic ? where.topic : configure);
    remote.ask("PUT", where.path(), body);
    spec.commandLine().getOut().println("set");
  }

  /** All are replaced: what is not given would be taken away without a word. */
  private static void checkAll(boolean topic, String configure, WriteAndRead patterns) {
    List<String> missing = new ArrayList<>();
    if (!topic && configure == null) {
      missing.add("--configure");
    }
    if (patterns.write == null) {
      missing.add("--write");
    }
    if (patterns.read == null) {
      missing.add("--read");
    }
    if (!missing.isEmpty()) {
      throw new IllegalArgumentException(
          String.join(", ", missing)
              + " missing: all are replaced, so give each a regular expression ('.*' for all, ''"
              + " for none)");
    }
  }

  @Command(
      description = "Takes a user's permissions in a virtual host away.",
      mixinStandardHelpOptions = true)
  void clear(@Mixin Remote remote, @Mixin Where where) throws IOException {
    remote.ask("DELETE", where.path(), null);
    spec.commandLine().getOut().println("cleared");
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
    @Option(names = "--write", paramLabel = "REGEX", description = "Publish; bind a queue.")
    private String write;

    @Option(
        names = "--read",
        paramLabel = "REGEX",
        description = "Consume, purge; bind to an exchange.")
    private String read;
  }
}
