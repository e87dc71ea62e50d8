package io.bindery.jms.halt;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bindery.testkit.CrashFigures;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A virtual machine with Narayana, a broker and an H2 database is halted at each step of two-phase
 * commit, with either resource in front, and at each step of a rollback; the next one recovers.
 * Then both sides must agree, and with the transaction manager's log. Run by the profile {@code
 * crash}.
 */
class HaltRuns {
  private static final long LIFE_S = 120;

  @TempDir Path directory;

  private final Set<String> in = new TreeSet<>();
  private final Set<String> done = new TreeSet<>();
  private final Set<String> taken = new TreeSet<>();
  private int lives;
  private int inDoubt;
  private int redelivered;

  /** What a life is to do. */
  private record Life(String sends, HaltPoint step, boolean brokerFirst, boolean rollback) {}

  @Test
  void bothSidesAgreeAfterAHaltAtEachStep() throws IOException, InterruptedException {
    List<Life> plan = new ArrayList<>();
    for (HaltPoint step : HaltPoint.values()) {
      plan.add(new Life("a" + step.ordinal(), step, true, step.inRollback()));
      plan.add(new Life("b" + step.ordinal(), step, false, step.inRollback()));
    }
    for (Life life : plan) {
      Set<HaltPoint> reached = live(life);
      assertTrue(reached.contains(life.step), life + " was not halted");
    }
    assertEquals(HaltPoint.steps(false), live(new Life("c", null, true, false)));
    assertEquals(HaltPoint.steps(true), live(new Life("d", null, true, true)));
    live(new Life("-", null, true, false));
    assertEquals(plan.size() + 2, in.size() + done.size());
    CrashFigures.add("halt", "kills", plan.size());
    CrashFigures.add("halt", "lost", 0);
    CrashFigures.add("halt", "redelivered", redelivered);
    System.out.println(
        "halt: "
            + plan.size()
            + " halts, "
            + inDoubt
            + " branches recovered, "
            + redelivered
            + " redelivered");
  }

  private Set<HaltPoint> live(Life life) throws IOException, InterruptedException {
    List<String> lines = new ArrayList<>();
    Process process = process(life);
    CompletableFuture.delayedExecutor(LIFE_S, TimeUnit.SECONDS).execute(process::destroyForcibly);
    try (BufferedReader reader = process.inputReader()) {
      reader.lines().forEach(lines::add);
      process.waitFor();
    } finally {
      process.destroyForcibly().waitFor();
    }
    int status = life.step == null ? 0 : Halts.STATUS;
    assertEquals(status, process.exitValue(), life + " said " + lines);
    lives++;
    return check(life, lines);
  }

  private Process process(Life life) throws IOException {
    return new ProcessBuilder(
            System.getProperty("java.home") + File.separator + "bin" + File.separator + "java",
            "-Xmx128m",
            "-XX:TieredStopAtLevel=1",
            "-cp",
            System.getProperty("java.class.path"),
            HaltedClient.class.getName(),
            directory.toUri().getPath(),
            life.sends,
            life.step == null ? "-" : life.step.name(),
            "" + life.brokerFirst,
            "" + life.rollback)
        .redirectError(directory.resolve("errors" + lives).toFile())
        .start();
  }

  /** Compares what a life says with what must be so, and answers which steps it came to. */
  private Set<HaltPoint> check(Life life, List<String> lines) {
    Set<HaltPoint> reached = EnumSet.noneOf(HaltPoint.class);
    String text = null;
    for (String line : lines) {
      String[] words = line.split(" ", 2);
      switch (words[0]) {
        case "in-doubt" -> inDoubt += Integer.parseInt(words[1]);
        case "left-in-doubt" -> assertEquals("0", words[1], life + " recovers");
        case "sent" -> in.add(words[1]);
        case "taken", "taken-again" -> {
          text = words[1];
          boolean marked = words[0].equals("taken-again");
          assertTrue(taken.add(text) || marked, text + " comes again, and does not say so");
          redelivered += marked ? 1 : 0;
        }
        case "reached" -> {
          reached.add(HaltPoint.valueOf(words[1]));
          decide(text, HaltPoint.valueOf(words[1]));
        }
        case HaltedClient.IN -> assertEquals(in.toString(), words[1], life + " finds");
        case HaltedClient.OUT, "rows" -> assertEquals(done.toString(), words[1], life + " finds");
        default -> throw new AssertionError(line);
      }
    }
    return reached;
  }

  /** With the log it is done, whatever comes. */
  private void decide(String text, HaltPoint step) {
    if (step.decided) {
      in.remove(text);
      done.add(text);
    }
  }
}
