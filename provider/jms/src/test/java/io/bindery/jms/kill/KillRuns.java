package io.bindery.jms.kill;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bindery.testkit.CrashFigures;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A virtual machine with a broker under load is killed again and again; what it said is compared
 * with what is there afterwards, and with what is in copies of its directory that were damaged. Run
 * by the profile {@code crash}; {@code -Dcrash.seed=N} chooses the moments.
 */
class KillRuns {
  private static final int KILLS = 4;
  private static final int FEWEST_LINES = 200;
  private static final int MOST_LINES = 4_000;

  @TempDir Path directory;

  private final Set<String> sent = new HashSet<>();
  private final Set<String> received = new HashSet<>();
  private final Set<String> gone = new HashSet<>();
  private final Set<String> copied = new HashSet<>();
  private final Set<String> copies = new HashSet<>();
  private final Set<String> unknown = new HashSet<>();
  private final Set<String> inHand = new HashSet<>();
  private long redelivered;

  @Test
  void whatWasConfirmedOutlivesKills() throws IOException, InterruptedException {
    long untilNs = CrashFigures.untilNanos();
    long seed = Long.getLong("crash.seed", new Random().nextLong());
    System.out.println("kill: crash.seed=" + seed);
    Random random = new Random(seed);
    int kills = 0;
    for (; kills < KILLS || System.nanoTime() < untilNs; kills++) {
      live("life" + kills, "work", FEWEST_LINES + random.nextInt(MOST_LINES));
      new KilledCopy(store(), directory.resolve("copy"), random).check(received::contains);
    }
    live("last", "drain", Integer.MAX_VALUE);
    gone.addAll(inHand);
    Set<String> lost = new HashSet<>(sent);
    lost.removeAll(gone);
    lost.removeAll(unknown);
    assertEquals(Set.of(), lost, "lost");
    copied.removeAll(copies);
    assertEquals(Set.of(), copied, "committed, and not there");
    CrashFigures.add("kill", "kills", kills);
    CrashFigures.add("kill", "lost", lost.size());
    CrashFigures.add("kill", "redelivered", redelivered);
    System.out.println(
        "kill: " + kills + " kills, " + sent.size() + " sent, " + redelivered + " redelivered");
  }

  private Path store() {
    return directory.resolve("store");
  }

  private void live(String name, String what, int lines) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(
                System.getProperty("java.home") + File.separator + "bin" + File.separator + "java",
                "-Xmx128m",
                "-cp",
                System.getProperty("java.class.path"),
                KilledClient.class.getName(),
                "vm://kill?dir=" + store().toUri().getPath() + KilledClient.SETTINGS,
                name,
                what)
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    try (BufferedReader reader = process.inputReader()) {
      int read = 0;
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        if (line.endsWith(".")) {
          String[] words = line.substring(0, line.length() - 1).split(" ", 2);
          happened(words[0], words[1]);
        }
        if (++read == lines) {
          // The process would forget what it has said and was not read yet.
          process.toHandle().destroyForcibly();
        }
      }
      assertTrue(what.equals("work") ? read >= lines : process.waitFor() == 0, "only " + read);
    } finally {
      process.destroyForcibly().waitFor();
    }
    if (what.equals("work")) {
      // The end came before it said so, or before it was so.
      unknown.addAll(inHand);
      inHand.clear();
    }
  }

  private void happened(String what, String text) {
    switch (what) {
      case "sent" -> sent.add(text);
      case "received", "received-again" -> received(text, what.equals("received-again"));
      case "acknowledged" -> {
        inHand.remove(text);
        gone.add(text);
      }
      case "committing" -> assertTrue(inHand.contains(text));
      case "committed" -> {
        inHand.remove(text);
        gone.add(text);
        copied.add(KilledClient.COPY + text);
      }
      default -> throw new AssertionError(what + " " + text);
    }
  }

  private void received(String text, boolean again) {
    assertFalse(gone.contains(text), text + " came back");
    assertTrue(again || !received.contains(text), text + " came twice, and does not say so");
    received.add(text);
    redelivered += again ? 1 : 0;
    if (text.startsWith(KilledClient.COPY)) {
      assertTrue(copies.add(text), text + " is there twice");
      assertFalse(inHand.contains(text.substring(KilledClient.COPY.length())), "in part: " + text);
      return;
    }
    unknown.remove(text);
    inHand.add(text);
  }
}
