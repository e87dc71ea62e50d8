package io.bindery.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import io.bindery.broker.journal.Commitment;
import io.bindery.broker.journal.Completion;
import io.bindery.broker.journal.Journal;
import io.bindery.broker.journal.JournalException;
import io.bindery.broker.journal.JournalException.Reason;
import io.bindery.broker.journal.JournalSettings;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Failures while a journal runs, and when it writes and syncs what nobody waits for. */
class JournalFaultsTest {
  private static final JournalSettings SETTINGS =
      JournalSettings.DEFAULT.withSegmentBytes(16 << 10).withMinFreeBytes(0);

  private static final int SEEDS = Integer.getInteger("crash.seeds", 20);

  private final SteppedEnvironment environment = new SteppedEnvironment(1);
  private final FaultyDirectory directory = new FaultyDirectory(1, Set.of());
  private final List<JournalException> told = new ArrayList<>();
  private final Outcomes outcomes = new Outcomes();

  /** Counts what completions say. */
  private static final class Outcomes implements Completion {
    private int durable;
    private final List<JournalException> failures = new ArrayList<>();

    @Override
    public void durable() {
      durable++;
    }

    @Override
    public void failed(JournalException why) {
      failures.add(why);
    }
  }

  private Journal start(JournalSettings settings) throws JournalException {
    Journal journal = Journal.open(directory, settings, environment);
    journal.start(told::add);
    environment.settle();
    return journal;
  }

  private long append(Journal journal, int bytes, Commitment commitment) {
    return journal.append(1, ByteBuffer.allocate(bytes), commitment, outcomes);
  }

  @Test
  void aFailedSyncIsFinal() throws JournalException {
    Journal journal = start(SETTINGS);
    long first = append(journal, 100, Commitment.SYNC);
    environment.settle();
    assertEquals(1, outcomes.durable);
    append(journal, 100, Commitment.LATER);
    append(journal, 100, Commitment.SYNC);
    directory.failAfter(2);
    environment.settle();
    assertEquals(2, outcomes.failures.size());
    assertEquals(1, told.size());
    append(journal, 100, Commitment.SYNC);
    append(journal, 100, Commitment.LATER);
    journal.after(outcomes);
    environment.advance(10);
    assertEquals(5, outcomes.failures.size());
    assertEquals(1, outcomes.durable);
    for (JournalException each : outcomes.failures) {
      assertSame(journal.failure(), each);
    }
    assertEquals(Reason.FAILED, journal.failure().reason());
    assertEquals(100, journal.read(first).payload().remaining());
    journal.close();
    append(journal, 100, Commitment.SYNC);
    assertEquals(Reason.CLOSED, outcomes.failures.get(5).reason());
  }

  @Test
  void aFailedWriteIsFinal() throws JournalException {
    Journal journal = start(SETTINGS);
    directory.failAfter(1);
    long position = append(journal, 100, Commitment.SYNC);
    environment.settle();
    assertEquals(1, outcomes.failures.size());
    assertSame(
        journal.failure(), assertThrows(JournalException.class, () -> journal.read(position)));
    journal.close();
  }

  /** A checkpoint may begin behind what an idle journal says of itself. */
  @Test
  void aPositionThatWasWaitedForIsThereAfterALossOfPower() throws JournalException {
    for (int seed = 1; seed <= SEEDS; seed++) {
      SteppedEnvironment time = new SteppedEnvironment(seed);
      FaultyDirectory disk = new FaultyDirectory(seed, Set.of());
      Journal journal = Journal.open(disk, SETTINGS, time);
      journal.start(told::add);
      journal.append(1, ByteBuffer.allocate(100), Commitment.SYNC, outcomes);
      time.settle();
      long written = journal.end();
      time.advance(1_000);
      long end = journal.end();
      assertTrue(end > written, "it has said that all is on disk");
      journal.after(outcomes);
      time.settle();
      assertEquals(2 * seed, outcomes.durable);
      Journal.open(disk.afterCrash(), SETTINGS, new SteppedEnvironment(seed))
          .replay(end, (position, type, payload) -> fail("there is a record"));
    }
    assertEquals(List.of(), told);
  }

