package io.bindery.jms;

import static io.bindery.testkit.Awaiting.until;
import static io.bindery.testkit.Awaiting.untilWaiting;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import jakarta.jms.BytesMessage;
import jakarta.jms.CompletionListener;
import jakarta.jms.Connection;
import jakarta.jms.JMSConsumer;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.JMSRuntimeException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.QueueBrowser;
import jakarta.jms.Session;
import jakarta.jms.TemporaryQueue;
import jakarta.jms.TransactionRolledBackException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

@DisplayName(
    "6.1.7 ExceptionListener, 10.2 error codes and linked exceptions: an engine that fails")
class FailureTest extends JmsTest {
  private static void assertTold(JMSException problem) {
    assertNotNull(problem.getErrorCode(), problem.toString());
    assertNotNull(problem.getLinkedException(), problem.toString());
    assertSame(problem.getCause(), problem.getLinkedException());
  }

  @Test
  @DisplayName(
      "10.2 every call on a failed connection says so, with a code and the cause; close works")
  void everyCall() throws JMSException, InterruptedException {
    BlockingQueue<JMSException> told = new LinkedBlockingQueue<>();
    connection.setExceptionListener(told::add);
    Session client = connection.createSession(Session.CLIENT_ACKNOWLEDGE);
    Session transacted = connection.createSession(Session.SESSION_TRANSACTED);
    send(queue, "a", "b");
    Message message = client.createConsumer(queue).receive(LONG_MS);
    MessageConsumer consumer = session.createConsumer(queue);
    MessageProducer producer = session.createProducer(queue);
    QueueBrowser browser = session.createBrowser(queue);
    TemporaryQueue temporary = session.createTemporaryQueue();
    send(transacted, queue, "c");
    Connection fresh = connect();
    engine.close();
    assertTold(next(told));
    Map<String, Executable> calls =
        Map.ofEntries(
            Map.entry("createSession", () -> connection.createSession()),
            Map.entry("createConsumer", () -> session.createConsumer(queue)),
            Map.entry("createConsumer of a topic", () -> session.createConsumer(topic)),
            Map.entry("createSharedConsumer", () -> session.createSharedConsumer(topic, "s")),
            Map.entry("createBrowser", () -> session.createBrowser(queue)),
            Map.entry("getEnumeration", browser::getEnumeration),
            Map.entry("createTemporaryQueue", session::createTemporaryQueue),
            Map.entry("createTemporaryTopic", session::createTemporaryTopic),
            Map.entry("delete", temporary::delete),
            Map.entry("unsubscribe", () -> session.unsubscribe("s")),
            Map.entry("send", () -> producer.send(session.createMessage())),
            Map.entry("receive", consumer::receive),
            Map.entry("receiveNoWait", consumer::receiveNoWait),
            Map.entry("acknowledge", message::acknowledge),
            Map.entry("recover", client::recover),
            Map.entry("commit", transacted::commit),
            Map.entry("rollback", transacted::rollback),
            Map.entry("setClientID", () -> fresh.setClientID("desk")));
    calls.forEach(
        (name, call) -> {
          JMSException problem = assertThrows(JMSException.class, call, name);
          assertTold(problem);
        });
    session.close();
    connection.close();
    assertEquals(0, told.size());
  }

  @Test
  @DisplayName("10.3 a commit that fails is a TransactionRolledBackException with code and cause")
  void commit() throws JMSException, InterruptedException {
    BlockingQueue<JMSException> told = new LinkedBlockingQueue<>();
    connection.setExceptionListener(told::add);
    Session transacted = connection.createSession(Session.SESSION_TRANSACTED);
    send(transacted, queue, "a");
    engine.close();
    // Over a network a commit that crosses the end on its way has an outcome that nobody knows.
    next(told);
    assertTold(assertThrows(TransactionRolledBackException.class, transacted::commit));
  }

  @Test
  @DisplayName("6.1.7 a context's blocked receive ends too, with the unchecked exception")
  void context() throws InterruptedException {
    JMSContext context = context(JMSContext.AUTO_ACKNOWLEDGE);
    BlockingQueue<JMSException> told = new LinkedBlockingQueue<>();
    context.setExceptionListener(told::add);
    JMSConsumer consumer = context.createConsumer(queue);
    BlockingQueue<JMSRuntimeException> thrown = new LinkedBlockingQueue<>();
    Thread receiver =
        start(() -> thrown.add(assertThrows(JMSRuntimeException.class, consumer::receive)));
    untilWaiting(receiver);
    engine.close();
    assertTold(next(told));
    JMSRuntimeException problem = next(thrown);
    assertNotNull(problem.getErrorCode());
    assertNotNull(problem.getCause());
    join(receiver);
  }

  @Test
  @DisplayName("6.1.7 the ExceptionListener may close its connection, while others use it")
  void closeWithinExceptionListener() throws JMSException, InterruptedException {
    CountDownLatch closed = new CountDownLatch(1);
    connection.setExceptionListener(
        problem -> {
          JmsExceptions.run(connection::close);
          closed.countDown();
        });
    MessageConsumer consumer = session.createConsumer(queue);
    Thread receiver =
        start(
            () -> {
              try {
                consumer.receive();
              } catch (JMSException e) {
                assertNotNull(e.getErrorCode());
              }
            });
    untilWaiting(receiver);
    engine.close();
    ConnectionTest.awaitLatch(closed);
    join(receiver);
    assertThrows(jakarta.jms.IllegalStateException.class, connection::createSession);
  }

