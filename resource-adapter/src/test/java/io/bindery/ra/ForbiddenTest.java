package io.bindery.ra;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import jakarta.jms.Connection;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.IllegalStateException;
import jakarta.jms.IllegalStateRuntimeException;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.Queue;
import jakarta.jms.Session;
import jakarta.jms.Topic;
import jakarta.resource.ResourceException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** What applications in a container must not call (Jakarta Messaging 12.2). */
class ForbiddenTest extends AdapterFixture {
  private ConnectionFactory factory;

  @BeforeEach
  void makeFactory() throws ResourceException {
    BinderyManagedConnectionFactory managed = new BinderyManagedConnectionFactory();
    managed.setResourceAdapter(adapter);
    factory = (ConnectionFactory) managed.createConnectionFactory(new TestPool());
  }

  private static void refused(Executable call) {
    IllegalStateException refusal = assertThrows(IllegalStateException.class, call);
    assertTrue(refusal.getMessage().contains("12.2"), refusal.getMessage());
  }

  private static void refusedUnchecked(Executable call) {
    IllegalStateRuntimeException refusal = assertThrows(IllegalStateRuntimeException.class, call);
    assertTrue(refusal.getMessage().contains("12.2"), refusal.getMessage());
  }

  @Test
  void ofAConnection() throws JMSException {
    try (Connection connection = factory.createConnection()) {
      refused(connection::stop);
      refused(() -> connection.setClientID("x"));
      refused(() -> connection.setExceptionListener(null));
      refused(() -> connection.createConnectionConsumer((Queue) null, null, null, 1));
      refused(() -> connection.createSharedConnectionConsumer(null, "s", null, null, 1));
      refused(() -> connection.createDurableConnectionConsumer(null, "s", null, null, 1));
      refused(() -> connection.createSharedDurableConnectionConsumer(null, "s", null, null, 1));
    }
  }

  @Test
  void ofASessionItsConsumersAndProducers() throws JMSException {
    try (Connection connection = factory.createConnection()) {
      Session session = connection.createSession();
      refused(() -> session.setMessageListener(null));
      refused(session::getMessageListener);
      refusedUnchecked(session::run);
      Topic topic = session.createTopic("t");
      MessageConsumer consumer = session.createConsumer(topic);
      refused(() -> consumer.setMessageListener(null));
      refused(consumer::getMessageListener);
      MessageProducer producer = session.createProducer(topic);
      refused(() -> producer.send(session.createMessage(), null));
      refused(() -> producer.send(session.createMessage(), 1, 4, 0, null));
      refused(() -> producer.send(topic, session.createMessage(), null));
      refused(() -> producer.send(topic, session.createMessage(), 1, 4, 0, null));
    }
  }

  @Test
  void ofAContext() {
    try (JMSContext context = factory.createContext()) {
      refusedUnchecked(context::stop);
      refusedUnchecked(() -> context.setClientID("x"));
      refusedUnchecked(() -> context.setExceptionListener(null));
      refusedUnchecked(() -> context.createContext(JMSContext.AUTO_ACKNOWLEDGE));
      refusedUnchecked(() -> context.createProducer().setAsync(null));
      refusedUnchecked(
          () -> context.createConsumer(context.createTopic("t")).setMessageListener(null));
    }
  }
}
