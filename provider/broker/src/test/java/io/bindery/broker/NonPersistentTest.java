package io.bindery.broker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bindery.engine.AmqpException;
import io.bindery.engine.AmqpMessage;
import io.bindery.engine.Body;
import io.bindery.engine.Channel;
import io.bindery.engine.ConnectSpec;
import io.bindery.engine.Delivery;
import io.bindery.engine.Engine;
import io.bindery.engine.Engines;
import io.bindery.engine.Outcome;
import io.bindery.engine.PublishOutcome;
import io.bindery.engine.QueueSpec;
import io.bindery.engine.Route;
import io.bindery.engine.Ticket;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What becomes of non-persistent messages on durable queues: lost with a crash, and with an orderly
 * end unless they are to be kept (Messaging 6.2.12 promises nothing over a restart, and 3.4.10 at
 * most one delivery).
 */
class NonPersistentTest {
  private static final String KEEP = "&nonpersistent=keep";

  @TempDir Path directory;

  private Engine engine;
  private Channel channel;

  @AfterEach
  void close() {
    if (engine != null) {
      engine.close();
    }
  }

  private void start(String parameters) throws AmqpException {
    close();
    engine = Engines.find("vm://fleeting?dir=" + directory + "/store&segment=64k" + parameters);
    channel = engine.connect(ConnectSpec.anonymous("one")).await().openChannel().await();
    channel.declareQueue(QueueSpec.jms("q")).await();
  }

  private static AmqpMessage message(String text, boolean persistent) {
    return AmqpMessage.builder().persistent(persistent).body(new Body.Text(text)).build();
  }

  private void send(AmqpMessage message) throws AmqpException {
    channel.publish(Route.toQueue("q"), message, channel.autoCommit()).await();
  }

  private Delivery get() throws AmqpException {
    return channel.get("q", "").await();
  }

  private static String text(Delivery delivery) {
    return ((Body.Text) delivery.message().body()).content().strip();
  }

  private List<String> drain() throws AmqpException {
    List<String> texts = new ArrayList<>();
    for (Delivery next = get(); next != null; next = get()) {
      texts.add(text(next));
      channel.settle(next, Outcome.ACCEPTED, channel.autoCommit()).await();
    }
    return texts;
  }

  private void sendBoth() throws AmqpException {
    send(message("p1", true));
    send(message("n1", false));
    send(message("p2", true));
    send(message("n2", false));
  }

  @Test
  void anOrderlyEndDropsThemUnlessTheyAreToBeKept() throws AmqpException {
    start("");
    sendBoth();
    start("");
    assertEquals(List.of("p1", "p2"), drain());
    sendBoth();
    start(KEEP);
    assertEquals(List.of("p1", "p2"), drain());
    sendBoth();
    start(KEEP);
    assertEquals(List.of("p1", "n1", "p2", "n2"), drain());
    start(KEEP);
    assertEquals(List.of(), drain());
  }

  @Test
  void theyOutliveOneOrderlyRestartAfterTheOtherAndKeepWhatTheyAre() throws AmqpException {
    start(KEEP);
    send(message("later", false).toBuilder().deliverAtMs(Long.MAX_VALUE / 2).build());
    send(message("high", false).toBuilder().priority(9).build());
    send(message("seen", false));
    channel.settle(get(), Outcome.FAILED, channel.autoCommit()).await();
    assertEquals("high", text(get()), "back in its place, and in delivery at the end");
    for (int i = 0; i < 3; i++) {
      start(KEEP);
    }
    Delivery high = get();
    assertEquals("high", text(high));
    assertTrue(high.redelivered());
    assertFalse(high.message().persistent());
    assertEquals(9, high.message().priority());
    assertEquals(List.of("seen"), drain());
    start("");
    assertEquals("high", text(get()), "the end before was to keep it");
    start("");
    assertEquals(List.of(), drain());
  }

  @Test
  void aBacklogBeyondMemoryIsKeptInOrder() throws AmqpException {
    start(KEEP + "&memory=2m");
    int count = 12_000;
    String pad = " ".repeat(400);
    List<Ticket<PublishOutcome>> tickets = new ArrayList<>();
    List<String> sent = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      String text = (i % 3 == 0 ? "p" : "n") + i;
      AmqpMessage message = message(text + pad, i % 3 == 0);
      tickets.add(channel.publish(Route.toQueue("q"), message, channel.autoCommit()));
      sent.add(text);
    }
    for (Ticket<PublishOutcome> ticket : tickets) {
      ticket.await();
    }
    start(KEEP + "&memory=2m");
    start(KEEP + "&memory=2m");
    assertEquals(sent, drain());
  }

  /**
   * A checkpoint that got its name says that what was kept is in a broker's hands; before the first
   * one, the journal does.
   */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aCrashLosesThemAlsoThoseOfTheBrokerBefore(boolean withCheckpoint)
      throws AmqpException, IOException, InterruptedException {
    start(KEEP);
    sendBoth();
    engine.close();
    Path checkpoints = directory.resolve("store/checkpoints");
    Map<Path, byte[]> before = content(checkpoints);
    Process other =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                KilledBroker.class.getName(),
                "vm://killed?dir=" + directory + "/store" + KEEP)
            .start();
    try (BufferedReader lines = other.inputReader()) {
      assertEquals("found p1", lines.readLine());
      assertEquals("found n1", lines.readLine());
    }
    assertNotNull(other.destroyForcibly().onExit().join());
    if (!withCheckpoint) {
      for (Path file : content(checkpoints).keySet()) {
        Files.delete(file);
      }
      for (Map.Entry<Path, byte[]> file : before.entrySet()) {
        Files.write(file.getKey(), file.getValue());
      }
    }
    start(KEEP);
    Delivery first = get();
    assertEquals("p1", text(first));
    assertTrue(first.redelivered());
    assertEquals(List.of("p2"), drain(), "n1 was delivered: at most once");
  }

  private static Map<Path, byte[]> content(Path where) throws IOException {
    Map<Path, byte[]> content = new HashMap<>();
    try (Stream<Path> files = Files.list(where)) {
      for (Path file : files.toList()) {
        content.put(file, Files.readAllBytes(file));
      }
    }
    return content;
  }

  /** A process that takes two messages and then waits to be killed. */
  static final class KilledBroker {
    private KilledBroker() {}

    public static void main(String[] args) throws AmqpException, IOException {
      Channel channel =
          Engines.find(args[0])
              .connect(ConnectSpec.anonymous("killed"))
              .await()
              .openChannel()
              .await();
      for (int i = 0; i < 2; i++) {
        System.out.println("found " + text(channel.get("q", "").await()));
      }
      System.in.read();
    }
  }
}
