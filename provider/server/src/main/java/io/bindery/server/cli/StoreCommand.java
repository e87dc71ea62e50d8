package io.bindery.server.cli;

import io.bindery.broker.tools.StoreTool;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Unmatched;

/** The tools for a store's directory, which the broker's own jar has. */
@Command(
    name = "store",
    description = {
      "Inspects, verifies, exports and imports the directory of a broker that does not run:",
      "store inspect|verify|export|import DIR …; store --help says more. DIR is the directory",
      "'store' in the data directory."
    })
final class StoreCommand implements Callable<Integer> {
  @Unmatched private String[] arguments = {};

  @Override
  public Integer call() {
    return StoreTool.run(arguments);
  }
}
