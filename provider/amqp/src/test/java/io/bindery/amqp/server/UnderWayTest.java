package io.bindery.amqp.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bindery.amqp.codec.BasicMethod;
import io.bindery.amqp.codec.ChannelMethod;
import io.bindery.amqp.codec.ConnectionMethod;
import io.bindery.amqp.codec.QueueMethod;
import io.bindery.engine.AmqpException;
import io.bindery.engine.Channel;
import io.bindery.engine.ConnectSpec;
import io.bindery.engine.Delivery;
import io.bindery.engine.Engine;
import io.bindery.engine.Engines;
import io.bindery.engine.Outcome;
import io.netty.buffer.Unpooled;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is under way when something else begins or ends: frames in, frames out. */
class UnderWayTest {
  private static final AtomicInteger NUMBER = new AtomicInteger();
  private static final long LONG_NS = 20_000_000_000L;
  private static final ConnectionMethod.Close BYE = new ConnectionMethod.Close(200, "", 0, 0);

  private Engine engine;
  private FakeWire wire;
  private ClientConnection connection;

  @BeforeEach
  void start() throws AmqpException {
    open("");
  }

  @AfterEach
  void stop() {
    connection.disconnected();
    engine.close();
  }

  /** Another broker. */
  private void restart(String parameters) throws AmqpException {
    stop();
    open(parameters);
  }

  private void open(String parameters) throws AmqpException {
    engine = Engines.find("vm://under-way" + NUMBER.incrementAndGet() + parameters);
    connect();
  }

  /** Opens a connection and channel 1. */
  private void connect() {
    wire = new FakeWire();
    connection =
        new ClientConnection(engine, ServerSettings.local(0, Authenticator.of(engine)), wire);
    List<String> heard = say(Peers.handshake(), Peers.method(1, new ChannelMethod.Open()));
    assertEquals("1 channel.open-ok[]", heard.get(heard.size() - 1));
  }

  private List<String> say(byte[]... pieces) {
    wire.receive(connection, pieces);
    return Peers.heard(wire.sent());
  }

  private static QueueMethod.Declare queue(String name, boolean durable, boolean noWait) {
    return new QueueMethod.Declare(name, false, durable, false, false, noWait, Map.of());
  }

  private static BasicMethod.Publish publish(String queue) {
    return new BasicMethod.Publish("", queue, false, false);
  }

  /** What was parked is done one after the other, however much it is. */
  @Test
  void asMuchMayBeParkedAsIsRead(@TempDir Path dir) throws AmqpException {
    restart("?dir=" + dir.toUri().getPath());
    byte[] get = Peers.method(1, new BasicMethod.Get("kept", true));
    int gets = 8_000;
    List<String> heard =
        new ArrayList<>(
            say(
                Peers.method(1, queue("kept", true, false)),
                Peers.joined(Collections.nCopies(gets, get).toArray(byte[][]::new))));
    long deadlineNs = System.nanoTime() + LONG_NS;
    while (heard.size() < 1 + gets && System.nanoTime() < deadlineNs) {
      heard.addAll(say());
      Thread.onSpinWait();
    }
    assertEquals(1 + gets, heard.size());
    assertEquals("1 basic.get-empty[]", heard.get(gets));
  }

  // --- the end, with work under way ---

  private void until(String end) {
    List<String> heard = new ArrayList<>(say());
    long deadlineNs = System.nanoTime() + LONG_NS;
    while (heard.stream().noneMatch(line -> line.startsWith(end))
        && System.nanoTime() < deadlineNs) {
      heard.addAll(say());
      Thread.onSpinWait();
    }
    assertTrue(heard.stream().anyMatch(line -> line.startsWith(end)), end + " in " + heard);
  }

  private long ready(String queue) throws AmqpException {
    return engine.observe().queues().stream()
        .filter(each -> each.name().equals(queue))
        .mapToLong(each -> each.ready())
        .findFirst()
        .orElse(-1);
  }

