package io.bindery.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bindery.engine.AmqpConnection;
import io.bindery.engine.AmqpException;
import io.bindery.engine.AmqpMessage;
import io.bindery.engine.Body;
import io.bindery.engine.Channel;
import io.bindery.engine.ConnectSpec;
import io.bindery.engine.ConsumeSpec;
import io.bindery.engine.Consumer;
import io.bindery.engine.Delivery;
import io.bindery.engine.Outcome;
import io.bindery.engine.PublishOutcome;
import io.bindery.engine.QueueSpec;
import io.bindery.engine.ReplyCode;
import io.bindery.engine.Route;
import io.bindery.engine.Ticket;
import io.bindery.engine.Transaction;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/**
 * What every part of the contract suite shares: an engine started fresh for each test, a connection
 * and a channel on it, and short words for what tests do all the time. One thread.
 */
public abstract class EngineContract {
  /** Long enough for any engine to answer, ms. */
  protected static final long PATIENCE_MS = 10_000;

  /** The engine and its levers. */
  protected EngineUnderTest under;

  /** A connection of {@link EngineUnderTest#ALICE}. */
  protected AmqpConnection connection;

  /** A channel of it. */
  protected Channel channel;

  /** Starts the engine that is tested. */
  protected abstract EngineUnderTest start() throws AmqpException;

  /** Starts, connects and opens a channel. */
  @BeforeEach
  protected void open() throws AmqpException {
    under = start();
    connection = connect("test");
    channel = await(connection.openChannel());
  }

  /** Ends everything. */
  @AfterEach
  protected void end() {
    under.close();
  }

  /** A further connection of {@link EngineUnderTest#ALICE}. */
  protected AmqpConnection connect(String name) throws AmqpException {
    return await(under.engine().connect(spec(EngineUnderTest.ALICE, "/", name)));
  }

  /** How a user connects. */
  protected static ConnectSpec spec(String user, String virtualHost, String name) {
    return new ConnectSpec(user, EngineUnderTest.PASSWORD, virtualHost, name, 1_000);
  }

  /** A channel of a further connection. */
  protected Channel otherChannel() throws AmqpException {
    return await(connect("other").openChannel());
  }

  /** The value of a ticket, within {@link #PATIENCE_MS}. */
  protected static <T> T await(Ticket<T> ticket) throws AmqpException {
    assertTrue(ticket.awaitDone(PATIENCE_MS), "no answer within " + PATIENCE_MS + " ms");
    return ticket.await();
  }

  /** Whether a ticket is done, once what was caused so far has happened. */
  protected boolean done(Ticket<?> ticket) {
    under.settled();
    return ticket.isDone();
  }

  /** Asserts that an operation is refused, and gives the failure. */
  protected static AmqpException refused(ReplyCode code, Ticket<?> ticket) {
    AmqpException failure = assertThrows(AmqpException.class, () -> await(ticket));
    assertEquals(code, failure.replyCode(), failure.getMessage());
    return failure;
  }

  /** Declares a durable queue with AMQP's defaults. */
  protected String queue(String name) throws AmqpException {
    return queue(name, Map.of());
  }

  /** Declares a durable queue with arguments. */
  protected String queue(String name, Map<String, Object> arguments) throws AmqpException {
    return await(channel.declareQueue(QueueSpec.durable(name, arguments))).name();
  }

  /** A text message. */
  protected static AmqpMessage text(String body) {
    return AmqpMessage.builder().persistent(true).body(new Body.Text(body)).build();
  }

  /** A text message with headers. */
  protected static AmqpMessage text(String body, Map<String, Object> headers) {
    return text(body).toBuilder().headers(headers).build();
  }

  /** The text of a delivery. */
  protected static String body(Delivery delivery) {
    return ((Body.Text) delivery.message().body()).content();
  }

  /** Publishes texts to a queue by the default exchange, and asserts that they are routed. */
  protected void send(String queue, String... bodies) throws AmqpException {
    for (String body : bodies) {
      assertEquals(PublishOutcome.ROUTED, publish(Route.toQueue(queue), text(body)));
    }
  }

  /** Publishes in auto-commit. */
  protected PublishOutcome publish(Route route, AmqpMessage message) throws AmqpException {
    return await(channel.publish(route, message, channel.autoCommit()));
  }

  /** Publishes a text to an exchange. */
  protected PublishOutcome publish(String exchange, String key, String body) throws AmqpException {
    return publish(new Route(exchange, key, false), text(body));
  }

  /** Publishes a text to a queue in a transaction. */
  protected void publish(Transaction transaction, String queue, String body) throws AmqpException {
    await(channel.publish(Route.toQueue(queue), text(body), transaction));
  }

  /** Takes one message of a queue and leaves it unsettled; null when there is none. */
  protected Delivery get(String queue) throws AmqpException {
    under.settled();
    return await(channel.get(queue, ""));
  }

  /** Takes and accepts all that is ready in a queue. */
  protected List<String> drained(String queue) throws AmqpException {
    List<String> bodies = new ArrayList<>();
    for (Delivery next = get(queue); next != null; next = get(queue)) {
      bodies.add(body(next));
      settle(next, Outcome.ACCEPTED);
    }
    return bodies;
  }

  /** Settles on the test's channel in auto-commit. */
  protected void settle(Delivery delivery, Outcome outcome) throws AmqpException {
    await(channel.settle(delivery, outcome, channel.autoCommit()));
    under.settled();
  }

  /** How many messages are ready. */
  protected long ready(String queue) throws AmqpException {
    return await(channel.checkQueue(queue)).messages();
  }

  /** Starts a consumer that counts its signals. */
  protected Tapped tap(Channel on, ConsumeSpec spec) throws AmqpException {
    AtomicInteger signals = new AtomicInteger();
    return new Tapped(await(on.consume(spec, signals::incrementAndGet)), signals, under);
  }

  /**
   * A consumer and the number of its signals.
   *
   * @param consumer the consumer
   * @param signals how often it was signalled
   * @param under the engine
   */
  protected record Tapped(Consumer consumer, AtomicInteger signals, EngineUnderTest under) {
    /** How often it was signalled by now, once what was caused so far has happened. */
    @Override
    public AtomicInteger signals() {
      under.settled();
      return signals;
    }

    /** Drains all that it gets, unsettled. */
    public List<Delivery> drain() {
      return drain(Integer.MAX_VALUE);
    }

    /** Drains at most so many, unsettled; an engine may say that more comes a little later. */
    public List<Delivery> drain(int max) {
      List<Delivery> all = new ArrayList<>();
      int before;
      do {
        before = all.size();
        drain(max, all);
        under.settled();
        drain(max, all);
      } while (all.size() > before);
      return all;
    }

    private void drain(int max, List<Delivery> into) {
      int more = 1;
      while (more > 0 && into.size() < max) {
        more = consumer.drain(Math.min(64, max - into.size()), into);
      }
    }

    /** The texts of all that it gets, unsettled. */
    public List<String> bodies() {
      return drain().stream().map(EngineContract::body).toList();
    }
  }
}
