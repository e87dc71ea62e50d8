package io.bindery.jms.kill;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bindery.broker.store.StoreException;
import io.bindery.engine.AmqpException;
import io.bindery.engine.Engine;
import io.bindery.engine.Engines;
import io.bindery.jms.BinderyConnectionFactory;
import io.bindery.jms.BinderyQueue;
import jakarta.jms.JMSConsumer;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.JMSRuntimeException;
import jakarta.jms.Message;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Copies of the directory of a broker that was killed, one as it was, others with the end cut off
 * or a byte changed: what a broker finds there must be what the log said up to some moment, or the
 * broker must name the file and the place that are damaged.
 */
final class KilledCopy {
  private static final int SEGMENT_HEADER_BYTES = 64;
  private static final int DRAINED_MS = 200;
  private static int opened;
  private static int made;

  private final Path from;
  private final Path copies;
  private Path to;
  private final Random random;

  /**
   * What a broker has.
   *
   * @param waiting what waits in the first queue
   * @param copied what was moved to the second
   */
  private record Contents(Set<String> waiting, Set<String> copied) {}

  /** A broker says that its directory is damaged. */
  private static final class DamagedException extends Exception {
    private static final long serialVersionUID = 1L;

    DamagedException(Throwable why) {
      super(why);
    }
  }

  KilledCopy(Path from, Path copies, Random random) {
    this.from = from;
    this.copies = copies;
    this.random = random;
  }

  /**
   * Makes the copies and looks at them.
   *
   * @param gone whether a message may have left the first queue
   */
  void check(Predicate<String> gone) throws IOException {
    List<Path> segments = segments(from);
    Path last = segments.get(segments.size() - 1);
    Contents whole;
    try {
      copy();
      whole = contents();
    } catch (DamagedException e) {
      throw new AssertionError("nobody has damaged it", e);
    }
    assertFollowed(whole, gone);
    try {
      copy();
      cut(to.resolve(last.getFileName()));
      assertFollowed(contents(), gone);
    } catch (DamagedException e) {
      assertNamed(e);
    }
    Path changed = segments.get(random.nextInt(segments.size()));
    try {
      copy();
      flip(to.resolve(changed.getFileName()));
      Contents found = contents();
      if (changed.equals(last)) {
        assertFollowed(found, gone);
      } else {
        assertEquals(whole, found, "a changed byte was passed over");
      }
    } catch (DamagedException e) {
      assertNamed(e);
    }
  }

  private static void assertNamed(DamagedException e) {
    for (Throwable each = e; each != null; each = each.getCause()) {
      if (String.valueOf(each.getMessage()).matches("(?s).*\\.log, offset \\d+.*")) {
        return;
      }
    }
    throw new AssertionError("neither file nor offset are named", e);
  }

  /** Of each producer all is there up to some message, or has gone; and nothing moved in part. */
  private static void assertFollowed(Contents contents, Predicate<String> gone) {
    Map<String, Integer> lastOf = new HashMap<>();
    for (String each : contents.waiting) {
      lastOf.merge(producer(each), number(each), Math::max);
      assertFalse(contents.copied.contains(KilledClient.COPY + each), "in part: " + each);
    }
    lastOf.forEach(
        (producer, last) -> {
          for (int i = 0; i < last; i++) {
            String each = producer + i;
            assertTrue(
                contents.waiting.contains(each)
                    || contents.copied.contains(KilledClient.COPY + each)
                    || gone.test(each),
                each + " is missing before " + last);
          }
        });
  }

  private static String producer(String text) {
    return text.substring(0, text.lastIndexOf('-') + 1);
  }

  private static int number(String text) {
    return Integer.parseInt(text.substring(text.lastIndexOf('-') + 1));
  }

  private static List<Path> segments(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files
          .filter(each -> each.getFileName().toString().startsWith("journal-"))
          .sorted()
          .toList();
    }
  }

  private void copy() throws IOException {
    // Each in a place of its own: a broker that ends by itself may still be ending.
    to = Files.createDirectories(copies).resolve("copy" + ++made);
    try (Stream<Path> all = Files.walk(from)) {
      for (Path each : all.toList()) {
        Files.copy(each, to.resolve(from.relativize(each).toString()));
      }
    }
  }

  private void cut(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.truncate(place(channel.size()));
    }
  }

  private void flip(Path file) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    bytes[(int) place(bytes.length)] ^= (byte) (1 << random.nextInt(8));
    Files.write(file, bytes);
  }

  private long place(long size) {
    return SEGMENT_HEADER_BYTES + (long) (random.nextDouble() * (size - SEGMENT_HEADER_BYTES));
  }

  private Contents contents() throws DamagedException {
    String uri = "vm://copy" + ++opened + "?dir=" + to.toUri().getPath() + KilledClient.SETTINGS;
    try {
      Engine broker = Engines.find(uri);
      try (JMSContext context = new BinderyConnectionFactory(uri).createContext()) {
        return new Contents(
            drained(context, KilledClient.QUEUE), drained(context, KilledClient.OUT));
      } finally {
        broker.close();
      }
    } catch (JMSRuntimeException | JMSException | AmqpException | StoreException e) {
      throw new DamagedException(e);
    }
  }

  private static Set<String> drained(JMSContext context, String queue) throws JMSException {
    Set<String> all = new HashSet<>();
    try (JMSConsumer consumer = context.createConsumer(new BinderyQueue(queue))) {
      for (Message next = consumer.receive(DRAINED_MS);
          next != null;
          next = consumer.receive(DRAINED_MS)) {
        String text = next.getBody(String.class);
        assertTrue(all.add(text), text + " came twice");
      }
    }
    return all;
  }
}
