package io.bindery.amqp.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bindery.amqp.codec.BasicMethod;
import io.bindery.amqp.codec.ChannelMethod;
import io.bindery.amqp.codec.ConnectionMethod;
import io.bindery.amqp.codec.QueueMethod;
import io.bindery.engine.AmqpException;
import io.bindery.engine.AmqpMessage;
import io.bindery.engine.Body;
import io.bindery.engine.ConnectSpec;
import io.bindery.engine.Engine;
import io.bindery.engine.Engines;
import io.bindery.engine.ReplyCode;
import io.bindery.engine.Route;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Clients that take nothing of what is sent to them: slow ones, dead ones, and those who leave. */
class StuckPeerTest {
  private static final AtomicInteger NUMBER = new AtomicInteger();

  private final UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(false);
  private Engine engine;
  private FakeWire wire;
  private ClientConnection connection;

  @BeforeEach
  void start() throws AmqpException {
    engine = Engines.find("vm://stuck" + NUMBER.incrementAndGet());
    wire = new FakeWire(allocator);
    ServerSettings settings = ServerSettings.local(0, Authenticator.of(engine));
    connection = new ClientConnection(engine, settings, wire);
  }

  @AfterEach
  void stop() {
    connection.disconnected();
    engine.close();
  }

  private void send(byte[]... pieces) {
    wire.receive(connection, pieces);
  }

  private List<String> say(byte[]... pieces) {
    send(pieces);
    return Peers.heard(wire.sent());
  }

  private static QueueMethod.Declare queue(String name) {
    return new QueueMethod.Declare(name, false, false, false, false, false, Map.of());
  }

  /** With a heartbeat each two seconds, and channel 1. */
  private void open() {
    List<String> heard =
        say(
            Peers.protocolHeader(),
            Peers.method(0, Peers.plain("guest", "guest", Map.of())),
            Peers.method(0, new ConnectionMethod.TuneOk(0, 0, 2)),
            Peers.method(0, new ConnectionMethod.Open("/")),
            Peers.method(1, new ChannelMethod.Open()));
    assertEquals("1 channel.open-ok[]", heard.get(heard.size() - 1));
  }

  /** A megabyte, from elsewhere. */
  private void publishLarge() throws AmqpException {
    byte[] body = new byte[1_000_000];
    try (io.bindery.engine.AmqpConnection other =
        engine.connect(ConnectSpec.anonymous("other")).await()) {
      io.bindery.engine.Channel channel = other.openChannel().await();
      AmqpMessage large = AmqpMessage.builder().body(new Body.Bytes(body)).build();
      channel.publish(Route.toQueue("q"), large, channel.autoCommit()).await();
    }
  }

  private void takeNothing() {
    wire.writable(false);
    connection.turnEnded();
    assertFalse(wire.isReading());
  }

  /** Otherwise a consumer that died with much on its way to it would be kept for ever. */
  @Test
  void whoTakesNothingAndIsSilentIsCutOff() {
    open();
    takeNothing();
    wire.pass(4_000);
    assertFalse(wire.isClosed());
    wire.pass(3_000);
    assertTrue(wire.isClosed());
  }

  @Test
  void whoTakesNothingAndSaysThatItIsThereIsWaitedFor() {
    open();
    takeNothing();
    wire.whenRead(() -> send(Peers.frame(8, 0)));
    wire.pass(100_000);
    assertFalse(wire.isClosed());
    wire.whenRead(() -> {});
    wire.pass(6_000);
    assertTrue(wire.isClosed());
  }

  @Test
  void whoTakesNothingAndSendsMuchIsNotReadForEver() {
    open();
    takeNothing();
    AtomicInteger reads = new AtomicInteger();
    byte[] beats =
        Peers.joined(Collections.nCopies(2_048, Peers.frame(8, 0)).toArray(byte[][]::new));
    wire.whenRead(
        () -> {
          reads.incrementAndGet();
          send(beats);
        });
    for (int i = 0; i < 5; i++) {
      wire.pass(25_000);
      wire.take();
    }
    assertEquals(4, reads.get(), "four times 16 KiB");
    assertFalse(wire.isClosed(), "it takes a little");
    wire.pass(29_000);
    assertFalse(wire.isClosed());
    wire.pass(4_000);
    assertTrue(wire.isClosed(), "whether it is there can be told by nothing else");
  }

