package io.bindery.jms;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import jakarta.jms.Connection;
import jakarta.jms.DeliveryMode;
import jakarta.jms.InvalidSelectorException;
import jakarta.jms.InvalidSelectorRuntimeException;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.QueueConnection;
import jakarta.jms.QueueSession;
import jakarta.jms.ServerSessionPool;
import jakarta.jms.Session;
import jakarta.jms.TextMessage;
import jakarta.jms.TopicConnection;
import jakarta.jms.TopicSession;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("3.8 Message selection, through the API")
class SelectionTest extends JmsTest {
  private MessageProducer producer;

  @BeforeEach
  void produce() throws JMSException {
    producer = session.createProducer(queue);
  }

  private TextMessage message(String text, Map<String, Object> properties) throws JMSException {
    TextMessage message = session.createTextMessage(text);
    for (Map.Entry<String, Object> each : properties.entrySet()) {
      message.setObjectProperty(each.getKey(), each.getValue());
    }
    return message;
  }

  private List<String> selected(String selector) throws JMSException {
    try (MessageConsumer consumer = session.createConsumer(queue, selector)) {
      assertEquals(selector, consumer.getMessageSelector());
      return drain(consumer);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "JMSType = 'car' AND color = 'blue' AND weight > 2500",
        "NumberOfOrders = '2'",
        "NOT (NumberOfOrders > 1)",
        "NOT (NumberOfOrders BETWEEN 1 AND 3) AND NOT (NumberOfOrders NOT BETWEEN 1 AND 3)",
        "weight = 3000. AND weight = 3E3 AND weight = +3000 AND weight = 3000L",
        "-weight = -3000 AND weight - -1 = 3001",
        "flag",
        "flag = TRUE AND flag <> false",
        "none IS NULL AND absent IS NULL AND flag IS NOT NULL",
        "(none = 1) OR flag",
        "color IN ('red', 'blue') AND color NOT IN ('green')",
        "color LIKE 'b_u%' AND under LIKE '\\_%' ESCAPE '\\'",
        "quote = 'it''s'",
        "weight between 2999 AnD 3001 aNd not weight NOT Between 1 AND 5000",
        "weight + 1 * 2 = 3002 AND (weight + 1) * 2 = 6002",
        "weight = 3000 OR color = 'red' AND flag = FALSE",
        "JMSXGroupID = 'g' AND JMSXGroupSeq = 1 AND JMS_vendor = 'v'",
        "JMSPriority = 7 AND JMSPriority > 6.5",
        "JMSDeliveryMode = 'NON_PERSISTENT' AND JMSDeliveryMode <> 'PERSISTENT'",
        "JMSCorrelationID = 'c' AND JMSMessageID LIKE 'ID:%' AND JMSTimestamp > 0",
        "rate = 0.5 AND half = 0.5 AND rate = half AND rate <> weight",
        "größe = 1 AND _x = 2 AND $y = 3"
      })
  @DisplayName("3.8.1.1, 3.8.1.2, 3.8.1.3 each kind of condition selects")
  void selects(String selector) throws JMSException {
    sendBoth();
    assertEquals(List.of("this"), selected(selector));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "NumberOfOrders > 1",
        "NumberOfOrders = 2",
        "NumberOfOrders <> 2",
        "NumberOfOrders NOT BETWEEN 5 AND 6",
        "Color = 'blue'",
        "absent = 1",
        "NOT absent = 1",
        "absent <> 1",
        "absent NOT IN ('x')",
        "absent NOT LIKE 'x'",
        "absent NOT BETWEEN 1 AND 2",
        "absent",
        "flag = 'true'",
        "weight = '3000'",
        "JMSDeliveryMode = 1",
        "JMSType IS NULL AND color = 'blue'",
        "JMSXFoo = 1",
        "color"
      })
  @DisplayName("3.8.1.1, 3.8.1.2 unlike types are false, null is unknown, and neither selects")
  void selectsNot(String selector) throws JMSException {
    sendBoth();
    assertEquals(List.of(), selected(selector));
    assertEquals(List.of("this", "other"), left(queue));
  }

  /** One that is selected, and one that has nothing but a header of its own. */
  private void sendBoth() throws JMSException {
    TextMessage selected =
        message("this", Map.of("color", "blue", "weight", 3000, "flag", true, "größe", 1));
    selected.setStringProperty("NumberOfOrders", "2");
    selected.setStringProperty("none", null);
    selected.setStringProperty("under", "_foo");
    selected.setStringProperty("quote", "it's");
    selected.setDoubleProperty("rate", 0.5);
    selected.setFloatProperty("half", 0.5f);
    selected.setByteProperty("_x", (byte) 2);
    selected.setShortProperty("$y", (short) 3);
    selected.setStringProperty("JMSXGroupID", "g");
    selected.setIntProperty("JMSXGroupSeq", 1);
    selected.setStringProperty("JMS_vendor", "v");
    selected.setJMSType("car");
    selected.setJMSCorrelationID("c");
    producer.send(selected, DeliveryMode.NON_PERSISTENT, 7, 0);
    TextMessage other = message("other", Map.of("color", "brown"));
    other.setJMSType("truck");
    producer.send(other, DeliveryMode.PERSISTENT, 4, 0);
  }

  @Test
  @DisplayName(
      "3.8.1.1 a missing identifier, correlation or type is null; bytes that are text are text")
  void nullHeaders() throws JMSException {
    producer.setDisableMessageID(true);
    producer.send(session.createTextMessage("bare"));
    producer.setDisableMessageID(false);
    Message full = session.createTextMessage("full");
    full.setJMSCorrelationIDAsBytes(new byte[] {'c', '1'});
    full.setJMSType("t");
    producer.send(full);
    assertEquals(List.of("full"), selected("JMSCorrelationID = 'c1'"));
    producer.send(full);
    assertEquals(
        List.of("bare"),
        selected("JMSMessageID IS NULL AND JMSCorrelationID IS NULL AND JMSType IS NULL"));
    assertEquals(List.of("full"), selected("JMSMessageID = '" + full.getJMSMessageID() + "'"));
  }

  private static void refuse(Class<? extends Throwable> failure, Executable... calls) {
    for (Executable call : calls) {
      String text = assertThrows(failure, call).getMessage();
      assertTrue(text.contains("Selector [") && text.contains("character"), text);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "=",
        "n == 1",
        "JMSReplyTo = 'q'",
        "n > 'x'",
        "n = NULL",
        "null IS NULL",
        "in = 1"
      })
  @DisplayName(
      "3.8.1.1, 9.2 an invalid selector in the domains, a context and connection consumers")
  void invalid(String wrong) throws JMSException {
    QueueConnection queues = later(factory.createQueueConnection());
    QueueSession queueSession = queues.createQueueSession(false, Session.AUTO_ACKNOWLEDGE);
    TopicConnection topics = later(factory.createTopicConnection());
    topics.setClientID("topics");
    TopicSession topicSession = topics.createTopicSession(false, Session.AUTO_ACKNOWLEDGE);
    JMSContext context = later(factory.createContext());
    context.setClientID("context");
    Connection named = connect();
    named.setClientID("named");
    ServerSessionPool pool = () -> null;
    refuse(
        InvalidSelectorException.class,
        () -> queueSession.createReceiver(queue, wrong),
        () -> queueSession.createBrowser(queue, wrong),
        () -> topicSession.createSubscriber(topic, wrong, false),
        () -> topicSession.createDurableSubscriber(topic, "s", wrong, false),
        () -> named.createConnectionConsumer(queue, wrong, pool, 1),
        () -> named.createConnectionConsumer(topic, wrong, pool, 1),
        () -> named.createDurableConnectionConsumer(topic, "s", wrong, pool, 1),
        () -> named.createSharedConnectionConsumer(topic, "s", wrong, pool, 1),
        () -> named.createSharedDurableConnectionConsumer(topic, "s", wrong, pool, 1),
        () -> queues.createConnectionConsumer(queue, wrong, pool, 1),
        () -> topics.createConnectionConsumer(topic, wrong, pool, 1));
    refuse(
        InvalidSelectorRuntimeException.class,
        () -> context.createConsumer(queue, wrong),
        () -> context.createConsumer(topic, wrong, true),
        () -> context.createBrowser(queue, wrong),
        () -> context.createDurableConsumer(topic, "s", wrong, false),
        () -> context.createSharedConsumer(topic, "s", wrong),
        () -> context.createSharedDurableConsumer(topic, "s", wrong));
  }

  @Test
  @DisplayName("3.8.1 a subscription's selector leaves out what does not match, for good")
  void topicSelector() throws JMSException {
    MessageConsumer all = session.createConsumer(topic);
    MessageConsumer some = session.createConsumer(topic, "n BETWEEN 2 AND 3");
    MessageProducer publisher = session.createProducer(topic);
    for (int n = 1; n <= 4; n++) {
      publisher.send(message("n" + n, Map.of("n", n)));
    }
    assertEquals(List.of("n1", "n2", "n3", "n4"), receive(all, 4));
    assertEquals(List.of("n2", "n3"), receive(some, 2));
    assertNull(some.receiveNoWait());
  }
}
