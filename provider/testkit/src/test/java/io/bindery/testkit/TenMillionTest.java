package io.bindery.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bindery.broker.Authenticator;
import io.bindery.broker.Broker;
import io.bindery.broker.BrokerSettings;
import io.bindery.broker.Permissions;
import io.bindery.broker.runtime.SystemEnvironment;
import io.bindery.broker.store.Ledger;
import io.bindery.engine.AmqpException;
import io.bindery.engine.AmqpMessage;
import io.bindery.engine.Body;
import io.bindery.engine.Channel;
import io.bindery.engine.ConnectSpec;
import io.bindery.engine.ConsumeSpec;
import io.bindery.engine.Consumer;
import io.bindery.engine.Delivery;
import io.bindery.engine.Outcome;
import io.bindery.engine.QueueSpec;
import io.bindery.engine.Route;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/**
 * Ten million messages wait in one queue of a virtual machine with a heap of 128 MB, and come out
 * in order.
 */
class TenMillionTest {
  private static final int MESSAGES = 10_000_000;
  private static final String HEAP = "-Xmx128m";

  @Test
  void tenMillionWaitInASmallHeap() throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(
                System.getProperty("java.home") + File.separator + "bin" + File.separator + "java",
                HEAP,
                "-XX:+ExitOnOutOfMemoryError",
                "-cp",
                System.getProperty("java.class.path"),
                TenMillionTest.class.getName())
            .redirectErrorStream(true)
            .start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertTrue(process.waitFor(1, TimeUnit.MINUTES), output);
    assertEquals(0, process.exitValue(), output);
    assertTrue(output.contains("most are evicted: true"), output);
    assertTrue(output.contains("in order: " + MESSAGES), output);
  }

  /** Runs in the small virtual machine. */
  public static void main(String[] arguments) throws AmqpException, IOException {
    try (FileStore store = new FileStore();
        Broker broker =
            Broker.create(
                new BrokerSettings(
                    URI.create("vm://ten-million"),
                    new SystemEnvironment("ten-million"),
                    store,
                    Ledger.NONE,
                    64L << 20,
                    Authenticator.ANYBODY,
                    Permissions.ALL,
                    List.of("/")))) {
      Channel channel = broker.connect(ConnectSpec.anonymous("one")).await().openChannel().await();
      channel.declareQueue(QueueSpec.durable("q", Map.of())).await();
      Route route = Route.toQueue("q");
      for (int i = 0; i < MESSAGES; i++) {
        AmqpMessage message =
            AmqpMessage.builder().body(new Body.Text(Integer.toString(i))).build();
        channel.publish(route, message, channel.autoCommit()).await();
      }
      long waiting = channel.checkQueue("q").await().messages();
      System.out.println("most are evicted: " + (store.keptMessages() > MESSAGES / 10 * 9));
      System.out.println("in order: " + drained(channel, waiting));
    }
  }

  private static int drained(Channel channel, long waiting) throws AmqpException {
    Consumer consumer = channel.consume(ConsumeSpec.of("q", 0), () -> {}).await();
    List<Delivery> batch = new ArrayList<>();
    int next = 0;
    while (waiting == MESSAGES && consumer.drain(64, batch) > 0) {
      for (Delivery delivery : batch) {
        if (!((Body.Text) delivery.message().body()).content().equals(Integer.toString(next))) {
          return -next;
        }
        next++;
        channel.settle(delivery, Outcome.ACCEPTED, channel.autoCommit());
      }
      batch.clear();
    }
    return next;
  }
}
