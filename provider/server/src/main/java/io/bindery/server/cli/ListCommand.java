package io.bindery.server.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** Lists what is in a running broker. */
@Command(
    name = "list",
    description = "Lists queues, exchanges, bindings, connections or consumers.",
    mixinStandardHelpOptions = true)
final class ListCommand implements Callable<Integer> {
  /** What can be listed. */
  enum Kind {
    QUEUES(
        "vhost",
        "name",
        "durable",
        "exclusive",
        "messages_ready",
        "messages_unacknowledged",
        "consumers",
        "arguments"),
    EXCHANGES("vhost", "name", "type", "durable", "auto_delete", "internal", "arguments"),
    BINDINGS("vhost", "source", "destination_type", "destination", "routing_key", "arguments"),
    CONNECTIONS("name", "user", "vhost", "channels", "client_id"),
    CONSUMERS(
        "queue.vhost", "queue.name", "consumer_tag", "prefetch_count", "messages_unacknowledged");

    private final List<String> columns;

    Kind(String... columns) {
      this.columns = List.of(columns);
    }

    /**
     * Where they are.
     *
     * @param host of which virtual host, null for all
     */
    String path(String host) {
      String all = name().toLowerCase(Locale.ROOT);
      if (host == null) {
        return all;
      }
      // What is behind /connections is the name of one.
      return this == CONNECTIONS
          ? "vhosts/" + Remote.part(host) + "/" + all
          : all + "/" + Remote.part(host);
    }
  }

  @Mixin private Remote remote;
  @Spec private CommandSpec spec;

  /** As it is typed, and so told. */
  static final class Named implements ITypeConverter<Kind> {
    @Override
    public Kind convert(String typed) {
      for (Kind kind : Kind.values()) {
        if (kind.name().equalsIgnoreCase(typed)) {
          return kind;
        }
      }
      throw new TypeConversionException(
          "'"
              + typed
              + "' cannot be listed; there are "
              + Arrays.stream(Kind.values())
                  .map(kind -> kind.name().toLowerCase(Locale.ROOT))
                  .collect(Collectors.joining(", ")));
    }
  }

  @Parameters(
      paramLabel = "WHAT",
      converter = Named.class,
      description = "One of queues, exchanges, bindings, connections, consumers.")
  private Kind kind;

  @Option(names = "--vhost", paramLabel = "NAME", description = "Only of this virtual host.")
  private String host;

  @Option(names = "--json", description = "As JSON.")
  private boolean json;

  @Override
  public Integer call() throws IOException {
    JsonNode rows = remote.ask("GET", kind.path(host), null);
    if (json) {
      spec.commandLine().getOut().println(rows.toPrettyString());
    } else {
      Table.print(spec.commandLine().getOut(), rows, kind.columns);
    }
    return 0;
  }
}
