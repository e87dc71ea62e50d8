package io.bindery.rabbitmq;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.bindery.amqp.server.AmqpServer;
import io.bindery.amqp.server.Authenticator;
import io.bindery.amqp.server.ServerSettings;
import io.bindery.engine.AmqpException;
import io.bindery.engine.Engine;
import io.bindery.engine.Engines;
import io.bindery.jms.BinderyConnectionFactory;
import jakarta.jms.JMSConsumer;
import jakarta.jms.JMSContext;
import jakarta.jms.Topic;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is acknowledged and not yet on disk is in nobody's hands any more. */
class AcknowledgedOnDiskTest {
  /** Several times the prefetch. */
  private static final int MESSAGES = 600;

  @TempDir Path directory;
  private Engine broker;
  private AmqpServer server;

  private JMSContext connect(String acks) throws AmqpException {
    broker = Engines.find("vm://acknowledged?acks=" + acks + "&dir=" + directory);
    server = AmqpServer.start(broker, ServerSettings.local(0, Authenticator.of(broker)));
    return new BinderyConnectionFactory("amqp://127.0.0.1:" + server.port()).createContext();
  }

  @AfterEach
  void close() {
    server.close();
    broker.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"soon", "always"})
  void receiveNoWaitFindsAllThatIsThere(String acks) throws AmqpException {
    try (JMSContext context = connect(acks)) {
      for (int i = 0; i < MESSAGES; i++) {
        context.createProducer().send(context.createQueue("q"), Integer.toString(i));
      }
      JMSConsumer consumer = context.createConsumer(context.createQueue("q"));
      for (int i = 0; i < MESSAGES; i++) {
        assertEquals(Integer.toString(i), consumer.receiveBodyNoWait(String.class));
      }
      assertNull(consumer.receiveNoWait());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"soon", "always"})
  void aSubscriptionWhoseMessagesAreAcknowledgedCanEnd(String acks) throws AmqpException {
    try (JMSContext context = connect(acks)) {
      context.setClientID("client");
      Topic topic = context.createTopic("t");
      for (int i = 0; i < 20; i++) {
        try (JMSConsumer consumer = context.createDurableConsumer(topic, "durable")) {
          context.createProducer().send(topic, "a").send(topic, "b");
          assertEquals("a", consumer.receiveBody(String.class, 20_000));
          assertEquals("b", consumer.receiveBody(String.class, 20_000));
        }
        context.unsubscribe("durable");
      }
    }
  }
}
