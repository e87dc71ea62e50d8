package io.bindery.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bindery.broker.journal.Commitment;
import io.bindery.broker.journal.Journal;
import io.bindery.broker.journal.JournalException;
import io.bindery.broker.journal.JournalException.Reason;
import io.bindery.broker.journal.JournalSettings;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What was changed on disk: cut where it was never finished, refused where it was. */
class JournalDamageTest {
  private static final JournalSettings SETTINGS =
      JournalSettings.DEFAULT.withSegmentBytes(4 << 10).withMinFreeBytes(0);
  private static final int HEADER_BYTES = 64;
  private static final int GROUP_BYTES = 32;
  private static final Logger LOG = Logger.getLogger("io.bindery.broker.journal");

  private final SteppedEnvironment environment = new SteppedEnvironment(1);

  @BeforeAll
  static void silence() {
    LOG.setLevel(Level.OFF);
  }

  @AfterAll
  static void speak() {
    LOG.setLevel(null);
  }

  private Journal open(FaultyDirectory directory) throws JournalException {
    return Journal.open(directory, SETTINGS, environment);
  }

  private static List<Integer> replay(Journal journal) throws JournalException {
    List<Integer> found = new ArrayList<>();
    journal.replay(0, (position, type, payload) -> found.add(payload.getInt()));
    return found;
  }

  private static ByteBuffer record(int number, int length) {
    byte[] bytes = new byte[length];
    Arrays.fill(bytes, (byte) 0x5a);
    return ByteBuffer.wrap(bytes).putInt(0, number);
  }

  /** A log of groups of one record, each of that length, durable; answers the positions. */
  private List<Long> fill(Journal journal, int records, int length) {
    List<Long> positions = new ArrayList<>();
    for (int i = 0; i < records; i++) {
      positions.add(journal.append(1, record(i, length), Commitment.SYNC, null));
      environment.settle();
    }
    return positions;
  }

