package io.bindery.broker.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.bindery.broker.runtime.SystemEnvironment;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;

/** A journal on a real directory. */
abstract class JournalFixture {
  static final int TYPE = 7;

  @TempDir Path path;
  JournalSettings settings = JournalSettings.DEFAULT.withSegmentBytes(64 << 10).withMinFreeBytes(0);
  final SystemEnvironment environment = new SystemEnvironment("test");
  Journal journal;

  /** A completion that can be waited for. */
  static final class Waiter implements Completion {
    final CompletableFuture<Void> done = new CompletableFuture<>();

    @Override
    public void durable() {
      // What others of the group do follows.
    }

    @Override
    public void afterGroup() {
      done.complete(null);
    }

    @Override
    public void failed(JournalException why) {
      done.completeExceptionally(why);
    }

    void await() throws JournalException {
      try {
        done.get(20, TimeUnit.SECONDS);
      } catch (ExecutionException e) {
        throw (JournalException) e.getCause();
      } catch (InterruptedException | TimeoutException e) {
        throw new AssertionError("not completed", e);
      }
    }
  }

  @AfterEach
  void closeJournal() {
    if (journal != null) {
      journal.close();
    }
    environment.close();
  }

  /** Opens without a start. */
  Journal open() throws IOException, JournalException {
    journal = Journal.open(new DiskDirectory(path.toString()), settings, environment);
    return journal;
  }

  /** Opens, replays all, starts. */
  List<String> start() throws IOException, JournalException {
    List<String> found = replay(open());
    journal.start(why -> {});
    return found;
  }

  static List<String> replay(Journal journal) throws JournalException {
    List<String> found = new ArrayList<>();
    journal.replay(
        0,
        (position, type, payload) -> {
          assertEquals(TYPE, type);
          found.add(text(payload));
        });
    return found;
  }

  /** Closes, opens and replays. */
  List<String> restart() throws IOException, JournalException {
    journal.close();
    return start();
  }

  long append(String text) throws JournalException {
    Waiter waiter = new Waiter();
    long position = journal.append(TYPE, bytes(text), Commitment.SYNC, waiter);
    waiter.await();
    return position;
  }

  void flush() throws JournalException {
    Waiter waiter = new Waiter();
    journal.after(waiter);
    waiter.await();
  }

  static ByteBuffer bytes(String text) {
    return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
  }

  static String text(ByteBuffer bytes) {
    return StandardCharsets.UTF_8.decode(bytes.duplicate()).toString();
  }

  /** A text of that many characters. */
  static String text(int number, int length) {
    String start = number + ":";
    return start + "x".repeat(Math.max(0, length - start.length()));
  }
}
