package io.bindery.server.cli;

import io.bindery.broker.tools.StoreTool;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Unmatched;

/** The tools for a store's directory, which the broker's own jar has. */
@Command(
    name = "store",
    description =
        "Looks into the store of a broker that does not run, the directory 'store' in its data"
            + " directory: store --help says more.")
final class StoreCommand implements Callable<Integer> {
  @Unmatched private String[] arguments = {};

  @Override
  public Integer call() {
    return StoreTool.run(arguments);
  }
}
