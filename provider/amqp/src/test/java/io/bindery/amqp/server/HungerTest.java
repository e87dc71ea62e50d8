package io.bindery.amqp.server;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bindery.amqp.codec.BasicMethod;
import io.bindery.amqp.codec.ChannelMethod;
import io.bindery.amqp.codec.Method;
import io.bindery.amqp.codec.QueueMethod;
import io.bindery.engine.AmqpConnection;
import io.bindery.engine.AmqpException;
import io.bindery.engine.AmqpMessage;
import io.bindery.engine.Channel;
import io.bindery.engine.ConnectSpec;
import io.bindery.engine.Engine;
import io.bindery.engine.Engines;
import io.bindery.engine.Route;
import io.netty.buffer.Unpooled;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the fuzzer's target says of hungry consumers: that it can say so, too. */
class HungerTest {
  private final FakeWire wire = new FakeWire();
  private Engine engine;
  private Hunger hunger;
  private ClientConnection connection;

  @BeforeEach
  void consume() throws AmqpException {
    engine = Engines.find("vm://hunger");
    hunger = new Hunger(engine);
    connection =
        new ClientConnection(
            hunger.engine(), ServerSettings.local(0, Authenticator.of(engine)), wire);
    connection.received(Unpooled.wrappedBuffer(Peers.handshake()));
    say(new ChannelMethod.Open());
    say(new QueueMethod.Declare("q", false, false, false, false, false, Map.of()));
    say(new BasicMethod.Qos(0, 1, false));
    say(new BasicMethod.Consume("q", "t", false, false, false, false, Map.of()));
  }

  @AfterEach
  void close() {
    connection.disconnected();
    engine.close();
  }

  private void say(Method method) {
    connection.received(Unpooled.wrappedBuffer(Peers.method(1, method)));
    connection.turnEnded();
    wire.run();
  }

  private void publish(int count) throws AmqpException {
    ConnectSpec other = new ConnectSpec("guest", "guest", "/", "other", 0);
    try (AmqpConnection publishing = engine.connect(other).await()) {
      Channel channel = publishing.openChannel().await();
      for (int i = 0; i < count; i++) {
        channel
            .publish(Route.toQueue("q"), AmqpMessage.builder().build(), channel.autoCommit())
            .await();
      }
    }
  }

  @Test
  void whoIsNotGivenWhatThereIsIsHungry() throws AmqpException {
    assertFalse(hunger.isIn(connection));
    publish(2);
    assertTrue(hunger.isIn(connection));
    wire.run();
    assertFalse(hunger.isIn(connection), "its hands are full");
    say(new ChannelMethod.Flow(false));
    say(new BasicMethod.Ack(1, false));
    assertFalse(hunger.isIn(connection), "it wants nothing now");
    say(new ChannelMethod.Flow(true));
    assertFalse(hunger.isIn(connection));
  }

  @Test
  void whoRejectsTheOnlyOneIsGivenTheNext() throws AmqpException {
    publish(2);
    wire.run();
    say(new BasicMethod.Reject(1, false));
    assertFalse(hunger.isIn(connection));
  }
}
