package io.bindery.broker.tools;

import io.bindery.broker.journal.DiskDirectory;
import io.bindery.broker.journal.JournalException;
import io.bindery.broker.store.StoreVerification;
import java.util.List;
import java.util.Locale;

/** Reads a whole store, and tells what is damaged. */
final class VerifyCommand implements StoreTool.Command {
  @Override
  public Arguments.Syntax syntax() {
    return new Arguments.Syntax("verify", List.of("DIR"), List.of(), List.of(), List.of());
  }

  @Override
  public String help() {
    return """
        store verify DIR

        Reads the checkpoint, every record of every segment and every message that a queue or a prepared
        branch refers to, and tells each damage with file and offset, and what follows from it. Changes
        nothing. What it reads now it says on the error output, the damages and the sum on the other.

        No broker may have the directory meanwhile. Exit code 3: something is damaged. Then restore the
        directory from a backup; what can still be read of a queue, 'store export' writes to a file.
        """;
  }

  @Override
  public int run(Arguments arguments, StoreTool.Streams streams) throws ToolException {
    DiskDirectory directory = Places.store(arguments.operand(0));
    Places.checkFree(directory, ", or verify a snapshot of the directory");
    StoreVerification.Figures figures;
    try {
      figures = StoreVerification.run(directory, new Printing(streams));
    } catch (JournalException e) {
      throw new ToolException(e.getMessage(), e);
    }
    Places.checkFree(directory, ", or verify a snapshot of the directory");
    streams
        .out()
        .printf(
            Locale.ROOT,
            "%s: %,d segments, %,d records, %,d messages on queues read; %s%n",
            directory.location(),
            figures.segments(),
            figures.records(),
            figures.messages(),
            damages(figures));
    return figures.damages() == 0 ? StoreTool.WELL : StoreTool.DAMAGED;
  }

  private static String damages(StoreVerification.Figures figures) {
    if (figures.damages() == 0) {
      return "nothing is damaged";
    }
    String places = figures.damages() + (figures.damages() == 1 ? " damage" : " damages");
    return figures.unreadable() == 0
        ? places
        : String.format(
            Locale.ROOT, "%s, %,d messages cannot be read", places, figures.unreadable());
  }

  private record Printing(StoreTool.Streams streams) implements StoreVerification.Findings {
    @Override
    public void progress(String what) {
      streams.err().println("reading " + what);
    }

    @Override
    public void damage(String place, String what, String meaning) {
      streams
          .out()
          .println("DAMAGED " + (place.isEmpty() ? "" : place + ": ") + what + "\n  -> " + meaning);
    }

    @Override
    public void note(String what) {
      streams.out().println("note    " + what);
    }
  }
}
