package io.bindery.rabbitmq;

import static io.bindery.testkit.Awaiting.until;
import static io.bindery.testkit.Awaiting.untilWaiting;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bindery.amqp.server.AmqpServer;
import io.bindery.engine.AmqpConnection;
import io.bindery.engine.AmqpException;
import io.bindery.engine.Arguments;
import io.bindery.engine.Channel;
import io.bindery.engine.ConnectSpec;
import io.bindery.engine.ConsumeSpec;
import io.bindery.engine.Consumer;
import io.bindery.engine.Engine;
import io.bindery.engine.Engines;
import io.bindery.engine.QueueSpec;
import io.bindery.engine.Route;
import io.bindery.engine.Subscription;
import io.bindery.engine.SubscriptionSpec;
import io.bindery.jms.BinderyConnectionFactory;
import jakarta.jms.Connection;
import jakarta.jms.JMSException;
import jakarta.jms.JMSRuntimeException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.Queue;
import jakarta.jms.Session;
import jakarta.jms.TemporaryQueue;
import jakarta.jms.TextMessage;
import jakarta.jms.Topic;
import java.io.IOException;
import java.util.Enumeration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** What of a connection comes back when it was lost, and how what cannot is told. */
class ComingBackTest extends CutTest {
  @Test
  void aReceiveThatWaitsGoesOn() throws JMSException, InterruptedException {
    Session session = connect().createSession();
    Queue queue = session.createQueue("orders");
    MessageConsumer consumer = session.createConsumer(queue);
    BlockingQueue<String> received = new LinkedBlockingQueue<>();
    Done receiver = start(() -> received.add(receive(consumer)));
    untilWaiting(receiver.thread());
    cut();
    send(connect().createSession(), queue, "a");
    assertNull(receiver.await());
    assertEquals("a", received.poll());
  }

  @Test
  void aListenerGoesOnAndSeesAgainWhatWasNotSettled() throws JMSException, InterruptedException {
    Session session = connect().createSession();
    Queue queue = session.createQueue("orders");
    BlockingQueue<Message> seen = new LinkedBlockingQueue<>();
    session
        .createConsumer(queue)
        .setMessageListener(
            message -> {
              seen.add(message);
              if (seen.size() == 1) {
                network.cut();
              }
            });
    Session sender = connectPastTheNetwork().createSession();
    send(sender, queue, "a");
    Message first = seen.poll(LONG_MS, TimeUnit.MILLISECONDS);
    assertEquals("a", text(first));
    send(sender, queue, "b");
    Message next = seen.poll(LONG_MS, TimeUnit.MILLISECONDS);
    for (; "a".equals(text(next)); next = seen.poll(LONG_MS, TimeUnit.MILLISECONDS)) {
      assertTrue(next.getJMSRedelivered());
    }
    assertEquals("b", text(next));
  }

  @Test
  void aListenerDoesNotSeeWhatIsLostBeforeItComesAgain() throws JMSException, InterruptedException {
    Session session = connect().createSession();
    Queue queue = session.createQueue("orders");
    Connection sender = connectPastTheNetwork();
    send(sender.createSession(), queue, "a", "b", "c");
    BlockingQueue<String> seen = new LinkedBlockingQueue<>();
    AtomicInteger calls = new AtomicInteger();
    session
        .createConsumer(queue)
        .setMessageListener(
            message -> {
              try {
                if (calls.getAndIncrement() == 0) {
                  cut();
                }
                seen.add(text(message) + " " + message.getJMSRedelivered());
              } catch (JMSException e) {
                throw new JMSRuntimeException(e.getMessage(), null, e);
              }
            });
    for (String each : List.of("a false", "a true", "b true", "c true")) {
      assertEquals(each, seen.poll(LONG_MS, TimeUnit.MILLISECONDS));
    }
  }

  @Test
  void whatWasSentAheadAndNotShownComesAgainMarkedRedelivered() throws JMSException {
    Session session = connect().createSession();
    Queue queue = session.createQueue("orders");
    MessageConsumer consumer = session.createConsumer(queue);
    send(session, queue, "a", "b", "c");
    assertEquals("a", receive(consumer));
    until("all are sent ahead", () -> observed("orders").ready() == 0);
    until("the first is acknowledged", () -> observed("orders").unacknowledged() == 2);
    cut();
    until("they went back", () -> observed("orders").ready() == 2 || isSentAgain());
    Message b = consumer.receive(LONG_MS);
    assertEquals("b", text(b));
    assertTrue(b.getJMSRedelivered());
    assertEquals("c", receive(consumer));
    assertNull(consumer.receiveNoWait());
  }

