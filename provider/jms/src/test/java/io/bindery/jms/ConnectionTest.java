package io.bindery.jms;

import static io.bindery.testkit.Awaiting.untilWaiting;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bindery.engine.AmqpException;
import io.bindery.engine.Engine;
import io.bindery.engine.Engines;
import io.bindery.engine.ReplyCode;
import jakarta.jms.Connection;
import jakarta.jms.ConnectionMetaData;
import jakarta.jms.IllegalStateException;
import jakarta.jms.InvalidClientIDException;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.JMSSecurityException;
import jakarta.jms.JMSSecurityRuntimeException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.Session;
import jakarta.jms.TextMessage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Enumeration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("6.1 Connections")
class ConnectionTest extends JmsTest {
  @Test
  @DisplayName("5.3 a wrong URI is refused with what is wrong and where")
  void wrongUri() {
    BinderyConnectionFactory wrong = new BinderyConnectionFactory("tcp://somewhere");
    JMSException unknown = assertThrows(JMSException.class, wrong::createConnection);
    assertTrue(unknown.getMessage().contains("tcp"), unknown.getMessage());
    assertEquals("530 NOT_ALLOWED", unknown.getErrorCode());
    wrong.setUri("vm://a/b");
    assertThrows(JMSException.class, wrong::createConnection);
    wrong.setUri("no uri at all");
    JMSException malformed = assertThrows(JMSException.class, wrong::createConnection);
    assertSame(malformed.getLinkedException(), malformed.getCause());
  }

  @Test
  @DisplayName("5.3 the factory shows no secret")
  void noSecret() {
    factory.setUser("alice");
    factory.setPassword("secret-word");
    factory.setUri("vm://other-secret");
    assertFalse(factory.toString().contains("secret"), factory.toString());
    assertTrue(factory.toString().contains("alice"));
  }

  @Test
  @DisplayName("5.3 settings out of range are refused")
  void factorySettings() {
    assertThrows(IllegalArgumentException.class, () -> factory.setPrefetch(-1));
    assertThrows(IllegalArgumentException.class, () -> factory.setSendTimeoutMs(-1));
    factory.setPrefetch(7);
    factory.setSendTimeoutMs(8);
    assertEquals(7, factory.getPrefetch());
    assertEquals(8, factory.getSendTimeoutMs());
  }

  @Test
  @DisplayName("6.1.1, 11.3.1, 11.3.2 credentials with each call, with the factory, and none")
  void credentials() throws JMSException {
    factory.setUser("alice");
    factory.setPassword("secret");
    List<Connection> all =
        List.of(
            factory.createConnection(),
            factory.createConnection("bob", "secret"),
            factory.createConnection(null, null),
            factory.createQueueConnection("bob", "secret"),
            factory.createTopicConnection("bob", "secret"),
            factory.createXAConnection(),
            factory.createXAConnection("bob", "secret"),
            factory.createXAQueueConnection(),
            factory.createXAQueueConnection("bob", "secret"),
            factory.createXATopicConnection(),
            factory.createXATopicConnection("bob", "secret"));
    for (Connection each : all) {
      later(each);
      each.createSession(false, Session.AUTO_ACKNOWLEDGE).createMessage();
    }
    List<JMSContext> contexts =
        List.of(
            factory.createContext(),
            factory.createContext(JMSContext.CLIENT_ACKNOWLEDGE),
            factory.createContext("bob", "secret"),
            factory.createContext("bob", "secret", JMSContext.SESSION_TRANSACTED),
            factory.createXAContext(),
            factory.createXAContext("bob", "secret"));
    List<Integer> modes = new ArrayList<>();
    for (JMSContext each : contexts) {
      modes.add(later(each).getSessionMode());
    }
    assertEquals(List.of(1, 2, 1, 0, 0, 0), modes);
    AmqpException refused = new AmqpException(ReplyCode.ACCESS_REFUSED, "wrong password");
    assertTrue(JmsExceptions.of(refused, "connecting") instanceof JMSSecurityException);
  }

  @Test
  @DisplayName("6.1.1, 10.3 a wrong user or password is a JMSSecurityException of every factory")
  void wrongCredentials(@TempDir Path directory) throws JMSException, IOException, AmqpException {
    Path users = Files.writeString(directory.resolve("users"), "alice = secret");
    String uri = "vm://jms-users?users=" + users;
    try (Engine guards = Engines.find(uri)) {
      assertFalse(guards.isClosed());
      assertGuarded(uri);
    }
  }