  @Test
  void whatMayComeLaterIsWrittenAndSyncedInTime() throws JournalException {
    Journal journal = start(SETTINGS);
    environment.advance(1_000);
    long steps = directory.steps();
    append(journal, 100, Commitment.LATER);
    environment.advance(4);
    assertEquals(steps, directory.steps());
    environment.advance(1);
    assertEquals(steps + 1, directory.steps(), "written after 5 ms");
    environment.advance(99);
    assertEquals(0, outcomes.durable);
    environment.advance(1);
    assertEquals(1, outcomes.durable, "synced 100 ms after that");
    assertEquals(steps + 2, directory.steps());
    environment.advance(100);
    assertEquals(steps + 3, directory.steps(), "and said so");
    environment.advance(10_000);
    assertEquals(steps + 3, directory.steps(), "then nothing is to be done");
    journal.close();
  }

  @Test
  void whatMayComeLaterRidesAlong() throws JournalException {
    Journal journal = start(SETTINGS);
    append(journal, 100, Commitment.LATER);
    append(journal, 100, Commitment.LATER);
    long steps = directory.steps();
    append(journal, 100, Commitment.SYNC);
    environment.settle();
    assertEquals(3, outcomes.durable);
    assertEquals(steps + 2, directory.steps(), "one write, one sync");
    journal.after(outcomes);
    environment.settle();
    assertEquals(4, outcomes.durable);
    assertEquals(steps + 2, directory.steps(), "nothing to write or sync");
    journal.close();
  }

  @Test
  void withoutSyncsAWriteCompletes() throws JournalException {
    Journal journal = start(SETTINGS.withSync(false));
    long steps = directory.steps();
    append(journal, 100, Commitment.SYNC);
    environment.settle();
    assertEquals(1, outcomes.durable);
    assertEquals(steps + 1, directory.steps());
    List<Long> found = new ArrayList<>();
    start(directory.afterKill(), found);
    assertEquals(1, found.size());
  }

  private void start(FaultyDirectory other, List<Long> found) throws JournalException {
    Journal.open(other, SETTINGS, environment)
        .replay(0, (position, type, b) -> found.add(position));
  }

  @Test
  void lowSpaceIsSaidAndGoesAway() throws JournalException {
    directory.capacityBytes(100_000);
    Journal journal = start(SETTINGS.withMinFreeBytes(50_000));
    assertFalse(journal.spaceIsLow());
    while (!journal.spaceIsLow()) {
      append(journal, 1_000, Commitment.SYNC);
      environment.settle();
      assertTrue(journal.segments().size() < 5);
    }
    directory.capacityBytes(1_000_000);
    environment.advance(1_001);
    assertFalse(journal.spaceIsLow());
    journal.close();
  }

  @Test
  void aFullDiskHoldsUntilTheJournalIsClosed() throws JournalException {
    Journal journal = start(SETTINGS);
    directory.capacityBytes(17_000);
    for (int i = 0; i < 30; i++) {
      append(journal, 1_000, Commitment.SYNC);
    }
    environment.advance(5_000);
    assertEquals(0, outcomes.durable + outcomes.failures.size());
    assertTrue(journal.failure() == null);
    journal.close();
    assertEquals(30, outcomes.failures.size());
    assertEquals(Reason.FULL, outcomes.failures.get(0).reason());
    List<Long> found = new ArrayList<>();
    directory.capacityBytes(Long.MAX_VALUE);
    start(directory, found);
    assertTrue(found.size() < 30);
  }

  @Test
  void aFullDiskCannotBeOpened() {
    directory.capacityBytes(100);
    JournalException e = assertThrows(JournalException.class, () -> start(SETTINGS));
    assertEquals(Reason.FULL, e.reason());
    assertTrue(directory.lock("now").isEmpty(), "the lock is given back");
  }
}
