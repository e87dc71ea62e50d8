package io.bindery.jms.disk;

import static org.junit.jupiter.api.Assertions.assertEquals;
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
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.Queue;
import jakarta.jms.Session;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;

/** A message whose record was damaged on the disk since it was written. */
class DamagedMessageTest {
  private static final int LONG_MS = 60_000;
  private static final String DAMAGED = "the second";
  private static final String CODE = "541 INTERNAL_ERROR";

  private String uri;

  /** A broker that keeps three messages, the second of which it cannot read. */
  @BeforeEach
  void damage(TestInfo test) throws JMSException, AmqpException, JournalException, IOException {
    String name = test.getTestMethod().orElseThrow().getName().toLowerCase();
    Disks disks = Disks.empty(1, Set.of());
    String before = FaultyEngineProvider.start(name + "-before", disks);
    try (Connection connection = new BinderyConnectionFactory(before).createConnection()) {
      Session session = connection.createSession();
      MessageProducer producer = session.createProducer(null);
      for (String text : new String[] {"the first", DAMAGED, "the third"}) {
        producer.send(session.createQueue("orders"), session.createTextMessage(text));
      }
      // So that the damage is not in the newest file, which is read as a whole at the start.
      producer.send(
          session.createQueue("other"),
          session.createTextMessage("x".repeat(FaultyEngineProvider.SEGMENT_BYTES)));
    }
    Engines.find(before).close();
    int damaged = 0;
    for (String file : disks.journal().names()) {
      byte[] content = disks.journal().content(file);
      int at = new String(content, StandardCharsets.ISO_8859_1).indexOf(DAMAGED);
      if (at >= 0) {
        content[at] ^= 1;
        disks.journal().put(file, content);
        damaged++;
      }
    }
    assertEquals(1, damaged);
    uri = FaultyEngineProvider.start(name + "-after", disks);
  }

  private static void assertTells(JMSException told) {
    assertEquals(CODE, told.getErrorCode());
    assertTrue(told.getMessage().contains("journal-0000000000000001.log"), told.getMessage());
    assertEquals(told.getCause(), told.getLinkedException());
  }

  /** It stays where it is, and holds up none behind it. */
  @Test
  void isToldToWhoReceives() throws JMSException, AmqpException {
    try (Connection connection = new BinderyConnectionFactory(uri).createConnection()) {
      connection.start();
      Session session = connection.createSession();
      Queue queue = session.createQueue("orders");
      MessageConsumer consumer = session.createConsumer(queue);
      assertEquals("the first", consumer.receive(LONG_MS).getBody(String.class));
      assertTells(assertThrows(JMSException.class, () -> consumer.receive(LONG_MS)));
      assertEquals("the third", consumer.receive(LONG_MS).getBody(String.class));
      session.close();
      MessageConsumer next = connection.createSession().createConsumer(queue);
      assertTells(assertThrows(JMSException.class, () -> next.receive(LONG_MS)));
    } finally {
      Engines.find(uri).close();
    }
  }

  /** The exception listener hears of it, the message listener gets the others. */
  @Test
  void isToldToWhoListens() throws JMSException, AmqpException, InterruptedException {
    BlockingQueue<JMSException> told = new LinkedBlockingQueue<>();
    BlockingQueue<String> seen = new LinkedBlockingQueue<>();
    try (Connection connection = new BinderyConnectionFactory(uri).createConnection()) {
      connection.setExceptionListener(told::add);
      Session session = connection.createSession();
      session
          .createConsumer(session.createQueue("orders"))
          .setMessageListener(message -> seen.add(text(message)));
      connection.start();
      assertEquals("the first", seen.poll(LONG_MS, TimeUnit.MILLISECONDS));
      assertTells(told.poll(LONG_MS, TimeUnit.MILLISECONDS));
      assertEquals("the third", seen.poll(LONG_MS, TimeUnit.MILLISECONDS));
    } finally {
      Engines.find(uri).close();
    }
  }

  private static String text(Message message) {
    try {
      return message.getBody(String.class);
    } catch (JMSException e) {
      throw new AssertionError(e);
    }
  }
}