  private static List<Integer> upTo(int count) {
    List<Integer> numbers = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      numbers.add(i);
    }
    return numbers;
  }

  private static String segment(int number) {
    return String.format("journal-%016x.log", number);
  }

  /** What is behind the place where a write was torn. */
  private enum Tail {
    NOTHING,
    ZEROS,
    GARBAGE;

    byte[] tear(byte[] whole, int at) {
      byte[] torn = this == NOTHING ? Arrays.copyOf(whole, at) : whole.clone();
      Arrays.fill(torn, Math.min(at, torn.length), torn.length, (byte) (this == ZEROS ? 0 : 0xa5));
      return torn;
    }
  }

  @ParameterizedTest
  @EnumSource
  void aTornTailIsCutAtEveryByte(Tail tail) throws IOException, JournalException {
    FaultyDirectory written = new FaultyDirectory(1, Set.of());
    Journal journal = open(written);
    journal.start(why -> {});
    fill(journal, 8, 20);
    byte[] whole = written.content(segment(1));
    int recordBytes = GROUP_BYTES + 40;
    for (int at = HEADER_BYTES; at < HEADER_BYTES + 8 * recordBytes; at++) {
      FaultyDirectory torn = new FaultyDirectory(1, Set.of());
      torn.put(segment(1), tail.tear(whole, at));
      // The last three bytes of a record are padding.
      int records = (at - HEADER_BYTES + 3) / recordBytes;
      assertEquals(upTo(records), replay(open(torn)), "torn at " + at);
      assertEquals(upTo(records), replay(open(torn.afterCrash())), "after another crash");
    }
  }

  @Test
  void noFlippedByteIsPassedOver() throws IOException, JournalException {
    FaultyDirectory written = new FaultyDirectory(1, Set.of());
    Journal journal = open(written);
    journal.start(why -> {});
    fill(journal, 100, 60);
    journal.close();
    List<String> names = written.names();
    assertTrue(names.size() > 2);
    int refused = 0;
    for (String name : names) {
      byte[] whole = written.content(name);
      for (int at = 0; at < whole.length; at++) {
        FaultyDirectory flipped = new FaultyDirectory(1, Set.of());
        for (String each : names) {
          flipped.put(each, written.content(each));
        }
        byte[] changed = whole.clone();
        changed[at] ^= 0x10;
        flipped.put(name, changed);
        try {
          assertEquals(upTo(100), replay(open(flipped)), name + " flipped at " + at);
        } catch (JournalException e) {
          refused++;
          assertEquals(Reason.DAMAGED, e.reason());
          assertTrue(e.getMessage().contains(name + ", offset "), e.getMessage());
          assertTrue(flipped.names().containsAll(names), "nothing may be lost");
        }
      }
    }
    assertTrue(refused > 100 * 100, refused + " were refused");
  }

  @Test
  void onlyWhatNobodyKnewToBeOnDiskIsCut() throws IOException, JournalException {
    FaultyDirectory written = new FaultyDirectory(1, Set.of());
    Journal journal = open(written);
    journal.start(why -> {});
    List<Long> positions = fill(journal, 5, 20);
    byte[] whole = written.content(segment(1));
    for (int i = 0; i < 5; i++) {
      FaultyDirectory flipped = new FaultyDirectory(1, Set.of());
      byte[] changed = whole.clone();
      changed[(int) (long) positions.get(i) + 18] ^= 1;
      flipped.put(segment(1), changed);
      if (i == 4) {
        assertEquals(upTo(4), replay(open(flipped)));
      } else {
        JournalException e = assertThrows(JournalException.class, () -> open(flipped));
        assertTrue(e.getMessage().contains("offset " + (positions.get(i) & 0xffff)));
      }
    }
    environment.advance(1_000);
    byte[] marked = written.content(segment(1));
    marked[(int) (long) positions.get(4) + 18] ^= 1;
    FaultyDirectory flipped = new FaultyDirectory(1, Set.of());
    flipped.put(segment(1), marked);
    assertThrows(JournalException.class, () -> open(flipped), "an idle journal knows its end");
  }

  @Test
  void aMissingSegmentIsNoticed() throws IOException, JournalException {
    FaultyDirectory directory = new FaultyDirectory(1, Set.of());
    Journal journal = open(directory);
    journal.start(why -> {});
    List<Long> positions = fill(journal, 200, 60);
    journal.close();
    directory.remove(segment(2));
    Journal found = open(directory);
    JournalException e = assertThrows(JournalException.class, () -> replay(found));
    assertEquals(Reason.DAMAGED, e.reason());
    assertThrows(
        JournalException.class, () -> found.replay(2L << 32 | HEADER_BYTES, (p, t, b) -> {}));
    long later = positions.stream().filter(each -> each >>> 32 == 3).findFirst().orElseThrow();
    found.replay(later, (position, type, payload) -> assertTrue(position >= later));
  }

  @Test
  void whatARecycledFileHeldIsNeverSeen() throws JournalException {
    FaultyDirectory directory = new FaultyDirectory(1, Set.of());
    Journal journal = open(directory);
    journal.start(why -> {});
    for (int round = 0; round < 60; round++) {
      fill(journal, 9, 60); // the same lengths each time, so that old records lie where new ones do
      journal.segments().stream()
          .limit(Math.max(0, journal.segments().size() - 2))
          .forEach(each -> journal.free(each.number()));
      environment.settle();
    }
    int kept = replay(open(directory.afterCrash())).size();
    assertTrue(kept > 0 && kept < 150, kept + " records");
  }

  @Test
  void anotherFormatVersionIsNamed() throws IOException, JournalException {
    FaultyDirectory directory = new FaultyDirectory(1, Set.of());
    open(directory).close();
    byte[] bytes = directory.content(segment(1));
    ByteBuffer header = ByteBuffer.wrap(bytes).putInt(8, 2);
    CRC32C crc = new CRC32C();
    crc.update(bytes, 0, HEADER_BYTES - 4);
    header.putInt(HEADER_BYTES - 4, (int) crc.getValue());
    directory.put(segment(1), bytes);
    JournalException e = assertThrows(JournalException.class, () -> open(directory));
    assertEquals(Reason.VERSION, e.reason());
    assertTrue(e.getMessage().contains("format version 2"), e.getMessage());
    assertTrue(e.getMessage().contains("version 1"), e.getMessage());
  }
}