  private static void assertGuarded(String uri) throws JMSException {
    BinderyXAConnectionFactory guarded = new BinderyXAConnectionFactory(uri);
    guarded.setUser("alice");
    guarded.setPassword("wrong");
    for (Executable refused :
        List.<Executable>of(
            guarded::createConnection,
            guarded::createQueueConnection,
            guarded::createTopicConnection,
            guarded::createXAConnection,
            () -> guarded.createConnection("nobody", "secret"),
            () -> guarded.createQueueConnection("nobody", "secret"),
            () -> guarded.createTopicConnection("alice", null),
            () -> guarded.createXAConnection("alice", ""))) {
      JMSSecurityException wrong = assertThrows(JMSSecurityException.class, refused);
      assertEquals("403 ACCESS_REFUSED", wrong.getErrorCode());
      assertFalse(wrong.getMessage().contains("secret"), wrong.getMessage());
    }
    for (Executable refused :
        List.<Executable>of(
            guarded::createContext,
            guarded::createXAContext,
            () -> guarded.createContext("nobody", "secret"),
            () -> guarded.createContext("alice", "no", JMSContext.AUTO_ACKNOWLEDGE))) {
      assertThrows(JMSSecurityRuntimeException.class, refused);
    }
    guarded.setPassword("secret");
    guarded.createConnection().close();
    guarded.createContext("alice", "secret").close();
  }

  @Test
  @DisplayName("6.1.2 the client identifier is set first, once, and is not empty")
  void clientIdRules() throws JMSException {
    Connection fresh = connect();
    assertNull(fresh.getClientID());
    assertThrows(InvalidClientIDException.class, () -> fresh.setClientID(""));
    assertThrows(InvalidClientIDException.class, () -> fresh.setClientID(null));
    fresh.setClientID("desk");
    assertEquals("desk", fresh.getClientID());
    assertThrows(IllegalStateException.class, () -> fresh.setClientID("desk"));
    Connection used = connect();
    used.createSession();
    assertThrows(IllegalStateException.class, () -> used.setClientID("late"));
    Connection startedFirst = connect();
    startedFirst.start();
    assertThrows(IllegalStateException.class, () -> startedFirst.setClientID("late"));
  }

  @Test
  @DisplayName("6.1.2 a client identifier is in use once, and free after the close")
  void clientIdUnique() throws JMSException {
    Connection first = connect();
    first.setClientID("desk");
    Connection second = connect();
    InvalidClientIDException taken =
        assertThrows(InvalidClientIDException.class, () -> second.setClientID("desk"));
    assertTrue(taken.getMessage().contains("desk"), taken.getMessage());
    first.close();
    second.setClientID("desk");
    assertEquals("desk", second.getClientID());
  }

  @Test
  @DisplayName(
      "6.1.2 an administered client identifier can't be changed, and one that is taken refuses the connection")
  void administeredClientId() throws JMSException {
    factory.setClientId("admin");
    Connection first = connect();
    assertEquals("admin", first.getClientID());
    assertThrows(IllegalStateException.class, () -> first.setClientID("mine"));
    assertThrows(InvalidClientIDException.class, factory::createConnection);
  }

  @Test
  @DisplayName(
      "6.1.4, 8.4 a connection is created stopped: nothing comes before start, sending works")
  void createdStopped() throws JMSException {
    Connection stopped = connect();
    Session own = stopped.createSession();
    MessageConsumer consumer = own.createConsumer(queue);
    send(own, queue, "a");
    assertNull(consumer.receiveNoWait());
    assertNull(consumer.receive(1));
    stopped.start();
    assertEquals("a", text(consumer.receive(LONG_MS)));
  }

  @Test
  @DisplayName("6.1.4 a stopped connection holds back nothing from others")
  void stoppedHoldsNothing() throws JMSException {
    connect().createSession().createConsumer(queue);
    MessageConsumer consumer = session.createConsumer(queue);
    send(queue, "a", "b");
    assertEquals(List.of("a", "b"), receive(consumer, 2));
  }

  @Test
  @DisplayName("6.1.5 stop: receive goes on waiting and gets what comes after start")
  void stopInhibitsReceive() throws JMSException, InterruptedException {
    MessageConsumer consumer = session.createConsumer(queue);
    BlockingQueue<String> received = new LinkedBlockingQueue<>();
    Thread receiver = start(() -> received.add(text(consumer.receive())));
    untilWaiting(receiver);
    connection.stop();
    send(connect().createSession(), queue, "a");
    assertNull(received.poll());
    untilWaiting(receiver);
    connection.start();
    assertEquals("a", next(received));
    join(receiver);
  }