  private boolean isSentAgain() {
    return observed("orders").counters().redelivered() > 0;
  }

  /** The network neither says anything nor ends: only the heartbeats are missing. */
  @Test
  void aNetworkThatIsSilentIsGivenUp() throws JMSException, InterruptedException {
    Connection connection =
        later(new BinderyConnectionFactory(uri() + "?heartbeat=1").createConnection());
    Session session = connection.createSession();
    Queue queue = session.createQueue("orders");
    MessageConsumer consumer = session.createConsumer(queue);
    int before = network.accepted();
    network.mute(true);
    until("the silence is noticed", () -> network.accepted() > before);
    network.mute(false);
    send(session, queue, "a");
    assertEquals("a", receive(consumer));
  }

  @Test
  void anotherHostIsTakenWhenTheFirstIsDown() throws JMSException, AmqpException, IOException {
    AmqpServer second = serve();
    try (CuttingProxy other = new CuttingProxy(second.port())) {
      String hosts = uri() + ",127.0.0.1:" + other.port();
      Connection connection = later(new BinderyConnectionFactory(hosts).createConnection());
      Session session = connection.createSession();
      Queue queue = session.createQueue("orders");
      MessageConsumer consumer = session.createConsumer(queue);
      send(session, queue, "a");
      assertEquals("a", receive(consumer));
      until("it is acknowledged", () -> observed("orders").unacknowledged() == 0);
      assertEquals(0, other.accepted());
      network.refuse(true);
      cut();
      send(session, queue, "b");
      assertEquals("b", receive(consumer));
      assertTrue(other.accepted() > 0);
      until("it is acknowledged", () -> observed("orders").unacknowledged() == 0);
      network.refuse(false);
      int before = network.accepted();
      second.close();
      until("it connects again", () -> network.accepted() > before);
      send(session, queue, "c");
      assertEquals("c", receive(consumer));
      connection.close();
    }
  }

  @Test
  void aServerThatIsStartedAgainKeepsWhatIsDurable() throws JMSException, AmqpException {
    Session session = connect().createSession();
    Queue queue = session.createQueue("orders");
    Topic topic = session.createTopic("news");
    MessageConsumer consumer = session.createConsumer(queue);
    MessageConsumer shared = session.createSharedDurableConsumer(topic, "desk");
    TemporaryQueue replies = session.createTemporaryQueue();
    MessageConsumer replied = session.createConsumer(replies);
    send(session, queue, "a");
    send(session, topic, "n");
    restart();
    Message kept = consumer.receive(LONG_MS);
    assertEquals("a", text(kept));
    assertEquals("n", receive(shared));
    send(session, replies, "r");
    assertEquals("r", receive(replied));
  }

  @Test
  void aTemporaryQueueKeepsItsName() throws JMSException {
    Session session = connect().createSession();
    TemporaryQueue replies = session.createTemporaryQueue();
    MessageConsumer consumer = session.createConsumer(replies);
    Queue requests = session.createQueue("requests");
    TextMessage request = session.createTextMessage("how much?");
    request.setJMSReplyTo(replies);
    session.createProducer(requests).send(request);
    cut();
    Session other = connect().createSession();
    Message asked = other.createConsumer(requests).receive(LONG_MS);
    String name = replies.getQueueName();
    until("it is there again", () -> observed(name) != null && observed(name).consumers() == 1);
    send(other, asked.getJMSReplyTo(), "42");
    assertEquals("42", receive(consumer));
    consumer.close();
    replies.delete();
    cut();
    assertNotNull(session.createConsumer(requests), "and what is deleted stays so");
    assertNull(observed(name));
  }

  @Test
  void subscriptionsOfAllKindsComeBack() throws JMSException {
    factory.setClientId("desk");
    Session session = connect().createSession();
    factory.setClientId("");
    Topic topic = session.createTopic("news.sport");
    MessageConsumer plain = session.createConsumer(topic, "n > 1");
    MessageConsumer shared = session.createSharedConsumer(topic, "shared");
    MessageConsumer durable = session.createDurableConsumer(topic, "durable");
    MessageConsumer sharedDurable = session.createSharedDurableConsumer(topic, "both");
    cut();
    assertNotNull(session.createTemporaryQueue(), "it is back");
    for (int n = 1; n <= 2; n++) {
      TextMessage message = session.createTextMessage("m" + n);
      message.setIntProperty("n", n);
      session.createProducer(topic).send(message);
    }
    assertEquals("m2", receive(plain));
    for (MessageConsumer each : new MessageConsumer[] {shared, durable, sharedDurable}) {
      assertEquals("m1", receive(each));
      assertEquals("m2", receive(each));
    }
    durable.close();
    until("it is acknowledged", () -> observed("sub/desk/durable").unacknowledged() == 0);
    session.unsubscribe("durable");
  }

