package io.bindery.server.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Says what a running broker holds. */
@Command(
    name = "status",
    description = "Says what a running broker holds.",
    mixinStandardHelpOptions = true)
final class StatusCommand implements Callable<Integer> {
  @Mixin private Remote remote;
  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    JsonNode all = remote.ask("GET", "overview", null);
    PrintWriter out = spec.commandLine().getOut();
    out.println("broker " + all.path("uri").asText() + " (" + all.path("node").asText() + ")");
    String held = all.path("publishers_held").asText();
    if (!held.isEmpty()) {
      out.println("publishers are held back: " + held);
    }
    for (String part : new String[] {"object_totals", "queue_totals"}) {
      all.path(part)
          .properties()
          .forEach(each -> out.printf("  %-24s %s%n", each.getKey(), each.getValue()));
    }
    return 0;
  }
}
