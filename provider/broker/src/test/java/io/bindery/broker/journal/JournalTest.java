package io.bindery.broker.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bindery.broker.journal.JournalException.Reason;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** A journal over restarts. */
class JournalTest extends JournalFixture {
  @Test
  void recordsAreThereAfterARestart() throws IOException, JournalException {
    assertEquals(List.of(), start());
    append("a");
    append("");
    append("b");
    assertEquals(List.of("a", "", "b"), restart());
    append("c");
    assertEquals(List.of("a", "", "b", "c"), restart());
    assertEquals(List.of("a", "", "b", "c"), restart());
  }

  @Test
  void positionsStayWhatTheyAre() throws IOException, JournalException {
    start();
    List<Long> positions = new ArrayList<>();
    for (int i = 0; i < 500; i++) {
      positions.add(journal.append(TYPE, bytes(text(i, i * 3)), Commitment.LATER, null));
    }
    flush();
    assertTrue(journal.segments().size() > 3);
    for (int round = 0; round < 2; round++) {
      for (int i = 0; i < 500; i++) {
        assertEquals(text(i, i * 3), text(journal.read(positions.get(i)).payload()));
      }
      long previous = 0;
      for (long position : positions) {
        assertTrue(position > previous);
        previous = position;
      }
      assertEquals(500, restart().size());
    }
  }

  @Test
  void replaysFromAPosition() throws IOException, JournalException {
    start();
    append("a");
    long end = journal.end();
    long b = append("b");
    append("c");
    journal.close();
    List<String> found = new ArrayList<>();
    open().replay(b, (position, type, payload) -> found.add(text(payload)));
    assertEquals(List.of("b", "c"), found);
    journal.replay(end, (position, type, payload) -> found.add(text(payload)));
    assertEquals(List.of("b", "c", "b", "c"), found);
  }

  @Test
  void completionsComeInTheOrderOfTheLog() throws IOException, JournalException {
    start();
    List<Integer> order = new ArrayList<>();
    for (int i = 0; i < 1_000; i++) {
      int number = i;
      Completion noted =
          new Completion() {
            @Override
            public void durable() {
              order.add(number);
            }

            @Override
            public void failed(JournalException why) {
              order.add(-1);
            }
          };
      if (i % 10 == 9) {
        journal.after(noted);
      } else {
        Commitment commitment = i % 3 == 0 ? Commitment.SYNC : Commitment.LATER;
        journal.append(TYPE, bytes("r" + i), commitment, noted);
      }
    }
    flush();
    assertEquals(1_000, order.size());
    for (int i = 0; i < order.size(); i++) {
      assertEquals(i, order.get(i));
    }
  }

  @Test
  void whoWakesOthersHearsOfAllOfItsGroupBefore() throws IOException, JournalException {
    List<String> heard = new ArrayList<>();
    Journal before = open(); // what is appended before the start is one group
    for (int i = 0; i < 3; i++) {
      before.append(TYPE, bytes("r" + i), Commitment.SYNC, noting(heard, i, 3));
    }
    before.start(why -> {});
    flush();
    assertEquals(
        List.of("0 durable", "1 durable", "2 durable", "0 after", "1 after", "2 after"), heard);
  }

  @Test
  void whatIsDurableStaysSoWhenAnotherOfItsGroupFails() throws IOException, JournalException {
    List<String> heard = new ArrayList<>();
    Journal before = open();
    for (int i = 0; i < 3; i++) {
      before.append(TYPE, bytes("r" + i), Commitment.SYNC, noting(heard, i, 1));
    }
    before.start(why -> {});
    assertThrows(JournalException.class, this::flush);
    assertEquals(List.of("0 durable", "1 throws", "0 after", "2 failed"), heard);
  }

  /** Notes what it hears; throws if it is the one that does. */
  private static Completion noting(List<String> heard, int number, int thrower) {
    return new Completion() {
      @Override
      public void durable() {
        heard.add(number + (number == thrower ? " throws" : " durable"));
        if (number == thrower) {
          throw new IllegalStateException("on purpose");
        }
      }

      @Override
      public void afterGroup() {
        heard.add(number + " after");
      }

      @Override
      public void failed(JournalException why) {
        heard.add(number + " failed");
      }
    };
  }

  @Test
  void whatMayComeLaterComesByItself() throws IOException, JournalException {
    start();
    Waiter later = new Waiter();
    journal.append(TYPE, bytes("later"), Commitment.LATER, later);
    later.await();
    assertEquals(List.of("later"), restart());
  }

  @Test
  void recordsLargerThanASegmentHaveOneOfTheirOwn() throws IOException, JournalException {
    start();
    append("small");
    String large = text(1, 3 << 20);
    long position = append(large);
    append("next");
    assertEquals(large, text(journal.read(position).payload()));
    assertEquals(3, journal.segments().size());
    assertEquals(List.of("small", large, "next"), restart());
  }

