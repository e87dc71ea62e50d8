package io.bindery.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bindery.broker.journal.JournalException;
import io.bindery.broker.store.StoreException;
import io.bindery.engine.AmqpException;
import io.bindery.engine.Binding;
import io.bindery.engine.Delivery;
import io.bindery.engine.ExchangeSpec;
import io.bindery.engine.Outcome;
import io.bindery.engine.Route;
import io.bindery.testkit.SparseLife.Disks;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * A broker that is crashed while it moves messages out of sparse segments: whatever it had promised
 * is there, once, in order. Seeds are printed; {@code -Dcrash.seed=N} runs one again.
 */
class EvacuationCrashTest {
  private static final int POINTS = Integer.getInteger("crash.points", 60);
  private static final int OPERATIONS = 400;
  private static final int MUTANT_POINTS = 400;
  private static final int MOST_LATER_STEPS = 40;
  private static final int MOST_TRIES = 100;
  private static final List<String> QUEUES = List.of("long", "short", "other");
  private static final List<Logger> LOGS =
      List.of(Logger.getLogger("io.bindery.broker.journal"), Logger.getLogger("io.bindery.broker"));

  private long evacuated;
  private long steps;

  @BeforeAll
  static void silence() {
    LOGS.forEach(each -> each.setLevel(Level.OFF));
  }

  @AfterAll
  static void speak() {
    LOGS.forEach(each -> each.setLevel(null));
  }

  @Test
  void whatMovesIsNeverLost() {
    long untilNs = CrashFigures.untilNanos();
    long seed = Long.getLong("crash.seed", new Random().nextLong());
    System.out.println("evacuation: crash.seed=" + seed);
    Random seeds = new Random(seed);
    int points = 0;
    for (; points < POINTS || System.nanoTime() < untilNs; points++) {
      crash(points == 0 ? seed : seeds.nextLong(), false);
    }
    CrashFigures.add("evacuation", "crash points", points);
    System.out.println(
        "evacuation: " + points + " crash points, " + evacuated + " segments evacuated");
    assertTrue(evacuated > points, "nothing was moved");
  }

  /**
   * Each step of a life in which segments are left, by a kill and by a loss of power; in any order,
   * so that those are spread for which there is time. The profile {@code crash} has time for all.
   */
  @Test
  void noStepLosesWhatMoves() {
    long untilNs = CrashFigures.untilNanosAtLeast();
    long seed = Long.getLong("crash.seed", new Random().nextLong());
    System.out.println("evacuation, each step: crash.seed=" + seed);
    Random seeds = new Random(seed);
    int points = 0;
    int tries = 0;
    for (long each = seed; ; each = seeds.nextLong()) {
      points += crashAtEachStep(each, untilNs);
      tries++;
      if (System.nanoTime() - untilNs > 0 && (points > 0 || tries == MOST_TRIES)) {
        break;
      }
    }
    CrashFigures.add("evacuation", "crash points", points);
    System.out.println(
        "evacuation, each step: " + points + " crash points, " + evacuated + " segments evacuated");
    assertTrue(evacuated > 0, "nothing was moved");
  }

  private int crashAtEachStep(long seed, long untilNs) {
    List<Cut> cuts = new ArrayList<>();
    for (long step = stepsOfLife(seed); step > 0; step--) {
      cuts.add(new Cut(step, false));
      cuts.add(new Cut(step, true));
    }
    Collections.shuffle(cuts, new Random(seed));
    int points = 0;
    for (; points < cuts.size() && (points == 0 || untilNs - System.nanoTime() > 0); points++) {
      cut(seed, cuts.get(points));
    }
    if (!cuts.isEmpty()) {
      System.out.println("crash.seed=" + seed + ": " + points + " of " + cuts.size());
    }
    return points;
  }

  /** How a life ends. */
  private record Cut(long step, boolean kill) {
    Disks after(Disks disks) {
      return kill ? disks.afterKill() : disks.afterCrash();
    }

    Cut other() {
      return new Cut(step, !kill);
    }
  }

  /** Of the life that is to be cut short; none where nothing is moved in it. */
  private static long stepsOfLife(long seed) {
    try {
      Run run = new Run(seed);
      Disks disks = afterOneLife(run, seed);
      long before = disks.journal().steps();
      run.live(disks);
      return run.evacuated == 0 ? 0 : disks.journal().steps() - before;
    } catch (AssertionError | JournalException e) {
      throw new AssertionError("crash.seed=" + seed, e);
    }
  }

  /** In the first life of a store nothing is sparse yet. */
  private static Disks afterOneLife(Run run, long seed) throws JournalException {
    Disks disks = new Disks(seed);
    run.live(disks);
    return disks.afterKill();
  }

  /** The life after it is cut short soon, too, by what that one was not. */
  private void cut(long seed, Cut cut) {
    try {
      Run run = new Run(seed);
      Disks disks = afterOneLife(run, seed);
      disks.journal().crashAt(disks.journal().steps() + cut.step);
      run.live(disks);
      Disks found = cut.after(disks);
      found.journal().crashAt(found.journal().steps() + 1 + cut.step % MOST_LATER_STEPS);
      run.live(found);
      run.start(cut.other().after(found));
      run.checkAll();
      evacuated += run.evacuated;
    } catch (AssertionError | AmqpException | JournalException | StoreException e) {
      throw new AssertionError("crash.seed=" + seed + ", " + cut, e);
    }
  }

