package io.bindery.broker.tools;

import io.bindery.broker.journal.DiskDirectory;
import io.bindery.broker.journal.JournalException;
import io.bindery.broker.journal.JournalException.Reason;
import io.bindery.broker.store.StoreReader;
import java.util.List;
import java.util.Optional;

/** Shows what is in a store. */
final class InspectCommand implements StoreTool.Command {
  /** A running broker frees files while they are read: then it is tried again. */
  private static final int TRIES = 20;

  @Override
  public Arguments.Syntax syntax() {
    return new Arguments.Syntax("inspect", List.of("DIR"), List.of(), List.of(), List.of());
  }

  @Override
  public String help() {
    return """
        store inspect DIR

        Shows what a broker would find in DIR: its identity, the files of the journal and how much of them
        is still needed, exchanges, queues with their messages, bindings, durable subscriptions, prepared
        branches of global transactions. Changes nothing.

        While a broker has the directory this says which process, and shows what was on disk a moment ago:
        what the broker has not written yet is not seen.
        """;
  }

  @Override
  public int run(Arguments arguments, StoreTool.Streams streams) throws ToolException {
    DiskDirectory directory = Places.store(arguments.operand(0));
    Optional<String> holder = Places.holder(directory);
    for (int tries = 1; ; tries++) {
      try (StoreReader store = StoreReader.open(directory)) {
        streams.out().print(new Report(directory.location(), holder, store).text());
        return StoreTool.WELL;
      } catch (JournalException e) {
        if (holder.isEmpty() || tries == TRIES) {
          return failed(holder, e, streams);
        }
      }
    }
  }

  private static int failed(Optional<String> holder, JournalException e, StoreTool.Streams streams)
      throws ToolException {
    if (holder.isPresent()) {
      throw new ToolException(
          "The directory is in use by "
              + holder.get()
              + ", which changes it faster than it can be read: "
              + e.getMessage(),
          e);
    }
    if (e.reason() != Reason.DAMAGED && e.reason() != Reason.GONE) {
      throw new ToolException(e.getMessage(), e);
    }
    streams.err().println("Damaged: " + e.getMessage());
    streams.err().println("'" + StoreTool.NAME + " verify' tells all that is damaged.");
    return StoreTool.DAMAGED;
  }
}