  @Test
  void whatIsNotYetWrittenCanBeRead() throws IOException, JournalException {
    start();
    CountDownLatch entered = new CountDownLatch(1);
    CountDownLatch go = new CountDownLatch(1);
    journal.after(
        new Completion() {
          @Override
          public void durable() {
            entered.countDown();
            try {
              go.await();
            } catch (InterruptedException e) {
              throw new AssertionError(e);
            }
          }

          @Override
          public void failed(JournalException why) {}
        });
    long[] positions = new long[40];
    for (int i = 0; i < positions.length; i++) {
      positions[i] = journal.append(TYPE, bytes(text(i, 5_000)), Commitment.SYNC, null);
    }
    for (int i = 0; i < positions.length; i++) {
      assertEquals(text(i, 5_000), text(journal.read(positions[i]).payload()));
    }
    go.countDown();
    flush();
    List<String> found = new ArrayList<>();
    journal.read(positions, 0, 40, (position, type, payload) -> found.add(text(payload)));
    assertEquals(40, found.size());
    assertEquals(text(39, 5_000), found.get(39));
  }

  @Test
  void freedSegmentsAreUsedAgain() throws IOException, JournalException {
    start();
    for (int i = 0; i < 200; i++) {
      append(text(i, 5_000));
      List<SegmentInfo> all = journal.segments();
      if (all.size() > 2) {
        journal.free(all.get(0).number());
      }
    }
    flush();
    try (Stream<Path> files = Files.list(path)) {
      assertTrue(files.count() <= 8);
    }
    long number = journal.segments().get(0).number();
    JournalException gone =
        assertThrows(JournalException.class, () -> journal.read((number - 1) << 32 | 96));
    assertEquals(Reason.GONE, gone.reason());
    assertThrows(IllegalArgumentException.class, () -> journal.free(journal.end() >>> 32));
    List<String> found = restart();
    assertEquals(text(199, 5_000), found.get(found.size() - 1));
  }

  @Test
  void interruptsOfReadersHarmNobody() throws IOException, JournalException, InterruptedException {
    start();
    long[] positions = new long[64];
    for (int i = 0; i < positions.length; i++) {
      positions[i] = journal.append(TYPE, bytes(text(i, 3_000)), Commitment.LATER, null);
    }
    flush();
    AtomicInteger reads = new AtomicInteger();
    AtomicReference<Throwable> failure = new AtomicReference<>();
    CountDownLatch done = new CountDownLatch(1);
    Thread reader =
        new Thread(
            () -> {
              try {
                while (done.getCount() > 0) {
                  int i = reads.incrementAndGet() % positions.length;
                  assertEquals(text(i, 3_000), text(journal.read(positions[i]).payload()));
                }
              } catch (JournalException | RuntimeException | Error e) {
                failure.set(e);
              }
            });
    reader.start();
    for (int i = 0; i < 300; i++) {
      reader.interrupt();
      append("while others are interrupted");
    }
    done.countDown();
    reader.join();
    assertNull(failure.get());
    assertTrue(reads.get() > 300);
  }

  @Test
  void anInterruptedWaiterStillHearsOfIt() throws IOException, JournalException {
    start();
    Thread.currentThread().interrupt();
    Waiter waiter = new Waiter();
    journal.append(TYPE, bytes("a"), Commitment.SYNC, waiter);
    journal.close();
    assertTrue(Thread.interrupted());
    waiter.await();
  }

  @Test
  void oneProcessHasTheDirectory() throws IOException, JournalException {
    Process other =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                LockHolder.class.getName(),
                path.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try (BufferedReader lines = other.inputReader()) {
      assertEquals("locked", lines.readLine());
      JournalException e = assertThrows(JournalException.class, this::open);
      assertEquals(Reason.LOCKED, e.reason());
      String holder = "in use by process " + other.pid() + " on ";
      assertTrue(e.getMessage().contains(holder), e.getMessage());
    } finally {
      other.destroyForcibly().onExit().join();
    }
    start();
    append("a");
  }

  @Test
  void oneJournalOfAProcessHasTheDirectory() throws IOException, JournalException {
    start();
    append("a");
    Journal first = journal;
    for (int i = 0; i < 3; i++) {
      JournalException e = assertThrows(JournalException.class, this::open);
      assertEquals(Reason.LOCKED, e.reason());
    }
    assertEquals(first, journal);
    assertEquals(List.of("a"), restart());
  }

  @Test
  void afterTheCloseNothingIsTaken() throws IOException, JournalException {
    start();
    long position = append("a");
    journal.close();
    journal.close();
    Waiter waiter = new Waiter();
    journal.append(TYPE, bytes("b"), Commitment.SYNC, waiter);
    assertEquals(Reason.CLOSED, assertThrows(JournalException.class, waiter::await).reason());
    JournalException e = assertThrows(JournalException.class, () -> journal.read(position));
    assertEquals(Reason.CLOSED, e.reason());
    assertEquals(List.of("a"), restart());
  }

  @Test
  void manyAppendAtOnce() throws IOException, JournalException, InterruptedException {
    start();
    List<Thread> threads = new ArrayList<>();
    AtomicInteger failures = new AtomicInteger();
    for (int t = 0; t < 8; t++) {
      int thread = t;
      threads.add(
          new Thread(
              () -> {
                try {
                  for (int i = 0; i < 100; i++) {
                    append(thread + ":" + i);
                  }
                } catch (JournalException e) {
                  failures.incrementAndGet();
                }
              }));
    }
    threads.forEach(Thread::start);
    for (Thread each : threads) {
      each.join();
    }
    assertEquals(0, failures.get());
    List<String> found = restart();
    assertEquals(800, found.size());
    int[] next = new int[8];
    for (String each : found) {
      String[] parts = each.split(":");
      assertEquals(next[Integer.parseInt(parts[0])]++, Integer.parseInt(parts[1]));
    }
  }
}
