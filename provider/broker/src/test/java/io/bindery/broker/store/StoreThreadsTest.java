package io.bindery.broker.store;

import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bindery.broker.journal.JournalException;
import io.bindery.broker.runtime.SystemEnvironment;
import io.bindery.engine.AmqpException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;
import java.util.function.LongUnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * What goes wrong on a thread of the store that nobody has thought of is heard, or does no harm.
 */
class StoreThreadsTest {
  @TempDir Path directory;

  /** A broker whose heap is too small to say what it holds. */
  private static final class Exhausted implements KeptSource {
    @Override
    public KeptState snapshot(boolean last) {
      throw new OutOfMemoryError("as if");
    }

    @Override
    public void visit(long segment, LongConsumer positions) {
      // It has nothing.
    }

    @Override
    public void move(long segment, LongUnaryOperator moved) {
      // It has nothing.
    }
  }

  @Test
  @Timeout(60)
  void aCheckpointThatCannotBeTakenEndsTheStore()
      throws AmqpException, IOException, JournalException, InterruptedException {
    try (SystemEnvironment environment = new SystemEnvironment("threads")) {
      DurableStore store =
          DurableStore.open(
              StoreDirectories.in(directory.toString()), StoreSettings.DEFAULT, environment);
      BlockingQueue<AmqpException> told = new LinkedBlockingQueue<>();
      store.start(new Exhausted(), told::add);
      AmqpException failure = told.poll(10, TimeUnit.SECONDS);
      assertNotNull(failure, "nobody is told");
      assertTrue(failure.getMessage().contains("writing a checkpoint"), failure.getMessage());
      assertThrows(JournalException.class, store::checkpoint, "it would wait for ever");
      store.close();
    }
  }

  @Test
  void whoReadsAheadGoesOnAfterAFailure() throws InterruptedException {
    try (SystemEnvironment environment = new SystemEnvironment("ahead")) {
      ReadAhead ahead = new ReadAhead(environment);
      CountDownLatch read = new CountDownLatch(1);
      ahead.add(
          () -> {
            throw new OutOfMemoryError("as if");
          });
      ahead.add(read::countDown);
      assertTrue(read.await(10, TimeUnit.SECONDS));
      ahead.close();
    }
  }
}