  @Test
  void whatTheServerStillHoldsForTheDeadConnectionIsWaitedFor()
      throws JMSException, InterruptedException {
    factory.setClientId("desk");
    Connection connection = connect();
    factory.setClientId("");
    Session session = connection.createSession();
    MessageConsumer durable = session.createDurableConsumer(session.createTopic("news"), "durable");
    TemporaryQueue mine = session.createTemporaryQueue();
    MessageConsumer consumer = session.createConsumer(mine);
    int before = network.accepted();
    network.cutClients();
    until("it connects again", () -> network.accepted() > before);
    Done sending = start(() -> send(session, mine, "a"));
    untilWaiting(sending.thread());
    until("both are there", () -> observed().connections().size() == 2);
    assertTrue(sending.thread().isAlive());
    network.cutServers();
    assertNull(sending.await());
    assertEquals("a", receive(consumer));
    send(session, session.createTopic("news"), "n");
    assertEquals("n", receive(durable));
    assertEquals("desk", connection.getClientID());
  }

  @Test
  void aSendWaitsForTheConnection() throws JMSException, InterruptedException {
    Session session = connect().createSession();
    Queue queue = session.createQueue("orders");
    send(session, queue, "a");
    network.refuse(true);
    cut();
    Done sending = start(() -> send(session, queue, "b"));
    untilWaiting(sending.thread());
    network.refuse(false);
    assertNull(sending.await());
    MessageConsumer consumer = session.createConsumer(queue);
    assertEquals("a", receive(consumer));
    assertEquals("b", receive(consumer));
  }

  @Test
  void aSendThatWasNotConfirmedSaysThatItsOutcomeIsNotKnown()
      throws JMSException, InterruptedException {
    Session session = connect().createSession();
    Queue queue = session.createQueue("orders");
    send(session, queue, "a");
    network.mute(true);
    Done sending = start(() -> send(session, queue, "b"));
    until("it has come", () -> observed("orders").ready() == 2);
    network.cut();
    network.mute(false);
    JMSException failure = sending.await();
    assertTrue(failure.getMessage().contains("whether it was published is not known"));
    assertEquals("320 CONNECTION_FORCED", failure.getErrorCode());
    send(session, queue, "c");
    assertEquals(3, observed("orders").ready());
  }

  @Test
  void acknowledgingWhatIsLostIsTold() throws JMSException {
    Session session = connect().createSession(Session.CLIENT_ACKNOWLEDGE);
    Queue queue = session.createQueue("orders");
    send(session, queue, "a", "b");
    MessageConsumer consumer = session.createConsumer(queue);
    Message first = consumer.receive(LONG_MS);
    assertEquals("a", text(first));
    cut();
    Message again = untilRedelivered(consumer);
    assertEquals("a", text(again));
    JMSException failure = assertThrows(JMSException.class, again::acknowledge);
    assertTrue(failure.getMessage().contains("comes again"), failure.getMessage());
    assertEquals("320 CONNECTION_FORCED", failure.getErrorCode());
    again.acknowledge();
    assertEquals("b", receive(consumer));
    again.acknowledge();
    until("all are settled", () -> observed("orders").unacknowledged() == 0);
    assertEquals(0, observed("orders").ready());
  }

  /** What was sent ahead before a loss may still be shown. */
  private static Message untilRedelivered(MessageConsumer consumer) throws JMSException {
    Message next = consumer.receive(LONG_MS);
    while (!next.getJMSRedelivered()) {
      next = consumer.receive(LONG_MS);
    }
    return next;
  }

  @Test
  void aBrowserThatIsCutOffDoesNotLookAsIfItHadSeenAll() throws JMSException {
    Session session = connect().createSession();
    Queue queue = session.createQueue("orders");
    for (int i = 0; i < RabbitBrowser.WINDOW + 100; i++) {
      send(session, queue, "m" + i);
    }
    Enumeration<?> look = session.createBrowser(queue).getEnumeration();
    assertTrue(look.hasMoreElements());
    cut();
    assertThrows(
        JMSRuntimeException.class,
        () -> {
          while (look.hasMoreElements()) {
            look.nextElement();
          }
        });
    assertTrue(session.createBrowser(queue).getEnumeration().hasMoreElements());
  }