  @Test
  @DisplayName("6.1.5 stop waits for running listeners, which have all services of the connection")
  void stopWaitsForListener() throws JMSException, InterruptedException {
    CountDownLatch inside = new CountDownLatch(1);
    CountDownLatch go = new CountDownLatch(1);
    BlockingQueue<String> seen = new LinkedBlockingQueue<>();
    MessageProducer producer = session.createProducer(null);
    session
        .createConsumer(queue)
        .setMessageListener(
            message -> {
              inside.countDown();
              awaitLatch(go);
              JmsExceptions.run(() -> producer.send(session.createQueue("replies"), message));
              seen.add(textOf(message));
            });
    send(connect().createSession(), queue, "a", "b");
    inside.await();
    Thread stopper = start(connection::stop);
    untilWaiting(stopper);
    assertTrue(seen.isEmpty());
    go.countDown();
    join(stopper);
    assertEquals(List.of("a"), List.copyOf(seen));
    connection.start();
    assertEquals("a", next(seen));
    assertEquals("b", next(seen));
  }

  static void awaitLatch(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new java.lang.IllegalStateException(e);
    }
  }

  @Test
  @DisplayName("6.1.5 while stopped, others get what the consumer had not shown")
  void stopGivesBack() throws JMSException {
    MessageConsumer consumer = session.createConsumer(queue);
    send(queue, "a", "b", "c");
    assertEquals("a", text(consumer.receive(LONG_MS)));
    connection.stop();
    assertEquals(List.of("b", "c"), left(queue));
  }

  @Test
  @DisplayName(
      "6.1.5, 6.1.8 stop and close within a listener of the connection are refused, start and stop twice are ignored")
  void stopWithinListener() throws JMSException, InterruptedException {
    BlockingQueue<Object> outcome = new LinkedBlockingQueue<>();
    session
        .createConsumer(queue)
        .setMessageListener(
            message -> {
              outcome.add(assertThrows(IllegalStateException.class, connection::stop));
              outcome.add(assertThrows(IllegalStateException.class, connection::close));
              outcome.add(assertThrows(IllegalStateException.class, session::close));
            });
    connection.start();
    send(connect().createSession(), queue, "a");
    for (int i = 0; i < 3; i++) {
      assertTrue(next(outcome) instanceof IllegalStateException);
    }
    connection.stop();
    connection.stop();
  }

  @Test
  @DisplayName("6.1.6 metadata")
  void metaData() throws JMSException {
    ConnectionMetaData data = connection.getMetaData();
    assertEquals("3.1", data.getJMSVersion());
    assertEquals(3, data.getJMSMajorVersion());
    assertEquals(1, data.getJMSMinorVersion());
    assertEquals("Bindery", data.getJMSProviderName());
    assertEquals(
        data.getProviderMajorVersion() + "." + data.getProviderMinorVersion(),
        data.getProviderVersion());
    Enumeration<?> names = data.getJMSXPropertyNames();
    assertEquals(
        Set.of("JMSXDeliveryCount", "JMSXGroupID", "JMSXGroupSeq"),
        new HashSet<>(Collections.list(names)));
    TextMessage grouped = session.createTextMessage("a");
    grouped.setStringProperty("JMSXGroupID", "group");
    grouped.setIntProperty("JMSXGroupSeq", 1);
    session.createProducer(queue).send(grouped);
    Message received =
        session
            .createConsumer(queue, "JMSXGroupID = 'group' AND JMSXGroupSeq = 1")
            .receive(LONG_MS);
    assertEquals("group", received.getStringProperty("JMSXGroupID"));
    assertEquals(1, received.getIntProperty("JMSXDeliveryCount"));
  }

  @Test
  @DisplayName(
      "6.1.7 a failed engine reaches the ExceptionListener, and a blocked receive fails with cause and code")
  void exceptionListener() throws JMSException, InterruptedException {
    BlockingQueue<JMSException> told = new LinkedBlockingQueue<>();
    connection.setExceptionListener(told::add);
    assertEquals(0, told.size());
    MessageConsumer consumer = session.createConsumer(queue);
    AtomicReference<JMSException> thrown = new AtomicReference<>();
    Thread receiver = start(() -> thrown.set(assertThrows(JMSException.class, consumer::receive)));
    untilWaiting(receiver);
    engine.close();
    JMSException problem = next(told);
    assertEquals("320 CONNECTION_FORCED", problem.getErrorCode());
    assertSame(problem.getCause(), problem.getLinkedException());
    join(receiver);
    assertNotSame(null, thrown.get().getErrorCode());
    assertThrows(JMSException.class, () -> send(queue, "late"));
  }

  @Test
  @DisplayName("6.1.7 the listener of a deleted queue's consumer is told to the ExceptionListener")
  void deletedQueue() throws JMSException, InterruptedException, io.bindery.engine.AmqpException {
    BlockingQueue<JMSException> told = new LinkedBlockingQueue<>();
    connection.setExceptionListener(told::add);
    session.createConsumer(queue).setMessageListener(message -> {});
    try (io.bindery.engine.AmqpConnection admin =
        engine.connect(io.bindery.engine.ConnectSpec.anonymous("admin")).await()) {
      admin.openChannel().await().deleteQueue("orders", false, false).await();
    }
    assertTrue(next(told).getMessage().contains("orders"));
    assertTrue(connection.getExceptionListener() != null);
    connection.setExceptionListener(null);
    assertNull(connection.getExceptionListener());
  }

  @Test
  @DisplayName("6.1.8 a blocked receive returns null on close, which waits for it")
  void closeEndsReceive() throws JMSException, InterruptedException {
    MessageConsumer consumer = session.createConsumer(queue);
    AtomicReference<Message> received = new AtomicReference<>(session.createMessage());
    Thread receiver = start(() -> received.set(consumer.receive()));
    untilWaiting(receiver);
    connection.close();
    join(receiver);
    assertNull(received.get());
  }

  @Test
  @DisplayName("6.1.8 close waits for running listeners, whose message is still acknowledged")
  void closeWaitsForListener() throws JMSException, InterruptedException {
    Connection own = connect();
    Session dedicated = own.createSession();
    CountDownLatch inside = new CountDownLatch(1);
    CountDownLatch go = new CountDownLatch(1);
    MessageProducer producer = dedicated.createProducer(dedicated.createQueue("replies"));
    dedicated
        .createConsumer(queue)
        .setMessageListener(
            message -> {
              inside.countDown();
              awaitLatch(go);
              JmsExceptions.run(() -> producer.send(message));
            });
    own.start();
    send(queue, "a", "b");
    inside.await();
    Thread closer = start(own::close);
    untilWaiting(closer);
    go.countDown();
    join(closer);
    assertEquals(List.of("b"), left(queue));
    assertEquals(List.of("a"), left(session.createQueue("replies")));
  }

  @Test
  @DisplayName("6.1.8 everything of a closed connection is closed; close twice is nothing")
  void closedConnection() throws JMSException {
    MessageConsumer consumer = session.createConsumer(queue);
    MessageProducer producer = session.createProducer(queue);
    Message message = session.createTextMessage("kept");
    connection.close();
    connection.close();
    session.close();
    consumer.close();
    producer.close();
    assertThrows(IllegalStateException.class, connection::createSession);
    assertThrows(IllegalStateException.class, connection::start);
    assertThrows(IllegalStateException.class, connection::stop);
    assertThrows(IllegalStateException.class, connection::getClientID);
    assertThrows(IllegalStateException.class, connection::getMetaData);
    assertThrows(IllegalStateException.class, () -> connection.setExceptionListener(null));
    assertThrows(IllegalStateException.class, session::createMessage);
    assertThrows(IllegalStateException.class, consumer::receiveNoWait);
    assertThrows(IllegalStateException.class, () -> producer.send(message));
    assertEquals("kept", text(message));
  }

  @Test
  @DisplayName(
      "6.1.8 acknowledging a message of a closed connection is refused, and it is delivered again")
  void acknowledgeAfterClose() throws JMSException {
    Connection own = connect();
    own.start();
    Session client = own.createSession(Session.CLIENT_ACKNOWLEDGE);
    MessageConsumer consumer = client.createConsumer(queue);
    send(queue, "a");
    Message message = consumer.receive(LONG_MS);
    own.close();
    assertThrows(IllegalStateException.class, message::acknowledge);
    Message again = session.createConsumer(queue).receive(LONG_MS);
    assertEquals("a", text(again));
    assertRedelivered(true, again);
  }
}
