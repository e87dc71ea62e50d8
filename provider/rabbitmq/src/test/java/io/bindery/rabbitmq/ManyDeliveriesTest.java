package io.bindery.rabbitmq;

import static io.bindery.testkit.Awaiting.until;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bindery.amqp.server.AmqpServer;
import io.bindery.amqp.server.Authenticator;
import io.bindery.amqp.server.ServerSettings;
import io.bindery.engine.AmqpConnection;
import io.bindery.engine.AmqpException;
import io.bindery.engine.AmqpMessage;
import io.bindery.engine.Channel;
import io.bindery.engine.ConnectSpec;
import io.bindery.engine.ConsumeSpec;
import io.bindery.engine.Consumer;
import io.bindery.engine.Delivery;
import io.bindery.engine.Engine;
import io.bindery.engine.Engines;
import io.bindery.engine.Observation;
import io.bindery.engine.Outcome;
import io.bindery.engine.QueueSpec;
import io.bindery.engine.ReplyCode;
import io.bindery.engine.Route;
import io.bindery.engine.Ticket;
import io.bindery.engine.Transaction;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** So many deliveries in the hands of one consumer that a frame has no room for all their tags. */
class ManyDeliveriesTest {
  private static final int COUNT = 100_000;
  private static final Route TO_Q = Route.toQueue("q");

  private Engine broker;
  private AmqpServer server;
  private Engine engine;
  private AmqpConnection connection;
  private Channel consuming;
  private final List<Delivery> held = new ArrayList<>(COUNT);

  @BeforeEach
  void hold() throws AmqpException {
    broker = Engines.find("vm://many-deliveries?memory=256m");
    server = AmqpServer.start(broker, ServerSettings.local(0, Authenticator.of(broker)));
    engine = Engines.find("amqp://127.0.0.1:" + server.port());
    try (AmqpConnection direct = broker.connect(ConnectSpec.anonymous("direct")).await()) {
      Channel sending = direct.openChannel().await();
      sending.declareQueue(QueueSpec.durable("q", Map.of())).await();
      AmqpMessage empty = AmqpMessage.builder().persistent(true).build();
      for (int i = 0; i < COUNT; i++) {
        sending.publish(TO_Q, empty, sending.autoCommit()).await();
      }
    }
    connection = engine.connect(ConnectSpec.anonymous("many")).await();
    consuming = connection.openChannel().await();
    Consumer consumer = consuming.consume(ConsumeSpec.of("q", 0), () -> {}).await();
    until(
        "all are delivered",
        () -> {
          consumer.drain(COUNT - held.size(), held);
          return held.size() == COUNT;
        });
    consumer.pause(true);
  }

  @AfterEach
  void end() {
    engine.close();
    server.close();
    broker.close();
  }

  private static <T> T await(Ticket<T> ticket) throws AmqpException {
    return ticket.await();
  }

  private static AmqpException refused(Ticket<?> ticket) {
    AmqpException why = assertThrows(AmqpException.class, ticket::await);
    assertEquals(ReplyCode.PRECONDITION_FAILED, why.replyCode());
    return why;
  }

  private List<Delivery> everySecond() {
    List<Delivery> some = new ArrayList<>(COUNT / 2);
    for (int i = 0; i < COUNT; i += 2) {
      some.add(held.get(i));
    }
    return some;
  }

  private Observation.QueueView observed() {
    try {
      return broker.observe().queues().get(0);
    } catch (AmqpException e) {
      throw new AssertionError(e);
    }
  }

  /** So many come back when the channel closes. */
  private void assertLeft(long count) {
    consuming.close();
    until("all have come back", () -> observed().unacknowledged() == 0);
    assertEquals(count, observed().ready());
  }

  @Test
  void allOfThemAreAcknowledgedAtOnce() throws AmqpException {
    await(consuming.settle(held, Outcome.ACCEPTED, consuming.autoCommit()));
    assertLeft(0);
  }

  @Test
  void inWhateverOrderTheyAreGiven() throws AmqpException {
    Collections.shuffle(held, new Random(7));
    await(consuming.settle(held, Outcome.ACCEPTED, consuming.autoCommit()));
    assertLeft(0);
  }

  @Test
  void everySecondOfThemIs() throws AmqpException {
    await(consuming.settle(everySecond(), Outcome.ACCEPTED, consuming.autoCommit()));
    assertLeft(COUNT / 2);
  }

  @Test
  void whenOneIsRefusedAllStayInHand() throws AmqpException {
    List<Delivery> some = everySecond();
    // The server knows the last as settled, and the channel does not.
    RabbitDelivery last = (RabbitDelivery) some.get(some.size() - 1);
    Map<String, Object> arguments =
        Map.of("delivery-tags", List.of(last.tag()), "outcome", "accepted");
    await(last.owner().asked("settle", arguments));
    refused(consuming.settle(some, Outcome.ACCEPTED, consuming.autoCommit()));
    List<Delivery> others = some.subList(0, some.size() - 1);
    await(consuming.settle(others, Outcome.ACCEPTED, consuming.autoCommit()));
    assertLeft(COUNT / 2);
  }

  @Test
  void aTransactionTakesAllOfThem() throws AmqpException {
    Transaction transaction = consuming.begin();
    await(consuming.settle(held, Outcome.ACCEPTED, transaction));
    await(transaction.commit());
    assertLeft(0);
  }

  @Test
  void aTransactionTakesEverySecond() throws AmqpException {
    Transaction transaction = consuming.begin();
    await(consuming.settle(everySecond(), Outcome.ACCEPTED, transaction));
    await(transaction.commit());
    assertLeft(COUNT / 2);
  }

  @Test
  void whatATransactionSettledIsInHandAgain() throws AmqpException {
    Transaction transaction = consuming.begin();
    await(consuming.settle(everySecond(), Outcome.ACCEPTED, transaction));
    await(transaction.rollback());
    await(consuming.settle(held, Outcome.ACCEPTED, consuming.autoCommit()));
    assertLeft(0);
  }

  @Test
  void allOfThemGoBackInOneStep() throws AmqpException {
    await(consuming.giveBack(held.subList(0, COUNT / 2), held.subList(COUNT / 2, COUNT)));
    assertEquals(COUNT, observed().ready());
  }

  @Test
  void whatOneStepHasNoRoomForIsRefusedBeforeAnythingIsSent() throws AmqpException {
    AmqpException why = refused(consuming.giveBack(everySecond(), List.of()));
    assertTrue(why.getMessage().contains("frame-max"), why.getMessage());
    await(consuming.settle(held, Outcome.ACCEPTED, consuming.autoCommit()));
    assertLeft(0);
  }

  @Test
  void whatTheServerRefusesToTakeBackStaysInHand() throws AmqpException {
    // More than may be named that are settled already.
    int settled = 80_000;
    await(consuming.settle(held.subList(0, settled), Outcome.ACCEPTED, consuming.autoCommit()));
    AmqpException why = refused(consuming.giveBack(held, List.of()));
    assertTrue(why.getMessage().contains("more than there are"), why.getMessage());
    await(consuming.settle(held.get(COUNT - 1), Outcome.ACCEPTED, consuming.autoCommit()));
    assertLeft(COUNT - settled - 1);
  }
}
