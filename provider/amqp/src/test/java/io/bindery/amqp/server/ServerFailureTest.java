package io.bindery.amqp.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bindery.amqp.codec.BasicMethod;
import io.bindery.amqp.codec.ConnectionMethod;
import io.bindery.amqp.codec.Frames;
import io.bindery.amqp.codec.QueueMethod;
import io.bindery.amqp.codec.TxMethod;
import io.bindery.engine.AmqpConnection;
import io.bindery.engine.AmqpException;
import io.bindery.engine.AmqpMessage;
import io.bindery.engine.Channel;
import io.bindery.engine.Consumer;
import io.bindery.engine.Engine;
import io.bindery.engine.Engines;
import io.bindery.engine.PublishOutcome;
import io.bindery.engine.Route;
import io.bindery.engine.Ticket;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is left when something in the server throws what it should not, or the engine is late. */
class ServerFailureTest {
  private static final AtomicInteger NUMBER = new AtomicInteger();

  private Engine engine;
  private ControlScript client;
  private ControlScript other;
  private String fails = "";

  /** What publishes are answered with in place of what the engine says; null for that. */
  private Ticket<PublishOutcome> late;

  @BeforeEach
  void start() throws AmqpException {
    engine = Engines.find("vm://failure" + NUMBER.incrementAndGet());
    Engine failing = failing(Engine.class, engine);
    client = new ControlScript(failing, true).channel(1);
    other = new ControlScript(failing, true).channel(1);
    client.say(1, new QueueMethod.Declare("q", false, false, false, false, false, Map.of()));
  }

  @AfterEach
  void stop() {
    fails = "";
    client.disconnect();
    other.disconnect();
    engine.close();
  }

  /** The same, but for a method that fails. */
  private <T> T failing(Class<T> type, Object real) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (proxy, method, arguments) -> {
              if (method.getName().equals(fails)) {
                throw new IllegalStateException("on purpose: " + fails);
              }
              if (late != null && method.getName().equals("publish")) {
                return late;
              }
              try {
                Object answer = method.invoke(real, arguments);
                return answer instanceof Ticket<?> ticket && ticket.isDone()
                    ? failing(ticket)
                    : answer;
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            }));
  }

  private Ticket<?> failing(Ticket<?> done) throws AmqpException {
    if (done.failure() != null) {
      return done;
    }
    Object value = done.await();
    if (value instanceof AmqpConnection connection) {
      return Ticket.done(failing(AmqpConnection.class, connection));
    }
    if (value instanceof Channel channel) {
      return Ticket.done(failing(Channel.class, channel));
    }
    return value instanceof Consumer consumer
        ? Ticket.done(failing(Consumer.class, consumer))
        : done;
  }

  private static final String CLOSED =
      "0 connection.close[replyCode=541, replyText=INTERNAL_ERROR - the server failed; its log"
          + " says more, classId=0, methodId=0]";

  private void theOtherGoesOn() {
    fails = "";
    assertEquals(
        List.of("1 queue.purge-ok[messageCount=0]"),
        other.say(1, new QueueMethod.Purge("q", false)));
  }

  @Test
  void aMethodThatFailsClosesItsConnectionAndNoOther() throws AmqpException {
    client.publish(1, "q", "a");
    client.say(1, new BasicMethod.Get("q", false));
    fails = "purgeQueue";
    assertEquals(List.of(CLOSED), client.say(1, new QueueMethod.Purge("q", false)));
    assertEquals(1, engine.observe().queues().stream().mapToLong(each -> each.ready()).sum());
    assertFalse(client.wire().isClosed());
    assertEquals(List.of(), client.say(0, new ConnectionMethod.CloseOk()));
    assertTrue(client.wire().isClosed());
    fails = "";
    other.say(1, new BasicMethod.Get("q", true));
    theOtherGoesOn();
  }

  @Test
  void whatWasPublishedBeforeATransactionDoesNotFailIt() {
    late = new Ticket<>();
    client.publish(1, "q", "a");
    client.say(1, new TxMethod.Select());
    late.complete(PublishOutcome.REJECTED);
    client.hear();
    late = null;
    client.publish(1, "q", "b");
    assertEquals(List.of("1 tx.commit-ok[]"), client.say(1, new TxMethod.Commit()));
    assertEquals(
        List.of("1 queue.purge-ok[messageCount=1]"),
        client.say(1, new QueueMethod.Purge("q", false)));
  }

  @Test
  void whatWasPublishedBeforeATransactionIsReturnedBeforeItsEnd() {
    late = new Ticket<>();
    client.say(
        Peers.method(1, new BasicMethod.Publish("", "none", true, false)),
        Peers.written(out -> Frames.header(out, 1, AmqpMessage.builder().build(), 0)));
    client.say(1, new TxMethod.Select());
    late.complete(PublishOutcome.UNROUTED);
    assertTrue(client.hear().get(0).startsWith("1 basic.return"));
    late = null;
    assertEquals(List.of("1 tx.commit-ok[]"), client.say(1, new TxMethod.Commit()));
  }

  @Test
  void aTaskThatFailsDoesSoToo() {
    client.command(1, "consume", Map.of("queue", "q", "consumer-tag", "t"));
    fails = "drain";
    assertEquals(List.of(CLOSED), client.publish(1, "q", "a"));
    assertEquals(List.of(), client.hear(), "nothing behind the close");
    client.say(0, new ConnectionMethod.CloseOk());
    assertTrue(client.wire().isClosed());
    fails = "";
    other.say(1, new BasicMethod.Get("q", true));
    theOtherGoesOn();
  }

  @Test
  void aCloseThatFailsIsAnEnd() throws AmqpException {
    fails = "giveBack";
    client.publish(1, "q", "a");
    client.say(1, new BasicMethod.Get("q", false));
    client.disconnect();
    assertEquals(
        1,
        engine.observe().queues().stream().mapToLong(each -> each.ready()).sum(),
        "the engine gives back what the channel could not");
    client = new ControlScript(engine, true);
  }

  @Test
  void nothingIsLeftOfAFrameThatCannotBeWritten() throws AmqpException {
    Channel inside =
        engine.connect(io.bindery.engine.ConnectSpec.anonymous("-")).await().openChannel().await();
    AmqpMessage odd = AmqpMessage.builder().userId("u".repeat(256)).build();
    inside.publish(Route.toQueue("q"), odd, inside.autoCommit()).await();
    assertEquals(List.of(CLOSED), client.say(1, new BasicMethod.Get("q", false)));
  }
}
