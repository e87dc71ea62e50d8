package io.bindery.broker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bindery.broker.runtime.IoFailure;
import io.bindery.engine.AmqpException;
import io.bindery.engine.Engines;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A directory that a broker cannot use: the error says which file, and what is wrong with it. */
class UnusableDirectoryTest {
  @TempDir Path directory;

  private void assertRefused(Path dir, String... parts) {
    String uri = "vm://unusable?dir=" + dir;
    AmqpException e = assertThrows(AmqpException.class, () -> Engines.find(uri));
    for (String part : parts) {
      assertTrue(e.getMessage().contains(part), e.getMessage());
    }
  }

  @Test
  void aFileIsNoDirectory() throws IOException {
    Path file = Files.createFile(directory.resolve("file"));
    assertRefused(file, "(dir) cannot be used: " + file + ": it is no directory");
    assertRefused(file.resolve("in"), file + ": it is no directory");
  }

  @Test
  void aFileThatCannotBeOpenedIsNamedWithTheReason() throws IOException {
    Path store = directory.resolve("store");
    Path lock = Files.createDirectories(store.resolve("lock"));
    assertRefused(store, "opening the journal in " + store, lock + ": Is a directory");
    Files.delete(lock);
    Path checkpoint = store.resolve("checkpoints").resolve("checkpoint-0000000000000001");
    Files.createDirectories(checkpoint);
    assertRefused(store, "reading checkpoints in " + store, checkpoint + ": it is no file");
  }

  @Test
  void theReasonIsSaidWhereTheExceptionDoesNot() {
    String denied = IoFailure.of(new AccessDeniedException("/a"));
    assertTrue(denied.startsWith("/a: permission denied for user '"), denied);
    assertEquals("/a (Is mad)", IoFailure.of(new FileNotFoundException("/a (Is mad)")));
    assertEquals("/a: odd", IoFailure.of(new FileSystemException("/a", null, "odd")));
    assertEquals("java.io.IOException", IoFailure.of(new IOException()));
  }
}