  /** As if a segment were deleted before it is on disk where its messages are now. */
  @Test
  void theTestFindsOut() {
    AssertionError caught = null;
    for (long seed = 1; seed <= MUTANT_POINTS && caught == null; seed++) {
      try {
        crash(seed, true);
      } catch (AssertionError e) {
        caught = e;
      }
    }
    assertTrue(caught != null, "a segment that is deleted early was not found out");
    CrashFigures.add("evacuation", "mutants caught", 1);
  }

  private void crash(long seed, boolean deletedEarly) {
    try {
      Random random = new Random(seed);
      Run run = new Run(seed);
      Disks disks = new Disks(seed);
      for (int lives = 0; lives < 3; lives++) {
        long lasts = steps == 0 ? 2_000 : steps / 2 + random.nextInt((int) steps / 2);
        disks.journal().crashAt(disks.journal().steps() + lasts);
        run.live(disks);
        steps = Math.max(steps, disks.journal().steps());
        Disks found = random.nextBoolean() ? disks.afterKill() : disks.afterCrash();
        disks = deletedEarly ? found.withoutThoseLeft(disks) : found;
      }
      run.start(disks);
      run.checkAll();
      evacuated += run.evacuated;
    } catch (AssertionError | AmqpException | JournalException | StoreException e) {
      throw new AssertionError("crash.seed=" + seed, e);
    }
  }

  /** What a message in a queue is known to be. */
  private enum Known {
    MAYBE,
    THERE,
    MAYBE_GONE
  }

  /** A workload over several lives, and what it knows. */
  private static final class Run {
    private final Random random;
    private final long seed;
    private final Map<String, TreeMap<Integer, Known>> known = new TreeMap<>();
    private SparseLife life;
    private Disks disks;
    private int last;
    private long evacuated;

    Run(long seed) {
      this.seed = seed;
      random = new Random(seed);
      QUEUES.forEach(each -> known.put(each, new TreeMap<>()));
    }

    void start(Disks on) throws AmqpException, JournalException {
      disks = on;
      life = null;
      life = new SparseLife(disks, seed, random.nextBoolean() ? 64 << 10 : 64 << 20);
    }

    /** Until it has no power. */
    void live(Disks on) throws JournalException {
      try {
        start(on);
        checkAll();
        declare();
        for (int i = 0; i < OPERATIONS; i++) {
          operate();
          if (disks.journal().hasCrashed()) {
            break;
          }
        }
      } catch (AmqpException | StoreException | JournalException e) {
        assertTrue(disks.journal().hasCrashed(), () -> "failed without a fault: " + e);
      }
      evacuated += life == null ? 0 : life.store.evacuated();
    }

    private void declare() throws AmqpException {
      life.await(life.channel.declareExchange(ExchangeSpec.durable("fan", "fanout")));
      for (String each : QUEUES) {
        life.queue(each);
        if (!each.equals("short")) {
          life.await(life.channel.bind(Binding.queue("fan", each, "")));
        }
      }
    }

    private void operate() throws AmqpException {
      int what = random.nextInt(40);
      if (what == 0) {
        publish(List.of("long", "other"));
      } else if (what == 1) {
        take("long");
      } else if (what == 2) {
        take("other");
      } else if (what == 3) {
        life.environment.advance(random.nextInt(50));
      } else if (what < 20) {
        publish(List.of("short"));
      } else {
        take("short");
      }
    }

    private void publish(List<String> queues) throws AmqpException {
      int id = ++last;
      queues.forEach(each -> known.get(each).put(id, Known.MAYBE));
      Route route = queues.size() == 1 ? Route.toQueue(queues.get(0)) : new Route("fan", "", false);
      life.await(
          life.channel.publish(
              route,
              SparseLife.message(id, true, 200 + random.nextInt(1_500)),
              life.channel.autoCommit()));
      queues.forEach(each -> known.get(each).put(id, Known.THERE));
    }

    private void take(String queue) throws AmqpException {
      Delivery next = life.await(life.channel.get(queue, ""));
      TreeMap<Integer, Known> there = known.get(queue);
      Integer first = there.isEmpty() ? null : there.firstKey();
      assertEquals(first, next == null ? null : Integer.valueOf(SparseLife.id(next)), queue);
      if (next != null) {
        there.put(first, Known.MAYBE_GONE);
        life.await(life.channel.settle(List.of(next), Outcome.ACCEPTED, life.channel.autoCommit()));
        there.remove(first);
      }
    }

    /** What is there is what was promised, and readable. */
    void checkAll() throws AmqpException {
      for (String queue : QUEUES) {
        TreeMap<Integer, Known> expected = known.get(queue);
        if (expected.isEmpty()) {
          continue;
        }
        TreeMap<Integer, Known> found = new TreeMap<>();
        int before = 0;
        for (int id : life.ids(queue)) {
          assertTrue(id > before, () -> queue + ": " + id + " is in another place");
          assertTrue(expected.containsKey(id), () -> queue + ": " + id + " was taken");
          found.put(id, Known.THERE);
          before = id;
        }
        expected.forEach(
            (id, state) ->
                assertTrue(
                    state != Known.THERE || found.containsKey(id), queue + ": " + id + " is lost"));
        known.put(queue, found);
      }
    }
  }
}