  /** Methods of a channel are done in their order, also those that wait for the disk. */
  @Test
  void whatCameBeforeTheCloseOfTheConnectionIsDone(@TempDir Path dir) throws AmqpException {
    restart("?dir=" + dir.toUri().getPath());
    connection.received(
        Unpooled.wrappedBuffer(
            Peers.method(1, queue("kept", true, true)),
            Peers.method(1, publish("kept")),
            Peers.content(1, "a"),
            Peers.method(0, BYE)));
    until("0 connection.close-ok");
    assertEquals(1, ready("kept"));
    assertTrue(wire.isClosed());
  }

  /** Nobody is told of a publish that is not confirmed: it waits for memory, and is not lost. */
  @Test
  void whatWaitsForMemoryIsPublishedBeforeItsChannelEnds() throws AmqpException {
    restart("?memory=1m");
    for (boolean all : new boolean[] {true, false}) {
      connection.disconnected();
      connect();
      say(Peers.method(1, queue("q", false, false)));
      String large = "x".repeat(64 << 10);
      for (int i = 0; i < 20; i++) {
        say(Peers.method(1, publish("q")), Peers.content(1, large));
      }
      assertTrue(ready("q") < 20, "some of them wait");
      List<String> heard =
          all
              ? say(Peers.method(0, BYE))
              : say(Peers.method(1, new ChannelMethod.Close(200, "", 0, 0)));
      assertEquals(List.of(), heard);
      Channel draining =
          engine.connect(ConnectSpec.anonymous("drain")).await().openChannel().await();
      int came = 0;
      for (Delivery next = draining.get("q", "").await();
          next != null;
          next = draining.get("q", "").await()) {
        came++;
        draining.settle(next, Outcome.ACCEPTED, draining.autoCommit()).await();
        wire.run();
      }
      assertEquals(20, came);
      until(all ? "0 connection.close-ok" : "1 channel.close-ok");
      draining.connection().close();
    }
  }

  // --- consumers that end while others go on ---

  private static BasicMethod.Consume tagged(String queue, String tag) {
    return new BasicMethod.Consume(queue, tag, false, false, false, false, Map.of());
  }

  /** RabbitMQ, "Consumer Cancel Notification". */
  @Test
  void aConsumerThatEndsWhenOthersMayGoOnHarmsNobody() {
    say(
        Peers.method(1, queue("first", false, false)),
        Peers.method(1, queue("second", false, false)),
        Peers.method(1, publish("first")),
        Peers.content(1, "a"),
        Peers.method(1, publish("first")),
        Peers.content(1, "b"),
        Peers.method(1, new BasicMethod.Qos(0, 1, true)),
        Peers.method(1, tagged("first", "one")),
        Peers.method(1, tagged("second", "two")));
    List<String> heard =
        say(
            Peers.method(2, new ChannelMethod.Open()),
            Peers.method(2, new QueueMethod.Delete("first", false, false, false)));
    assertTrue(
        heard.contains("1 basic.cancel[consumerTag=one, noWait=true]"),
        "at once, though the client may hold no more: " + heard);
    assertEquals(
        List.of(
            "1 basic.deliver[consumerTag=two, deliveryTag=2, redelivered=false, exchange=, routingKey=second]",
            "1 header 1",
            "1 body c"),
        say(
            Peers.method(2, publish("second")),
            Peers.content(2, "c"),
            Peers.method(1, new BasicMethod.Ack(1, false))));
  }

  /** What looks at a queue ends by itself, also while the others are told to go on. */
  @Test
  void aBrowserThatEndsWhenOthersMayGoOnHarmsNobody() {
    Map<String, Object> looks = Map.of("x-filter-no-consume", true, "x-filter-auto-close", true);
    say(
        Peers.method(1, queue("q", false, false)),
        Peers.method(1, new ChannelMethod.Flow(false)),
        Peers.method(1, new BasicMethod.Consume("q", "look", false, true, false, false, looks)),
        Peers.method(1, tagged("q", "take")),
        Peers.method(1, publish("q")),
        Peers.content(1, "a"));
    List<String> heard = say(Peers.method(1, new ChannelMethod.Flow(true)));
    assertEquals(
        List.of("channel.flow-ok", "basic.deliver", "basic.cancel", "basic.deliver"),
        heard.stream()
            .filter(line -> line.contains("["))
            .map(line -> line.substring(2, line.indexOf('[')))
            .toList());
  }
}
