package io.bindery.testkit;

import io.bindery.broker.journal.Commitment;
import io.bindery.broker.journal.Completion;
import io.bindery.broker.journal.Journal;
import io.bindery.broker.journal.JournalException;
import io.bindery.broker.journal.JournalSettings;
import io.bindery.broker.journal.SegmentInfo;
import io.bindery.broker.journal.StoredRecord;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;

/**
 * Random work on a journal, and a list that knows what must be in it: over crashes, every record
 * whose completion said durable, each once, in order, with its bytes; and none that was not
 * appended.
 */
final class JournalWorkload {
  static final JournalSettings SETTINGS =
      JournalSettings.DEFAULT.withSegmentBytes(8 << 10).withMinFreeBytes(0);
  private static final int TYPE = 3;
  private static final int LARGEST = 20 << 10;

  private final Random random;
  private final List<Appended> log = new ArrayList<>();
  private final Set<Long> freed = new HashSet<>();
  private SteppedEnvironment environment;
  private Journal journal;
  private int durable;
  private int checkpoint;
  private int nextCheckpoint;
  private boolean failed;

  private record Appended(long position, byte[] payload) {}

  JournalWorkload(long seed) {
    random = new Random(seed);
  }

  /** Whether a completion has failed in this life. */
  boolean hasFailed() {
    return failed;
  }

  /** How many records must be there. */
  int durable() {
    return durable;
  }

  /** How many records were appended that may be there. */
  int appended() {
    return log.size();
  }

  /** Opens a journal, and checks what is in it. */
  void open(FaultyDirectory directory) throws JournalException {
    environment = new SteppedEnvironment(random.nextLong());
    journal = Journal.open(directory, SETTINGS, environment);
    failed = false;
    check();
    journal.start(why -> failed = true);
  }

  private void check() throws JournalException {
    List<Appended> found = new ArrayList<>();
    long from = checkpoint == 0 ? 0 : log.get(checkpoint).position();
    journal.replay(
        from,
        (position, type, payload) -> {
          byte[] bytes = new byte[payload.remaining()];
          payload.get(bytes);
          found.add(new Appended(position, bytes));
        });
    for (int i = 0; i < found.size(); i++) {
      verify(checkpoint + i < log.size(), "a record that nobody appended is there");
      verifySame(log.get(checkpoint + i), found.get(i).position(), found.get(i).payload());
    }
    int end = checkpoint + found.size();
    verify(end >= durable, "of " + durable + " durable records there are " + end);
    log.subList(end, log.size()).clear();
    durable = end;
    nextCheckpoint = Math.min(nextCheckpoint, checkpoint);
    for (int i = 0; i < checkpoint; i++) {
      checkRead(i);
    }
  }

  private void checkRead(int index) throws JournalException {
    Appended wanted = log.get(index);
    if (!freed.contains(wanted.position() >>> 32)) {
      StoredRecord record = journal.read(wanted.position());
      byte[] bytes = new byte[record.payload().remaining()];
      record.payload().get(bytes);
      verifySame(wanted, wanted.position(), bytes);
    }
  }

  private static void verifySame(Appended wanted, long position, byte[] payload) {
    verify(wanted.position() == position, "a record is missing, or is there twice");
    verify(java.util.Arrays.equals(wanted.payload(), payload), "a record has other bytes");
  }

  private static void verify(boolean condition, String otherwise) {
    if (!condition) {
      throw new AssertionError(otherwise);
    }
  }

  /** Works until it is done or the journal has failed. */
  void work(int operations) throws JournalException {
    for (int i = 0; i < operations && !failed; i++) {
      operate();
      if (random.nextBoolean()) {
        environment.settle();
      }
      if (random.nextInt(12) == 0) {
        environment.advance(1 + random.nextInt(120));
      }
    }
  }

  /** Closes the journal, and sees that all completions have come, unless it failed. */
  void close() {
    journal.close();
    verify(failed || durable == log.size(), "the journal is closed, and not all is durable");
  }

  /** Lets the clock run. */
  void advance(long ms) {
    environment.advance(ms);
  }

  private void operate() throws JournalException {
    switch (random.nextInt(20)) {
      case 0 -> journal.roll();
      case 1 -> journal.after(new Durable(log.size()));
      case 2 -> planCheckpoint();
      case 3 -> free();
      case 4, 5 -> {
        if (!log.isEmpty()) {
          checkRead(random.nextInt(log.size()));
        }
      }
      case 6, 7, 8, 9, 10 -> append(Commitment.LATER);
      default -> append(Commitment.SYNC);
    }
  }

  private void append(Commitment commitment) {
    byte[] payload = new byte[random.nextInt(60) == 0 ? random.nextInt(LARGEST) : size()];
    random.nextBytes(payload);
    Durable completion = new Durable(log.size() + 1);
    ByteBuffer bytes = ByteBuffer.wrap(payload);
    log.add(new Appended(journal.append(TYPE, bytes, commitment, completion), payload));
  }

  private int size() {
    return random.nextBoolean() ? random.nextInt(64) : random.nextInt(1_500);
  }

  /** Later replays start at a record that is durable, once a record that says so is durable too. */
  private void planCheckpoint() {
    if (durable == 0) {
      return;
    }
    int planned = checkpoint + random.nextInt(durable - checkpoint);
    nextCheckpoint = planned;
    byte[] payload = ByteBuffer.allocate(8).putLong(planned).array();
    Completion completion =
        new Durable(log.size() + 1) {
          @Override
          public void durable() {
            super.durable();
            checkpoint = Math.max(checkpoint, planned);
          }
        };
    ByteBuffer bytes = ByteBuffer.wrap(payload);
    log.add(new Appended(journal.append(TYPE, bytes, Commitment.SYNC, completion), payload));
  }

  private void free() {
    if (checkpoint == 0) {
      return;
    }
    long before = log.get(checkpoint).position() >>> 32;
    for (SegmentInfo each : journal.segments()) {
      if (each.number() < before && random.nextInt(3) > 0) {
        freed.add(each.number());
        journal.free(each.number());
      }
    }
  }

  private class Durable implements Completion {
    private final int count;

    Durable(int count) {
      this.count = count;
    }

    @Override
    public void durable() {
      verify(!failed, "a record is durable after another was not");
      verify(count >= durable, "completions are not in the order of the log");
      durable = count;
    }

    @Override
    public void failed(JournalException why) {
      failed = true;
    }
  }
}
