package io.bindery.jms;

import static io.bindery.testkit.Awaiting.until;
import static io.bindery.testkit.Awaiting.untilWaiting;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import jakarta.jms.CompletionListener;
import jakarta.jms.Connection;
import jakarta.jms.IllegalStateException;
import jakarta.jms.IllegalStateRuntimeException;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.Session;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("6.1.5, 6.1.8, 6.2.15, 7.3.4 Stopping and closing while something is on its way")
class ClosingTest extends JmsTest {
  private final CountDownLatch inside = new CountDownLatch(1);
  private final CountDownLatch go = new CountDownLatch(1);
  private final BlockingQueue<String> done = new LinkedBlockingQueue<>();
  private Connection own;
  private Session early;
  private Session busy;

  @BeforeEach
  void busyConnection() throws JMSException {
    own = connect();
    early = own.createSession();
    busy = own.createSession();
    own.start();
  }

  private interface Last {
    void run() throws JMSException;
  }

  /** A listener that waits in its first message, and then does something. */
  private MessageConsumer listenAndWait(Last last) throws JMSException, InterruptedException {
    MessageConsumer consumer = busy.createConsumer(queue);
    consumer.setMessageListener(
        message -> {
          boolean first = inside.getCount() > 0;
          inside.countDown();
          ConnectionTest.awaitLatch(go);
          JmsExceptions.run(
              () -> {
                if (first) {
                  last.run();
                }
                done.add(text(message));
              });
        });
    send(queue, "a", "b", "c");
    inside.await();
    return consumer;
  }

  @Test
  @DisplayName("6.1.8 a second close of the connection returns only after the first")
  void secondConnectionClose() throws JMSException, InterruptedException {
    listenAndWait(() -> {});
    Thread first = start(own::close);
    untilWaiting(first);
    Thread second = start(own::close);
    untilWaiting(second);
    assertEquals(0, done.size());
    go.countDown();
    join(first);
    join(second);
    assertEquals(List.of("a"), List.copyOf(done));
  }

  @Test
  @DisplayName("6.2.15, 8.8 a second close of a session or consumer returns only after the first")
  void secondSessionOrConsumerClose() throws JMSException, InterruptedException {
    MessageConsumer consumer = listenAndWait(() -> {});
    List<Thread> closers = new ArrayList<>();
    for (Work close : List.<Work>of(consumer::close, consumer::close, busy::close, busy::close)) {
      Thread closer = start(close);
      untilWaiting(closer);
      closers.add(closer);
    }
    assertEquals(0, done.size());
    go.countDown();
    for (Thread closer : closers) {
      join(closer);
    }
    assertEquals(List.of("a"), List.copyOf(done));
    consumer.close();
    busy.close();
  }

  @Test
  @DisplayName("8.8, 6.2.15, 6.1.8 close returns only after the receive that it ends has returned")
  void closeWaitsForReceive() throws JMSException, InterruptedException {
    for (int level = 0; level < 3; level++) {
      Connection mine = connect();
      mine.start();
      Session receiving = mine.createSession();
      JmsConsumer consumer = (JmsConsumer) receiving.createConsumer(queue);
      CountDownLatch leave = new CountDownLatch(1);
      Thread receiver = start(() -> assertNull(consumer.receive()));
      // Its thread is held up within the receive, as soon as it sleeps there.
      until("asleep", () -> consumer.workAnd(() -> ConnectionTest.awaitLatch(leave)));
      Thread closer =
          start(List.<Work>of(consumer::close, receiving::close, mine::close).get(level));
      untilWaiting(closer);
      leave.countDown();
      join(closer);
      join(receiver);
    }
  }

  @Test
  @DisplayName("6.2.15 closing a connection waits for a session that another thread closes")
  void closeBehindSessionClose() throws JMSException, InterruptedException {
    listenAndWait(() -> busy.createProducer(topic).send(busy.createMessage()));
    Thread first = start(busy::close);
    untilWaiting(first);
    Thread second = start(own::close);
    untilWaiting(second);
    go.countDown();
    join(first);
    join(second);
    assertEquals(List.of("a"), List.copyOf(done));
    assertEquals(List.of("b", "c"), left(queue));
  }

  @Test
  @DisplayName("6.1.8 a running listener may use all of the connection while it closes")
  void everythingStaysOpen() throws JMSException, InterruptedException {
    MessageProducer producer = early.createProducer(new BinderyQueue("replies"));
    MessageConsumer[] consumer = new MessageConsumer[1];
    CountDownLatch known = new CountDownLatch(1);
    consumer[0] =
        listenAndWait(
            () -> {
              ConnectionTest.awaitLatch(known);
              assertNull(consumer[0].getMessageSelector());
              producer.send(early.createTextMessage("reply"));
              send(own.createSession(), new BinderyQueue("replies"), "second");
              busy.createConsumer(topic);
            });
    known.countDown();
    Thread closer = start(own::close);
    untilWaiting(closer);
    go.countDown();
    join(closer);
    assertEquals(List.of("a"), List.copyOf(done));
    assertEquals(List.of("reply", "second"), left(new BinderyQueue("replies")));
    assertThrows(IllegalStateException.class, consumer[0]::getMessageSelector);
  }