  @Test
  void whoIsHeldBackOnlyByWhatItPublishesNeedTakeNothing() {
    open();
    connection.intake().began(100_000_000);
    takeNothing();
    wire.pass(100_000);
    assertFalse(wire.isClosed());
  }

  @Test
  void whatTakesNothingIsSentNoHeartbeats() {
    open();
    takeNothing();
    wire.whenRead(() -> send(Peers.frame(8, 0)));
    wire.pass(100_000);
    assertEquals(0, wire.sent().length, "they would wait without end");
    wire.writable(true);
    connection.becameWritable();
    wire.run();
    wire.pass(2_000);
    assertEquals(List.of("heartbeat"), Peers.heard(wire.sent()).stream().distinct().toList());
  }

  /** With a large body on its way, and the close behind it. */
  private void failWhileMuchWaits() throws AmqpException {
    open();
    say(Peers.method(1, queue("q")));
    publishLarge();
    wire.writable(false);
    send(Peers.method(1, new BasicMethod.Get("q", true)));
    wire.sent();
    connection.fail(new AmqpException(ReplyCode.CONNECTION_FORCED, "the server shuts down"));
  }

  @Test
  void whoTakesSlowlyHearsWhyItIsClosed() throws AmqpException {
    failWhileMuchWaits();
    for (int i = 0; i < 5; i++) {
      wire.pass(4_000);
      wire.take();
    }
    assertFalse(wire.isClosed());
    wire.writable(true);
    connection.becameWritable();
    wire.run();
    List<String> heard = Peers.heard(wire.sent());
    assertTrue(heard.get(heard.size() - 1).startsWith("0 connection.close["), heard.toString());
    send(Peers.method(0, new ConnectionMethod.CloseOk()));
    assertTrue(wire.isClosed());
  }

  @Test
  void whoTakesNoMoreIsCutFiveSecondsAfterTheClose() throws AmqpException {
    failWhileMuchWaits();
    wire.pass(3_000);
    wire.take();
    wire.pass(6_999);
    assertFalse(wire.isClosed());
    wire.pass(1);
    assertTrue(wire.isClosed());
  }

  @Test
  void whoTakesALittleNowAndThenIsNotWaitedForForEver() throws AmqpException {
    failWhileMuchWaits();
    for (int i = 0; i < 59; i++) {
      wire.take();
      wire.pass(1_000);
    }
    assertFalse(wire.isClosed());
    wire.take();
    wire.pass(1_000);
    assertTrue(wire.isClosed());
  }

  /** Also when a body is on its way to it, which it does not take any more. */
  @Test
  void whoClosesIsAnsweredThoughItTakesNothingElse() throws AmqpException {
    open();
    say(Peers.method(1, queue("q")));
    publishLarge();
    wire.writable(false);
    send(Peers.method(1, new BasicMethod.Get("q", true)));
    List<String> heard = say(Peers.method(0, new ConnectionMethod.Close(200, "bye", 0, 0)));
    assertEquals("0 connection.close-ok[]", heard.get(heard.size() - 1));
    assertTrue(wire.isClosed());
  }

  @Test
  void nothingIsKeptOfWhatWaitedForTheNetwork() throws AmqpException {
    open();
    say(Peers.method(1, queue("q")));
    publishLarge();
    wire.writable(false);
    send(Peers.method(1, new BasicMethod.Get("q", true)), Peers.method(1, queue("q")));
    wire.pass(7_000);
    assertTrue(wire.isClosed());
    connection.disconnected();
    assertEquals(0, allocator.metric().usedHeapMemory() + allocator.metric().usedDirectMemory());
  }
}
