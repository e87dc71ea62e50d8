package io.bindery.amqp.server;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bindery.amqp.codec.BasicMethod;
import io.bindery.amqp.codec.ChannelMethod;
import io.bindery.amqp.codec.QueueMethod;
import io.bindery.engine.AmqpConnection;
import io.bindery.engine.AmqpException;
import io.bindery.engine.Channel;
import io.bindery.engine.Engine;
import io.bindery.engine.Engines;
import io.bindery.engine.Ticket;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A client that outruns the consumers of what it publishes is not read for a moment. */
class RestTest {
  private static final int REST_MS = 7;

  private final FakeWire wire = new FakeWire();
  private int restMs;
  private Engine engine;
  private ClientConnection connection;

  @BeforeEach
  void open() throws AmqpException {
    engine = Engines.find("vm://rest");
    Engine told = wrapped(Engine.class, engine);
    connection =
        new ClientConnection(told, ServerSettings.local(0, Authenticator.of(engine)), wire);
    say(Peers.handshake(), Peers.method(1, new ChannelMethod.Open()));
    say(Peers.method(1, new QueueMethod.Declare("q", false, false, false, false, true, Map.of())));
    assertTrue(wire.isReading());
  }

  @AfterEach
  void close() {
    connection.disconnected();
    engine.close();
  }

  /** The same, but for what its channels say of consumers. */
  private <T> T wrapped(Class<T> type, T real) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (self, method, arguments) -> {
              if (method.getName().equals("restMs")) {
                return restMs;
              }
              try {
                Object answer = method.invoke(real, arguments);
                return switch (method.getName()) {
                  case "connect" -> later(AmqpConnection.class, (Ticket<?>) answer);
                  case "openChannel" -> later(Channel.class, (Ticket<?>) answer);
                  default -> answer;
                };
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            }));
  }

  private <T> Ticket<T> later(Class<T> type, Ticket<?> answer) throws AmqpException {
    return Ticket.done(wrapped(type, type.cast(answer.await())));
  }

  private void say(byte[]... pieces) {
    wire.receive(connection, pieces);
  }

  private void publish() {
    say(Peers.method(1, new BasicMethod.Publish("", "q", false, false)), Peers.content(1, "m"));
  }

  @Test
  void itIsReadAgainWhenTheyMayHaveCaughtUp() {
    publish();
    assertTrue(wire.isReading());
    restMs = REST_MS;
    publish();
    assertFalse(wire.isReading());
    wire.pass(REST_MS - 1);
    assertFalse(wire.isReading());
    wire.pass(1);
    assertTrue(wire.isReading());
  }

  /** The engine is asked for all that a turn brought; what two channels wait for is one time. */
  @Test
  void aTurnIsOneRest() {
    restMs = REST_MS;
    byte[] second = Peers.method(2, new BasicMethod.Publish("", "q", false, false));
    say(Peers.method(2, new ChannelMethod.Open()));
    say(
        Peers.method(1, new BasicMethod.Publish("", "q", false, false)),
        Peers.content(1, "m"),
        Peers.method(1, new BasicMethod.Publish("", "q", false, false)),
        Peers.content(1, "m"),
        second,
        Peers.content(2, "m"));
    assertFalse(wire.isReading());
    wire.pass(REST_MS);
    assertTrue(wire.isReading());
  }

  @Test
  void oneThatConsumesIsReadAllTheTime() {
    say(Peers.method(1, new BasicMethod.Consume("q", "c", false, true, false, true, Map.of())));
    restMs = REST_MS;
    publish();
    assertTrue(wire.isReading());
    say(Peers.method(1, new BasicMethod.Cancel("c", true)));
    publish();
    assertFalse(wire.isReading());
  }
}
