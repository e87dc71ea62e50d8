package io.bindery.broker.tools;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bindery.broker.journal.DiskDirectory;
import io.bindery.broker.journal.JournalException;
import io.bindery.broker.store.StoreReader;
import io.bindery.engine.AmqpException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A verification that can fail: whatever is changed in a store is found. */
class VerifyTest extends StoreFixture {
  /** No divisor of what records are aligned to. */
  private static final int STRIDE = 787;

  /** The log of a broker that has closed ends with a group of nothing, whose loss is none. */
  private static final int BEFORE_LAST_GROUP = 40;

  @BeforeEach
  void fillAndClose() throws AmqpException, IOException, JournalException {
    closed();
    assertRuns(0, "verify", store().toString());
    assertOut("nothing is damaged", "391 messages");
  }

  private List<Path> segments() throws IOException {
    List<Path> segments = files(store(), "journal-");
    assertTrue(segments.size() > 2, segments.toString());
    return segments;
  }

  /** How many bytes of a segment hold what counts. */
  private int used(Path file) throws IOException, JournalException {
    DiskDirectory there = DiskDirectory.existing(store().toString()).orElseThrow();
    try (StoreReader reader = StoreReader.open(there)) {
      String name = file.getFileName().toString();
      return reader.segments().stream()
          .filter(each -> each.name().equals(name))
          .mapToInt(each -> (int) each.bytes())
          .findFirst()
          .orElseThrow();
    }
  }

  private static int indexOf(byte[] bytes, String text) {
    int at = new String(bytes, StandardCharsets.ISO_8859_1).indexOf(text);
    assertTrue(at > 0, text);
    return at;
  }

  @Test
  void aFlippedByteIsFound() throws IOException, JournalException {
    int found = 0;
    int passed = 0;
    for (Path file : segments()) {
      byte[] whole = Files.readAllBytes(file);
      int end = used(file);
      for (int at = 0; at < end; at += STRIDE) {
        byte[] changed = whole.clone();
        changed[at] ^= 0x10;
        Files.write(file, changed);
        if (run("verify", store().toString()) == 3) {
          found++;
          assertOut("DAMAGED", file.getFileName().toString(), "offset ", "  -> ");
        } else {
          // Between two records.
          passed++;
          assertEquals(0, whole[at], file + " flipped at " + at);
        }
      }
      Files.write(file, whole);
    }
    assertTrue(found > 10 * passed, found + " were found, and " + passed + " were not");
    assertRuns(0, "verify", store().toString());
  }

  @Test
  void eachDamageIsFoundNotOnlyTheFirst() throws IOException {
    Path file = segments().get(0);
    byte[] bytes = Files.readAllBytes(file);
    bytes[indexOf(bytes, "order 30 x") + 20] ^= 1;
    bytes[indexOf(bytes, "order 80 x") + 20] ^= 1;
    Files.write(file, bytes);
    assertRuns(3, "verify", store().toString());
    assertOut(
        "a broker starts; whether a queue has lost messages by it is said below",
        "DAMAGED queue 'orders' of virtual host '/'",
        "2 messages of this file cannot be read: restore the directory from a backup, or",
        "2 messages cannot be read");
    assertEquals(4, out().split("DAMAGED").length, out());
  }

  /** "order 3" was consumed: who reads of damage shall not look for what is lost. */
  @Test
  void damageThatNoQueueNeedsIsSaidToBeNone() throws IOException {
    Path file = segments().get(0);
    byte[] bytes = Files.readAllBytes(file);
    bytes[indexOf(bytes, "order 3 x") + 20] ^= 1;
    Files.write(file, bytes);
    assertRuns(3, "verify", store().toString());
    assertOut(
        "DAMAGED " + file.toRealPath() + ", offset ",
        "note    no queue and no prepared branch has a message in the damaged bytes",
        "; 1 damage");
    assertEquals(2, out().split("DAMAGED").length, out());
  }

  @Test
  void aTruncatedFileIsFound() throws IOException, JournalException {
    for (Path file : segments()) {
      byte[] whole = Files.readAllBytes(file);
      int end = used(file);
      for (int length : new int[] {0, 63, 64, end / 2, end - BEFORE_LAST_GROUP}) {
        Files.write(file, Arrays.copyOf(whole, length));
        assertRuns(3, "verify", store().toString());
        assertOut(file.getFileName().toString());
      }
      Files.write(file, whole);
    }
  }

  @Test
  void aMissingSegmentIsFound() throws IOException {
    for (Path file : segments()) {
      byte[] whole = Files.readAllBytes(file);
      Files.delete(file);
      assertRuns(3, "verify", store().toString());
      assertOut(file.getFileName().toString());
      Files.write(file, whole);
    }
  }

  @Test
  void aDamagedCheckpointIsFound() throws IOException {
    Path file = files(store(), "checkpoint-").get(0);
    byte[] whole = Files.readAllBytes(file);
    for (int at = 0; at < whole.length; at += 7) {
      byte[] changed = whole.clone();
      changed[at] ^= 0x10;
      Files.write(file, changed);
      int code = run("verify", store().toString());
      // The fourth part of its head is its version.
      assertEquals(at >= 8 && at < 12 ? 1 : 3, code, "flipped at " + at + "\n" + out() + err());
      assertTrue((out() + err()).contains(file.getFileName().toString()), out());
    }
    Files.write(file, Arrays.copyOf(whole, whole.length / 2));
    assertRuns(3, "verify", store().toString());
    assertOut(file.getFileName().toString(), "a broker does not start with this directory");
  }
}
