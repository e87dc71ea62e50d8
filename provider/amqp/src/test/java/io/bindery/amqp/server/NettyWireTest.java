package io.bindery.amqp.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bindery.amqp.codec.ConnectionMethod;
import io.bindery.amqp.codec.Method;
import io.bindery.engine.AmqpException;
import io.bindery.engine.Engine;
import io.bindery.engine.Engines;
import io.bindery.engine.ReplyCode;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What goes out last, to a peer that takes little at a time; on a clock that the test moves. */
class NettyWireTest {
  private Engine engine;
  private NettyWire wire;
  private Slow network;

  /** Takes what it is told to. */
  private static final class Slow extends EmbeddedChannel {
    private int bytes;

    private Slow(ChannelHandler handler) {
      super(handler);
      freezeTime();
    }

    private void take(int count) {
      bytes = count;
      flush();
      bytes = 0;
    }

    @Override
    protected void doWrite(ChannelOutboundBuffer out) {
      out.removeBytes(bytes);
    }

    private void pass(long ms) {
      advanceTimeBy(ms, TimeUnit.MILLISECONDS);
      runPendingTasks();
    }
  }

  @BeforeEach
  void open() throws AmqpException {
    engine = Engines.find("vm://netty-wire");
    wire =
        new NettyWire(
            engine, ServerSettings.local(0, Authenticator.of(engine)), new Seats(1), () -> 0);
    network = new Slow(wire);
    wire.write(Unpooled.buffer().writeZero(1_000));
    wire.write(Unpooled.buffer().writeZero(1_000));
    wire.flush();
  }

  @AfterEach
  void close() {
    network.finishAndReleaseAll();
    engine.close();
  }

  @Test
  void itTellsWhetherSomethingWasTaken() {
    long before = wire.taken();
    assertEquals(before, wire.taken());
    wire.write(Unpooled.buffer().writeZero(1_000));
    wire.flush();
    assertEquals(before, wire.taken(), "what is added says nothing");
    network.take(1);
    long one = wire.taken();
    assertNotEquals(before, one, "a part of what is first");
    network.take(999);
    assertNotEquals(one, wire.taken(), "the rest of it");
  }

  @Test
  void whoTakesALittleIsCutWhenItHasTakenAll() {
    wire.connection().lost("test");
    for (int i = 0; i < 4; i++) {
      network.pass(4_999);
      assertTrue(network.isOpen());
      network.take(500);
    }
    assertFalse(network.isOpen());
    assertFalse(network.hasPendingTasks(), "nobody waits for it any more");
  }

  @Test
  void whoTakesNothingIsCutAfterFiveSeconds() {
    wire.connection().lost("test");
    network.pass(4_999);
    assertTrue(network.isOpen());
    network.pass(1);
    assertFalse(network.isOpen());
  }

  private void receive(byte[] bytes) {
    network.writeInbound(Unpooled.wrappedBuffer(bytes));
  }

  /** With an error, which it is told. */
  private void fail() {
    receive(Peers.protocolHeader());
    wire.connection().fail(new AmqpException(ReplyCode.CONNECTION_FORCED, "test"));
  }

  private void takeLittle(int seconds) {
    for (int i = 0; i < seconds; i++) {
      network.pass(1_000);
      network.take(1);
    }
  }

  @Test
  void whoTakesALittleNowAndThenIsCutAfterSixtySecondsInAll() {
    fail();
    takeLittle(59);
    network.pass(999);
    assertTrue(network.isOpen());
    network.pass(1);
    assertFalse(network.isOpen());
  }

  /** Whatever it says meanwhile: its seat is free already. */
  @Test
  void whoAnswersAndTakesLittleHasNoMore() throws AmqpException {
    for (Method answer :
        List.of(new ConnectionMethod.CloseOk(), new ConnectionMethod.Close(200, "bye", 0, 0))) {
      fail();
      takeLittle(30);
      receive(Peers.method(0, answer));
      takeLittle(29);
      assertTrue(network.isOpen());
      network.pass(1_000);
      assertFalse(network.isOpen(), answer::toString);
      close();
      open();
    }
  }
}