  @Test
  @DisplayName("6.1.5, 6.1.8 a running listener may receive while the connection stops or closes")
  void listenerReceives() throws JMSException, InterruptedException {
    MessageConsumer other = early.createConsumer(new BinderyQueue("replies"));
    List<String> received = new CopyOnWriteArrayList<>();
    listenAndWait(() -> received.add(text(other.receive(LONG_MS))));
    send(new BinderyQueue("replies"), "x", "y");
    Thread stopper = start(own::stop);
    untilWaiting(stopper);
    assertNull(other.receiveNoWait());
    go.countDown();
    join(stopper);
    assertEquals(List.of("x"), received);
    assertEquals(List.of("a"), List.copyOf(done));
    assertNull(other.receiveNoWait());
    assertEquals(List.of("y"), left(new BinderyQueue("replies")));
  }

  @Test
  @DisplayName("6.1.8 close ends the receive of a listener, for which it waits")
  void listenerInReceive() throws JMSException, InterruptedException {
    MessageConsumer other = early.createConsumer(new BinderyQueue("replies"));
    Thread[] listener = new Thread[1];
    CountDownLatch about = new CountDownLatch(1);
    go.countDown();
    listenAndWait(
        () -> {
          listener[0] = Thread.currentThread();
          about.countDown();
          assertNull(other.receive(2 * LONG_MS));
        });
    about.await();
    untilWaiting(listener[0]);
    Thread closer = start(own::close);
    join(closer);
    assertEquals(List.of("a"), List.copyOf(done));
    assertEquals(List.of("b", "c"), left(queue));
  }

  @Test
  @DisplayName("6.1.8, 7.3.4 close ends the receive of a completion listener, for which it waits")
  void completionListenerInReceive() throws JMSException, InterruptedException {
    MessageConsumer other = busy.createConsumer(new BinderyQueue("replies"));
    BlockingQueue<Object> received = new LinkedBlockingQueue<>();
    CompletableFuture<Thread> caller = new CompletableFuture<>();
    CompletionListener listener =
        new CompletionListener() {
          @Override
          public void onCompletion(Message message) {
            caller.complete(Thread.currentThread());
            received.add(Optional.ofNullable(JmsExceptions.call(() -> other.receive(2 * LONG_MS))));
          }

          @Override
          public void onException(Message message, Exception failure) {
            received.add(failure);
          }
        };
    // The session that is closed first waits for it; the one that receives is closed later.
    early.createProducer(queue).send(early.createTextMessage("a"), listener);
    untilWaiting(caller.join());
    join(start(own::close));
    assertEquals(Optional.empty(), next(received));
  }

  @Test
  @DisplayName(
      "6.1.5 started again while stop still waits: nothing is lost, doubled or out of order")
  void startWhileStopping() throws JMSException, InterruptedException {
    listenAndWait(() -> {});
    Thread stopper = start(own::stop);
    untilWaiting(stopper);
    own.start();
    go.countDown();
    join(stopper);
    assertEquals("a", next(done));
    assertEquals("b", next(done));
    assertEquals("c", next(done));
    busy.close();
    assertEquals(List.of(), left(queue));
  }

  @Test
  @DisplayName("6.1.5 a listener may start the connection that is being stopped")
  void startFromListener() throws JMSException, InterruptedException {
    listenAndWait(own::start);
    Thread stopper = start(own::stop);
    untilWaiting(stopper);
    go.countDown();
    join(stopper);
    assertEquals("a", next(done));
    assertEquals("b", next(done));
    assertEquals("c", next(done));
  }

  @Test
  @DisplayName("6.1.5 the timer of a receive runs on while the connection is stopped")
  void receiveTimesOut() throws JMSException {
    connection.stop();
    send(queue, "a");
    MessageConsumer consumer = session.createConsumer(queue);
    assertNull(consumer.receive(20));
    assertNull(consumer.receiveNoWait());
    connection.start();
    assertEquals("a", text(consumer.receiveNoWait()));
  }

