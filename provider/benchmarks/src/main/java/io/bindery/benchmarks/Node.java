package io.bindery.benchmarks;

import io.bindery.benchmarks.DurableQueue.Receiving;
import io.bindery.benchmarks.DurableQueue.Sending;
import io.bindery.benchmarks.DurableQueue.Taken;
import jakarta.jms.JMSException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * A provider, or the limit, in a virtual machine of its own, which does what its {@link Child} asks
 * for: a line each, answered with a line that begins with {@link #ANSWER}.
 */
public final class Node {
  static final String ANSWER = "= ";
  static final String LIMIT = "limit";
  static final String FIRST = "first";

  private Node() {}

  /**
   * Arguments: a connection factory's class and its URL; or {@code limit} and a directory.
   *
   * <p>What may be asked: {@code send PRODUCERS BYTES BATCH CONSUMED MS}, {@code receive MODE BATCH
   * MESSAGES BYTES}, {@code fill PRODUCERS BYTES BATCH MESSAGES}, {@code drain PRODUCERS MESSAGES},
   * {@code heap}.
   */
  public static void main(String[] arguments)
      throws ReflectiveOperationException, IOException, JMSException {
    if (arguments[0].equals(LIMIT)) {
      try (PlainLog log = new PlainLog(Path.of(arguments[1]))) {
        serve(asked -> limit(log, asked));
      }
    } else {
      try (DurableQueue queue = new DurableQueue(Measure.factory(arguments[0], arguments[1]))) {
        serve(asked -> answer(queue, asked));
      }
    }
    System.exit(0);
  }

  private interface Service {
    String answer(String[] asked) throws JMSException;
  }

  private static void serve(Service service) throws IOException {
    BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    say("ready");
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      try {
        say(service.answer(line.split(" ")));
      } catch (JMSException | RuntimeException e) {
        e.printStackTrace();
        say("failed " + e.getMessage());
      }
    }
  }

  private static void say(String what) {
    System.out.println(ANSWER + what);
  }

  private static String limit(PlainLog log, String[] asked) {
    int[] of = numbers(asked);
    JournalLimit.Taken taken = JournalLimit.measured(log, of[0], of[1], of[4] * 1_000_000L);
    return taken.records() + " " + taken.ns();
  }

  private static String answer(DurableQueue queue, String[] asked) throws JMSException {
    int[] of = numbers(asked);
    return switch (asked[0]) {
      case "send" -> line(queue.send(new Sending(of[0], of[1], of[2]), of[3] != 0, of[4]));
      case "receive" -> line(queue.receive(new Receiving(of[0], of[1]), of[2], of[3]));
      case "fill" -> fill(queue, new Sending(of[0], of[1], of[2]), of[3]);
      case "drain" -> drain(queue, of[0], of[1]);
      case "heap" -> line(new Taken(heapBytes(), 0));
      default -> throw new IllegalArgumentException("Unknown: " + asked[0]);
    };
  }

  private static String line(Taken taken) {
    return taken.messages() + " " + taken.ns();
  }

  private static String line(Taken taken, Tenths tenths) {
    return line(taken) + " " + tenths.slowestNs() + " " + tenths.fastestNs();
  }

  private static int[] numbers(String[] asked) {
    return Arrays.stream(asked).skip(1).mapToInt(Integer::parseInt).toArray();
  }

  private static String fill(DurableQueue queue, Sending how, int messages) throws JMSException {
    Tenths tenths = new Tenths(messages);
    return line(queue.fill(how, messages, tenths), tenths);
  }

  /** Says when the first message is there, then receives all others, and says so. */
  private static String drain(DurableQueue queue, int producers, int messages) throws JMSException {
    Tenths tenths = new Tenths(messages);
    Check check = new Check(producers, () -> say(FIRST), () -> tenths.done(1));
    return line(queue.drain(check, Receiving.AUTO, messages), tenths);
  }

  private static long heapBytes() {
    System.gc();
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }
}