  @Test
  @DisplayName("6.1.7 a connection calls its ExceptionListener one at a time")
  void serial() throws JMSException, InterruptedException, io.bindery.engine.AmqpException {
    AtomicInteger inside = new AtomicInteger();
    BlockingQueue<Integer> seen = new LinkedBlockingQueue<>();
    CountDownLatch go = new CountDownLatch(1);
    connection.setExceptionListener(
        problem -> {
          int now = inside.incrementAndGet();
          ConnectionTest.awaitLatch(go);
          inside.decrementAndGet();
          seen.add(now);
          throw new IllegalArgumentException("of the application");
        });
    session.createConsumer(queue).setMessageListener(message -> {});
    session.createConsumer(new BinderyQueue("second")).setMessageListener(message -> {});
    try (io.bindery.engine.AmqpConnection admin =
        engine.connect(io.bindery.engine.ConnectSpec.anonymous("admin")).await()) {
      admin.openChannel().await().deleteQueue("orders", false, false).await();
      admin.openChannel().await().deleteQueue("second", false, false).await();
    }
    until("both problems are on their way", () -> tellers() == 2);
    go.countDown();
    assertEquals(1, next(seen));
    assertEquals(1, next(seen));
  }

  private static BytesMessage large(Session from) throws JMSException {
    BytesMessage message = from.createBytesMessage();
    message.writeBytes(new byte[20_000]);
    return message;
  }

  /** How many threads wait in the connection's ExceptionListener, or for it. */
  private long tellers() {
    String id = connection.toString().replaceAll(".*\\[|]", "");
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().equals("bindery-exception-listener-" + id))
        .filter(
            thread ->
                thread.getState() == Thread.State.WAITING
                    || thread.getState() == Thread.State.BLOCKED)
        .count();
  }

  @Test
  @DisplayName(
      "10.2 a send that waits for memory ends with code and cause when the engine or session closes")
  void blockedSend() throws JMSException, InterruptedException, io.bindery.engine.AmqpException {
    for (boolean session : List.of(true, false)) {
      String uri = "vm://jms-small-" + session + "?memory=64k";
      io.bindery.engine.Engine small = io.bindery.engine.Engines.find(uri);
      Connection full = later(new BinderyConnectionFactory(uri).createConnection());
      Session sending = full.createSession();
      BlockingQueue<JMSException> thrown = new LinkedBlockingQueue<>();
      Thread sender =
          start(() -> thrown.add(assertThrows(JMSException.class, () -> sendForEver(sending))));
      untilWaiting(sender);
      if (session) {
        sending.close();
      } else {
        small.close();
      }
      assertTold(next(thrown));
      join(sender);
      small.close();
    }
  }

  private void sendForEver(Session sending) throws JMSException {
    MessageProducer producer = sending.createProducer(queue);
    while (true) {
      producer.send(large(sending));
    }
  }

  @Test
  @DisplayName(
      "7.3.2 asynchronous sends that a failing engine takes along are told with code and cause")
  void asynchronousSend()
      throws JMSException, InterruptedException, io.bindery.engine.AmqpException {
    String uri = "vm://jms-small-async?memory=64k";
    BlockingQueue<Object> told = new LinkedBlockingQueue<>();
    io.bindery.engine.Engine small = io.bindery.engine.Engines.find(uri);
    Connection full = new BinderyConnectionFactory(uri).createConnection();
    Session sending = full.createSession();
    MessageProducer producer = sending.createProducer(queue);
    CompletionListener telling =
        new CompletionListener() {
          @Override
          public void onCompletion(Message message) {
            told.add("completed");
          }

          @Override
          public void onException(Message message, Exception failure) {
            told.add(failure);
          }
        };
    for (int i = 0; i < 10; i++) {
      producer.send(large(sending), telling);
    }
    small.close();
    full.close();
    assertEquals(10, told.size());
    List<Object> failed = told.stream().filter(each -> each instanceof JMSException).toList();
    assertTrue(!failed.isEmpty());
    failed.forEach(each -> assertTold((JMSException) each));
  }

  @Test
  @DisplayName("6.1.7 whoever waits in receive while the engine ends is told that, every time")
  void receiving() throws JMSException, io.bindery.engine.AmqpException, InterruptedException {
    for (int round = 0; round < 300; round++) {
      String uri = "vm://jms-ending-" + round;
      io.bindery.engine.Engine ending = io.bindery.engine.Engines.find(uri);
      BlockingQueue<Object> told = new LinkedBlockingQueue<>();
      try (Connection ended = new BinderyConnectionFactory(uri).createConnection()) {
        ended.setExceptionListener(problem -> {});
        ended.start();
        CountDownLatch began = new CountDownLatch(1);
        MessageConsumer consumer = ended.createSession().createConsumer(queue);
        Thread receiver =
            new Thread(
                () -> {
                  began.countDown();
                  try {
                    told.add(String.valueOf(consumer.receive(LONG_MS)));
                  } catch (JMSException e) {
                    told.add(e);
                  }
                });
        receiver.start();
        began.await();
        ending.close();
        JMSException problem = (JMSException) told.take();
        assertTrue(problem.getMessage().startsWith("The connection has failed"), problem::toString);
        receiver.join();
      }
    }
  }
}
