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
import java.util.regex.Matcher;
import java.util.regex.Pattern;
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
  }

  /** Makes a checkpoint more likely, too. */
  private static void takeOne(Engine engine) throws AmqpException {
    Channel channel = engine.connect(ConnectSpec.anonymous("take")).await().openChannel().await();
    Delivery first = channel.get("old", "").await();
    channel.settle(List.of(first), Outcome.ACCEPTED, channel.autoCommit()).await();
    send(channel, "young", 3_000);
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

  /**
   * Where the first index page of a queue is, and the checkpoint that knows it; null where it is
   * younger than that.
   */
  private static Page page(Path store) throws IOException, JournalException {
    try (StoreReader reader =
        StoreReader.open(DiskDirectory.existing(store.toString()).orElseThrow())) {
      KeptQueue old =
          reader.state().queues().stream()
              .filter(each -> each.spec().name().equals("old"))
              .findFirst()
              .orElseThrow();
      long position = old.pages().get(0).position();
      return position < replayFrom(reader) ? new Page(position, reader.checkpoint()) : null;
    }
  }

  private static long replayFrom(StoreReader reader) {
    Matcher place =
        Pattern.compile("journal-(\\w+)\\.log, offset (\\d+)").matcher(reader.replayFrom());
    return place.find()
        ? Long.parseLong(place.group(1), 16) << 32 | Long.parseLong(place.group(2))
        : 0;
  }

  private record Page(long position, String checkpoint) {}

  /**
   * A copy whose start must look into the first page of a queue: what was taken from it is younger
   * than the checkpoint. The broker makes that when it likes to, so it may need other copies.
   */
  private Path killed(Engine engine, Path running)
      throws AmqpException, IOException, JournalException {
    Page known = null;
    for (int i = 0; ; i++) {
      takeOne(engine);
      Path store = directory.resolve("killed" + i);
      Page page = copy(running, store) ? page(store) : null;
      if (page != null && page.equals(known)) {
        return store;
      }
      known = page;
    }
  }

  @Test
  void aDamagedIndexPageIsToldAndTheNameIsFreeAgain()
      throws AmqpException, IOException, JournalException {
    Path store;
    Path running = directory.resolve("running");
    try (Engine engine = Engines.find("vm://running?segment=64k&acks=always&dir=" + running)) {
      fill(engine);
      store = killed(engine, running);
    }
    long page = page(store).position();
    Path file = store.resolve(String.format("journal-%016x.log", page >>> 32));
    byte[] whole = Files.readAllBytes(file);
    byte[] damaged = whole.clone();
    damaged[(int) page + 40] ^= 1;
    Files.write(file, damaged);
    assertRefused(store, "is damaged: an index page cannot be read back: " + file + ", offset ");
    Files.write(file, whole);
    Engines.find("vm://unusable?dir=" + store).close();
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
