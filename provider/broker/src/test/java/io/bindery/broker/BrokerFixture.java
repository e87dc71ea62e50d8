package io.bindery.broker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bindery.engine.AmqpException;
import io.bindery.engine.AmqpMessage;
import io.bindery.engine.Body;
import io.bindery.engine.ConnectSpec;
import io.bindery.engine.Delivery;
import io.bindery.engine.Outcome;
import io.bindery.engine.PublishOutcome;
import io.bindery.engine.QueueSpec;
import io.bindery.engine.ReplyCode;
import io.bindery.engine.Route;
import io.bindery.engine.Ticket;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** A broker on a clock that is moved by hand, a connection, a channel, and short words for both. */
abstract class BrokerFixture {
  static final long MEMORY_BYTES = 1024 * 1024;

  /** A body of this size is a tenth of the memory, with what is counted beside it. */
  static final int LARGE_BYTES = (int) (MEMORY_BYTES / 10) - 128;

  static final long PATIENCE_MS = 10_000;

  final ManualEnvironment environment = new ManualEnvironment();
  Broker broker;
  BrokerConnection connection;
  BrokerChannel channel;

  /** Users are not checked; who is called reader may only read. */
  @BeforeEach
  void open() throws AmqpException {
    BrokerSettings plain =
        BrokerSettings.inMemory(URI.create("vm://test"), environment, MEMORY_BYTES);
    broker =
        Broker.create(
            new BrokerSettings(
                plain.uri(),
                environment,
                plain.store(),
                plain.ledger(),
                MEMORY_BYTES,
                Authenticator.ANYBODY,
                (user, host, access, resource) ->
                    !user.equals("reader") || access == Permissions.Access.READ,
                List.of("/")));
    connection = connect("test", 0);
    channel = channel(connection);
  }

  @AfterEach
  void close() {
    broker.close();
  }

  BrokerConnection connect(String user, long sendTimeoutMs) throws AmqpException {
    return (BrokerConnection)
        await(broker.connect(new ConnectSpec(user, "", "/", user, sendTimeoutMs)));
  }

  static BrokerChannel channel(BrokerConnection of) throws AmqpException {
    return (BrokerChannel) await(of.openChannel());
  }

  BrokerChannel otherChannel() throws AmqpException {
    return channel(connect("other", 0));
  }

  static <T> T await(Ticket<T> ticket) throws AmqpException {
    assertTrue(ticket.awaitDone(PATIENCE_MS), "no answer within " + PATIENCE_MS + " ms");
    return ticket.await();
  }

  static AmqpException refused(ReplyCode code, Ticket<?> ticket) {
    AmqpException failure = assertThrows(AmqpException.class, () -> await(ticket));
    assertEquals(code, failure.replyCode(), failure.getMessage());
    return failure;
  }

  void queue(String name) throws AmqpException {
    queue(name, Map.of());
  }

  void queue(String name, Map<String, Object> arguments) throws AmqpException {
    await(channel.declareQueue(QueueSpec.durable(name, arguments)));
  }

  static AmqpMessage text(String body) {
    return AmqpMessage.builder().body(new Body.Text(body)).build();
  }

  static AmqpMessage large() {
    return AmqpMessage.builder().body(new Body.Bytes(new byte[LARGE_BYTES])).build();
  }

  static Ticket<PublishOutcome> publish(BrokerChannel on, String queue, AmqpMessage message) {
    return on.publish(Route.toQueue(queue), message, on.autoCommit());
  }

  void send(String queue, String... bodies) throws AmqpException {
    for (String body : bodies) {
      assertEquals(PublishOutcome.ROUTED, await(publish(channel, queue, text(body))));
    }
  }

  Delivery get(String queue) throws AmqpException {
    return await(channel.get(queue, ""));
  }

  void settle(Delivery delivery, Outcome outcome) throws AmqpException {
    await(channel.settle(delivery, outcome, channel.autoCommit()));
  }

  static String body(Delivery delivery) {
    return ((Body.Text) delivery.message().body()).content();
  }

  long ready(String queue) throws AmqpException {
    return await(channel.checkQueue(queue)).messages();
  }

  List<String> drained(String queue) throws AmqpException {
    List<String> bodies = new ArrayList<>();
    for (Delivery next = get(queue); next != null; next = get(queue)) {
      bodies.add(body(next));
      settle(next, Outcome.ACCEPTED);
    }
    return bodies;
  }

  /** Publishes large messages until one has to wait, and gives that one's ticket. */
  Ticket<PublishOutcome> fill(BrokerChannel on, String queue) {
    Ticket<PublishOutcome> last = publish(on, queue, large());
    for (int i = 0; i < 20 && last.isDone(); i++) {
      last = publish(on, queue, large());
    }
    return last;
  }
}