  @Test
  @DisplayName(
      "8.8 a second close of a consumer within its listener while another thread closes it")
  void consumerClosedTwice() throws JMSException, InterruptedException {
    MessageConsumer[] consumer = new MessageConsumer[1];
    CountDownLatch known = new CountDownLatch(1);
    consumer[0] =
        listenAndWait(
            () -> {
              ConnectionTest.awaitLatch(known);
              consumer[0].close();
            });
    known.countDown();
    Thread closer = start(consumer[0]::close);
    untilWaiting(closer);
    go.countDown();
    join(closer);
    assertEquals(List.of("a"), List.copyOf(done));
    assertEquals(List.of("b", "c"), left(queue));
  }

  @Test
  @DisplayName("8.7 an Error of a listener counts like an exception, and costs no thread")
  void error() throws JMSException, InterruptedException {
    listenAndWait(
        () -> {
          throw new AssertionError("of the application");
        });
    go.countDown();
    assertEquals("a", next(done));
    assertEquals("b", next(done));
    assertEquals("c", next(done));
  }

  @Test
  @DisplayName("8.7 a listener may replace and remove itself")
  void listenerChangesItself() throws JMSException, InterruptedException {
    MessageConsumer consumer = busy.createConsumer(queue);
    consumer.setMessageListener(
        message ->
            JmsExceptions.run(
                () -> {
                  done.add("first " + text(message));
                  consumer.setMessageListener(
                      later ->
                          JmsExceptions.run(
                              () -> {
                                consumer.setMessageListener(null);
                                done.add("second " + text(later));
                              }));
                }));
    send(queue, "a", "b", "c");
    assertEquals("first a", next(done));
    assertEquals("second b", next(done));
    own.stop();
    own.start();
    assertEquals("c", text(consumer.receive(LONG_MS)));
  }

  /** A completion that waits until it may go on. */
  private final class Waiting implements CompletionListener {
    @Override
    public void onCompletion(Message message) {
      inside.countDown();
      ConnectionTest.awaitLatch(go);
      done.add("completed");
    }

    @Override
    public void onException(Message message, Exception failure) {
      done.add(failure.toString());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"producer", "session", "connection", "commit", "rollback"})
  @DisplayName("7.3.4 close, commit and rollback wait for the running CompletionListener")
  void completions(String what) throws JMSException, InterruptedException {
    Session transacted = own.createSession(Session.SESSION_TRANSACTED);
    MessageProducer producer = transacted.createProducer(queue);
    producer.send(transacted.createTextMessage("a"), new Waiting());
    producer.send(transacted.createTextMessage("b"), new Waiting());
    inside.await();
    Thread ending =
        start(
            () -> {
              switch (what) {
                case "producer" -> producer.close();
                case "session" -> transacted.close();
                case "connection" -> own.close();
                case "commit" -> transacted.commit();
                default -> transacted.rollback();
              }
              done.add("ended");
            });
    untilWaiting(ending);
    go.countDown();
    join(ending);
    assertEquals(List.of("completed", "completed", "ended"), List.copyOf(done));
    assertEquals(what.equals("commit") ? List.of("a", "b") : List.of(), left(queue));
  }

  @Test
  @DisplayName(
      "7.3.4 a CompletionListener of a context may not close, commit or roll it back; it may stop it")
  void completionOfContext() throws InterruptedException {
    JMSContext context = context(JMSContext.SESSION_TRANSACTED);
    BlockingQueue<Object> outcome = new LinkedBlockingQueue<>();
    context
        .createProducer()
        .setAsync(
            new CompletionListener() {
              @Override
              public void onCompletion(Message message) {
                outcome.add(assertThrows(IllegalStateRuntimeException.class, context::close));
                outcome.add(assertThrows(IllegalStateRuntimeException.class, context::commit));
                outcome.add(assertThrows(IllegalStateRuntimeException.class, context::rollback));
                context.stop();
                outcome.add("stopped");
              }

              @Override
              public void onException(Message message, Exception failure) {
                outcome.add(failure);
              }
            })
        .send(queue, "a");
    for (int i = 0; i < 3; i++) {
      assertTrue(next(outcome) instanceof IllegalStateRuntimeException);
    }
    assertEquals("stopped", next(outcome));
    context.commit();
  }

  @Test
  @DisplayName("7.3.8 a CompletionListener that throws does not keep the next from being called")
  void throwingCompletion() throws JMSException, InterruptedException {
    MessageProducer producer = busy.createProducer(queue);
    CompletionListener throwing =
        new CompletionListener() {
          @Override
          public void onCompletion(Message message) {
            done.add(textOf(message));
            throw new AssertionError("of the application");
          }

          @Override
          public void onException(Message message, Exception failure) {
            done.add(failure.toString());
          }
        };
    producer.send(busy.createTextMessage("a"), throwing);
    producer.send(busy.createTextMessage("b"), throwing);
    assertEquals("a", next(done));
    assertEquals("b", next(done));
    busy.close();
  }
}