  @Test
  void aConsumerWhoseQueueIsGoneIsToldSo() throws JMSException, AmqpException {
    Session session = connect().createSession();
    Queue queue = session.createQueue("orders");
    MessageConsumer consumer = session.createConsumer(queue);
    MessageConsumer other = session.createConsumer(session.createQueue("others"));
    network.refuse(true);
    cut();
    try (var admin = broker.connect(io.bindery.engine.ConnectSpec.anonymous("admin")).await()) {
      admin.openChannel().await().deleteQueue("orders", false, false).await();
    }
    network.refuse(false);
    assertThrows(jakarta.jms.InvalidDestinationException.class, () -> consumer.receive(LONG_MS));
    send(session, session.createQueue("others"), "o");
    assertEquals("o", receive(other));
  }

  @Test
  void closingDuringTheOutageDoesNotWait() throws JMSException, InterruptedException {
    Connection connection = connect();
    Session session = connection.createSession();
    Queue queue = session.createQueue("orders");
    MessageConsumer consumer = session.createConsumer(queue);
    network.refuse(true);
    cut();
    Done sending = start(() -> send(session, queue, "b"));
    untilWaiting(sending.thread());
    Done receiving = start(() -> assertNull(consumer.receive()));
    untilWaiting(receiving.thread());
    Done closing = start(connection::close);
    assertNull(closing.await());
    assertNotNull(sending.await());
    assertNull(receiving.await());
  }

  @Test
  void whoGivesUpTellsTheExceptionListener() throws JMSException, InterruptedException {
    Connection connection =
        later(new BinderyConnectionFactory(uri() + "?reconnect=1").createConnection());
    BlockingQueue<JMSException> told = new LinkedBlockingQueue<>();
    connection.setExceptionListener(told::add);
    Session session = connection.createSession();
    Queue queue = session.createQueue("orders");
    MessageConsumer consumer = session.createConsumer(queue);
    network.refuse(true);
    cut();
    Done sending = start(() -> send(session, queue, "b"));
    Done receiving = start(consumer::receive);
    JMSException failure = told.poll(LONG_MS, TimeUnit.MILLISECONDS);
    assertNotNull(failure);
    assertTrue(failure.getMessage().contains("within 1 s"), failure.getMessage());
    assertNotNull(sending.await());
    assertNotNull(receiving.await());
    assertThrows(JMSException.class, () -> session.createConsumer(queue));
  }

  /** Or the server would send to somebody who is not there, and nobody else would get it. */
  @Test
  void whatIsClosedWhileItComesBackIsNotThereAfterwards() throws AmqpException {
    Engine engine = Engines.find(uri());
    AmqpConnection connection = engine.connect(ConnectSpec.anonymous("test")).await();
    Channel channel = connection.openChannel().await();
    channel.declareQueue(QueueSpec.durable("orders", Map.of())).await();
    channel.declareQueue(QueueSpec.durable("held", Map.of())).await();
    SubscriptionSpec prices =
        new SubscriptionSpec(
            SubscriptionSpec.Kind.DURABLE,
            "",
            "prices",
            new Route(Arguments.TOPIC_EXCHANGE, "prices", false),
            "",
            false);
    Subscription subscription = channel.subscribe(prices).await();
    Consumer consumer = channel.consume(ConsumeSpec.of("orders", 10), () -> {}).await();
    channel.consume(ConsumeSpec.of("held", 10), () -> {}).await();
    network.refuse(true);
    network.cut();
    until("the server has noticed", () -> observed("orders").consumers() == 0);
    AmqpConnection other = broker.connect(ConnectSpec.anonymous("other")).await();
    Channel holding = other.openChannel().await();
    holding.deleteQueue("held", false, false).await();
    holding
        .declareQueue(new QueueSpec("held", false, true, false, QueueSpec.Defaults.AMQP, Map.of()))
        .await();
    network.refuse(false);
    until("the consumer is there again", () -> observed("orders").consumers() == 1);
    consumer.close();
    subscription.close();
    other.close();
    channel.checkQueue("orders").await();
    until("it is closed", () -> observed("orders").consumers() == 0);
    channel.subscribe(prices).await().close();
    connection.close();
  }

  /** The thread that opens one may be held up until its connection is lost, and is there again. */
  @Test
  void aChannelThatComesLateDoesNotTakeThePlaceOfTheNextOne() throws AmqpException {
    AmqpConnection connection = Engines.find(uri()).connect(ConnectSpec.anonymous("test")).await();
    LastingChannel channel = (LastingChannel) connection.openChannel().await();
    channel.declareQueue(QueueSpec.durable("orders", Map.of())).await();
    RabbitChannel late = channel.bound();
    cut();
    channel.checkQueue("orders").await();
    channel.resume(late);
    assertTrue(channel.bound().home().isUp());
    channel.consume(ConsumeSpec.of("orders", 1), () -> {}).await();
    connection.close();
  }
}
