package io.bindery.broker.tools;

import io.bindery.broker.journal.DiskDirectory;
import io.bindery.broker.runtime.IoFailure;
import io.bindery.broker.store.KeptQueue;
import io.bindery.broker.store.KeptState;
import java.io.IOException;
import java.util.Optional;
import java.util.stream.Collectors;

/** Directories that commands are given. */
final class Places {
  private Places() {}

  /** The store in a directory that is there. */
  static DiskDirectory store(String directory) throws ToolException {
    try {
      DiskDirectory found =
          DiskDirectory.existing(directory)
              .orElseThrow(() -> new ToolException("There is no directory " + directory));
      if (!holdsStore(found)) {
        Optional<DiskDirectory> inside = DiskDirectory.existing(found.location() + "/store");
        throw new ToolException(
            found.location()
                + " holds no store: there is no file journal-….log in it. "
                + (inside.isPresent() && holdsStore(inside.get())
                    ? "It is the data of a standalone broker: give " + inside.get().location()
                    : "Give the directory that stands behind dir= in the broker's URI"));
      }
      return found;
    } catch (IOException e) {
      throw new ToolException(
          "The directory " + directory + " cannot be read: " + IoFailure.of(e), e);
    } catch (IllegalArgumentException e) {
      throw new ToolException("The directory " + directory + " cannot be read: " + e, e);
    }
  }

  private static boolean holdsStore(DiskDirectory directory) throws IOException {
    return directory.names().stream().anyMatch(name -> name.startsWith("journal-"));
  }

  /** Who has a store. */
  static Optional<String> holder(DiskDirectory store) throws ToolException {
    try {
      return store.holder();
    } catch (IOException e) {
      throw new ToolException(
          "It cannot be told whether a broker has " + store.location() + ": " + IoFailure.of(e), e);
    }
  }

  /**
   * Fails when a broker has it.
   *
   * @param otherwise what may be done instead of stopping it
   */
  static void checkFree(DiskDirectory store, String otherwise) throws ToolException {
    Optional<String> holder = holder(store);
    if (holder.isPresent()) {
      throw new ToolException(
          store.location()
              + " is in use by "
              + holder.get()
              + ". Stop the broker first"
              + otherwise);
    }
  }

  /** The failure of a queue that is not there. */
  static ToolException missing(KeptState state, String host, String name) {
    String there =
        state.queues().stream()
            .filter(each -> each.host().equals(host))
            .map(each -> "'" + each.spec().name() + "'")
            .collect(Collectors.joining(", "));
    return new ToolException(
        "There is no queue '"
            + name
            + "' in virtual host '"
            + host
            + (there.isEmpty() ? "', and no other" : "'; there are " + there));
  }

  /** A queue, if it is there. */
  static Optional<KeptQueue> find(KeptState state, String host, String name) {
    return state.queues().stream()
        .filter(each -> each.host().equals(host) && each.spec().name().equals(name))
        .findFirst();
  }
}
