package io.bindery.jms.disk;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bindery.broker.journal.JournalException;
import io.bindery.engine.AmqpException;
import io.bindery.engine.Engines;
import io.bindery.jms.BinderyConnectionFactory;
import io.bindery.testkit.Disks;
import jakarta.jms.Connection;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageProducer;
import jakarta.jms.Queue;
import jakarta.jms.Session;
import jakarta.jms.TransactionRolledBackException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A disk that fails under applications: all of them hear it, and what was confirmed is kept. */
class FailedDiskTest {
  private static final int SENDERS = 3;
  private static final int LONG_S = 60;
  private static final String QUEUE = "orders";

  private final Set<String> confirmed = ConcurrentHashMap.newKeySet();
  private final CountDownLatch some = new CountDownLatch(40);
  private volatile String lastCommit;

  /** Writes and syncs take turns, so one of two steps is the one, the other the other. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void isHeardByAllAndTheNextBrokerHasAll(long step)
      throws JMSException, AmqpException, JournalException, InterruptedException {
    Disks disks = Disks.empty(step, Set.of());
    String uri = FaultyEngineProvider.start("failed-" + step, disks);
    BlockingQueue<JMSException> told = new LinkedBlockingQueue<>();
    ExecutorService threads = Executors.newCachedThreadPool();
    Future<JMSException> commits;
    try (Connection connection = new BinderyConnectionFactory(uri).createConnection()) {
      connection.setExceptionListener(told::add);
      connection.start();
      List<Future<JMSException>> ends = new ArrayList<>();
      for (int i = 0; i < SENDERS; i++) {
        String name = "s" + i + "-";
        ends.add(threads.submit(() -> failure(() -> send(connection, name))));
      }
      commits = threads.submit(() -> failure(() -> commit(connection)));
      ends.add(commits);
      ends.add(threads.submit(() -> failure(() -> receive(connection))));
      assertTrue(some.await(LONG_S, TimeUnit.SECONDS));
      disks.journal().failAfter(step);
      for (Future<JMSException> each : ends) {
        assertNotNull(end(each).getErrorCode());
      }
      assertNotNull(told.poll(LONG_S, TimeUnit.SECONDS));
      assertThrows(JMSException.class, connection::createSession);
    } finally {
      threads.shutdownNow();
    }
    assertTrue(told.isEmpty(), "told twice");
    assertTrue(Engines.find(uri).isClosed());
    // It ends by itself, on a thread of its own.
    Engines.find(uri).close();
    assertEquals(Optional.empty(), disks.journal().lock("now"), "close returned too early");
    Disks killed = disks.afterKill();
    Set<String> seen = found("killed-" + step, killed);
    Set<String> seenAgain = found("crashed-" + step, killed.afterCrash());
    boolean rolledBack = end(commits) instanceof TransactionRolledBackException;
    assertFalse(rolledBack && seen.contains(lastCommit), "was rolled back: " + lastCommit);
    Set<String> lost = new HashSet<>(confirmed);
    lost.removeAll(seen);
    assertEquals(Set.of(), lost, "lost");
    assertEquals(seen, seenAgain, "what a broker has shown is on its disk");
  }

  private interface Work {
    void run() throws JMSException;
  }

  /** Does something until it fails. */
  private static JMSException failure(Work work) {
    try {
      work.run();
    } catch (JMSException e) {
      return e;
    }
    throw new AssertionError("it did not fail");
  }

  private static JMSException end(Future<JMSException> future) throws InterruptedException {
    try {
      return future.get(LONG_S, TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException e) {
      throw new AssertionError("a call does not return as it should", e);
    }
  }

  private void send(Connection connection, String name) throws JMSException {
    Session session = connection.createSession();
    MessageProducer producer = session.createProducer(session.createQueue(QUEUE));
    for (int i = 0; ; i++) {
      producer.send(session.createTextMessage(name + i));
      confirmed.add(name + i);
      some.countDown();
    }
  }

  private void commit(Connection connection) throws JMSException {
    Session session = connection.createSession(Session.SESSION_TRANSACTED);
    MessageProducer producer = session.createProducer(session.createQueue(QUEUE));
    for (int i = 0; ; i++) {
      lastCommit = "t" + i;
      producer.send(session.createTextMessage(lastCommit));
      session.commit();
      confirmed.add(lastCommit);
    }
  }

  private static void receive(Connection connection) throws JMSException {
    Session session = connection.createSession();
    session.createConsumer(session.createQueue("empty")).receive();
    throw new JMSException("a blocked receive must not return as if nothing were the matter");
  }

  private static Set<String> found(String name, Disks disks)
      throws JMSException, AmqpException, JournalException {
    String uri = FaultyEngineProvider.start(name, disks);
    Set<String> all = new HashSet<>();
    try (Connection connection = new BinderyConnectionFactory(uri).createConnection()) {
      Session session = connection.createSession();
      Queue queue = session.createQueue(QUEUE);
      var browser = session.createBrowser(queue).getEnumeration();
      while (browser.hasMoreElements()) {
        String text = ((Message) browser.nextElement()).getBody(String.class);
        assertTrue(all.add(text), text + " is there twice");
      }
    }
    return all;
  }
}
