package io.bindery.rabbitmq;

import static io.bindery.testkit.Awaiting.until;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bindery.amqp.server.AmqpServer;
import io.bindery.amqp.server.Authenticator;
import io.bindery.amqp.server.ServerSettings;
import io.bindery.engine.AmqpException;
import io.bindery.engine.Engine;
import io.bindery.engine.Engines;
import io.bindery.jms.BinderyConnectionFactory;
import jakarta.jms.DeliveryMode;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSProducer;
import jakarta.jms.Queue;
import jakarta.jms.ResourceAllocationRuntimeException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Non-persistent sends to a server that has told that it lacks room. */
class HeldBackTest {
  /** Longer than it takes until the server tells. */
  private static final long SEND_TIMEOUT_MS = 4_000;

  private static final byte[] BODY = new byte[1_024];

  /** More than fits into the memory, and far less than the window of unconfirmed publishes. */
  private static final int TOO_MANY = 200;

  private Engine broker;
  private AmqpServer server;
  private String uri;

  @BeforeEach
  void start() throws AmqpException {
    broker = Engines.find("vm://held-back-" + System.nanoTime() + "?memory=64k");
    server = AmqpServer.start(broker, ServerSettings.local(0, Authenticator.of(broker)));
    uri = "amqp://127.0.0.1:" + server.port() + "?reconnect=0";
  }

  @AfterEach
  void end() {
    server.close();
    broker.close();
  }

  private JMSContext connect(long sendTimeoutMs) {
    BinderyConnectionFactory factory = new BinderyConnectionFactory(uri);
    factory.setSendTimeoutMs(sendTimeoutMs);
    return factory.createContext();
  }

  private static boolean isBlocked(RabbitEngine engine) {
    return engine.connections().stream().anyMatch(RabbitConnection::isBlocked);
  }

  /** Sends until the server lacks room, and has said so. */
  private void fill(JMSProducer producer, Queue queue) throws AmqpException {
    RabbitEngine engine = (RabbitEngine) Engines.find(uri);
    for (int i = 0; i < TOO_MANY; i++) {
      producer.send(queue, BODY);
    }
    until("the server tells that it lacks room", () -> isBlocked(engine));
  }

  private static JMSProducer producer(JMSContext context) {
    return context.createProducer().setDeliveryMode(DeliveryMode.NON_PERSISTENT);
  }

  @Test
  void aSendEndsWithTheErrorOfItsTimeout() throws AmqpException {
    try (JMSContext context = connect(SEND_TIMEOUT_MS)) {
      Queue queue = context.createQueue("q");
      JMSProducer producer = producer(context);
      fill(producer, queue);
      ResourceAllocationRuntimeException refused =
          assertThrows(ResourceAllocationRuntimeException.class, () -> producer.send(queue, BODY));
      assertTrue(refused.getMessage().contains("sendTimeout"), refused.getMessage());
    }
  }

  @Test
  void aSendThatWaitedIsThereWhenThereIsRoomAgain() throws AmqpException {
    try (JMSContext context = connect(0);
        JMSContext consuming = connect(0)) {
      Queue queue = context.createQueue("q");
      JMSProducer producer = producer(context);
      fill(producer, queue);
      RabbitEngine engine = (RabbitEngine) Engines.find(uri);
      AtomicInteger came = new AtomicInteger();
      consuming.createConsumer(queue).setMessageListener(message -> came.incrementAndGet());
      producer.send(queue, BODY);
      until("all that was sent came", () -> came.get() == TOO_MANY + 1);
      until("there is room again", () -> !isBlocked(engine));
    }
  }
}
