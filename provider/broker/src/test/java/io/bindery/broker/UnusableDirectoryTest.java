package io.bindery.broker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bindery.broker.journal.DiskDirectory;
import io.bindery.broker.journal.JournalException;
import io.bindery.broker.runtime.IoFailure;
import io.bindery.broker.store.KeptQueue;
import io.bindery.broker.store.StoreReader;
import io.bindery.engine.AmqpException;
import io.bindery.engine.AmqpMessage;
import io.bindery.engine.Body;
import io.bindery.engine.Channel;
import io.bindery.engine.ConnectSpec;
import io.bindery.engine.Delivery;
import io.bindery.engine.Engine;
import io.bindery.engine.Engines;
import io.bindery.engine.Outcome;
import io.bindery.engine.QueueSpec;
import io.bindery.engine.Route;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
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

  private static void fill(Engine engine) throws AmqpException {
    Channel channel = engine.connect(ConnectSpec.anonymous("fill")).await().openChannel().await();
    for (String queue : List.of("old", "young")) {
      channel.declareQueue(QueueSpec.durable(queue, Map.of())).await();
    }
    for (int i = 0; i < 1_000; i++) {
      send(channel, "old", 10);
    }
    for (int i = 0; i < 200; i++) {
      send(channel, "young", 3_000);
    }
    for (int i = 0; i < 5; i++) {
      Delivery first = channel.get("old", "").await();
      channel.settle(List.of(first), Outcome.ACCEPTED, channel.autoCommit()).await();
    }
    send(channel, "young", 10);
  }

  /**
   * What a broker would find that is started after this one was killed. False where files went
   * while they were copied.
   */
  private static boolean copy(Path from, Path to) throws IOException {
    try (Stream<Path> all = Files.walk(from)) {
      for (Path each : all.toList()) {
        Files.copy(each, to.resolve(from.relativize(each)));
      }
    } catch (NoSuchFileException | UncheckedIOException e) {
      return false;
    }
    return true;
  }

  private static void send(Channel channel, String queue, int bytes) throws AmqpException {
    AmqpMessage message =
        AmqpMessage.builder().persistent(true).body(new Body.Text("x".repeat(bytes))).build();
    channel.publish(Route.toQueue(queue), message, channel.autoCommit()).await();
  }

  /** Where the first index page of a queue is. */
  private static long page(Path store) throws IOException, JournalException {
    try (StoreReader reader =
        StoreReader.open(DiskDirectory.existing(store.toString()).orElseThrow())) {
      KeptQueue old =
          reader.state().queues().stream()
              .filter(each -> each.spec().name().equals("old"))
              .findFirst()
              .orElseThrow();
      return old.pages().get(0).position();
    }
  }

  /**
   * A start finds the damage of a page that is younger than the last checkpoint when it reads the
   * journal, and of an older one when it looks into the page. When a broker makes checkpoints is
   * its own affair, so the older page may need more than one broker.
   */
  @Test
  void aDamagedIndexPageIsToldAndTheNameIsFreeAgain()
      throws AmqpException, IOException, JournalException {
    String told = "";
    for (int i = 0; i < 20 && !told.contains(": an index page cannot be read back: "); i++) {
      told = toldOfDamage(directory.resolve("running" + i), directory.resolve("killed" + i));
    }
    assertTrue(told.contains("is damaged: an index page cannot be read back: "), told);
  }

  private String toldOfDamage(Path running, Path store)
      throws AmqpException, IOException, JournalException {
    try (Engine engine = Engines.find("vm://running?segment=64k&acks=always&dir=" + running)) {
      fill(engine);
      if (!copy(running, store)) {
        return "";
      }
    }
    long page = page(store);
    Path file = store.resolve(String.format("journal-%016x.log", page >>> 32));
    byte[] whole = Files.readAllBytes(file);
    byte[] damaged = whole.clone();
    damaged[(int) page + 40] ^= 1;
    Files.write(file, damaged);
    String uri = "vm://unusable?dir=" + store;
    AmqpException refused = assertThrows(AmqpException.class, () -> Engines.find(uri));
    assertTrue(refused.getMessage().contains(file + ", offset "), refused.getMessage());
    Files.write(file, whole);
    Engines.find(uri).close();
    return refused.getMessage();
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
