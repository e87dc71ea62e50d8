package io.bindery.jms;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bindery.engine.AmqpConnection;
import io.bindery.engine.AmqpException;
import io.bindery.engine.AmqpMessage;
import io.bindery.engine.Body;
import io.bindery.engine.Browser;
import io.bindery.engine.Channel;
import io.bindery.engine.ConnectSpec;
import io.bindery.engine.Delivery;
import io.bindery.engine.Route;
import jakarta.jms.BytesMessage;
import jakarta.jms.JMSException;
import jakarta.jms.MapMessage;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.StreamMessage;
import jakarta.jms.TextMessage;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Date;
import java.util.Enumeration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("3.11.4 What other AMQP clients send, and what they get")
class InteroperabilityTest extends JmsTest {
  private static final byte[] UTF = "größe".getBytes(StandardCharsets.UTF_8);

  private MessageConsumer consumer;

  @BeforeEach
  void consume() throws JMSException {
    consumer = session.createConsumer(queue);
  }

  private static AmqpMessage.Builder message(Body body) {
    return AmqpMessage.builder().body(body);
  }

  private Message received(AmqpMessage.Builder message) throws JMSException, AmqpException {
    try (AmqpConnection other = engine.connect(ConnectSpec.anonymous("other")).await()) {
      Channel channel = other.openChannel().await();
      channel.publish(Route.toQueue("orders"), message.build(), channel.autoCommit()).await();
      return consumer.receive(LONG_MS);
    }
  }

  private AmqpMessage sent(Message message) throws JMSException, AmqpException {
    consumer.close();
    session.createProducer(queue).send(message);
    try (AmqpConnection other = engine.connect(ConnectSpec.anonymous("other")).await()) {
      Browser browser = other.openChannel().await().browse("orders", "").await();
      List<Delivery> all = new ArrayList<>();
      browser.next(10, all);
      browser.close();
      consumer = session.createConsumer(queue);
      drainAll();
      assertEquals(1, all.size());
      return all.get(0).message();
    }
  }

  private void drainAll() throws JMSException {
    while (consumer.receiveNoWait() != null) {
      // Until there is nothing.
    }
  }

  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      value = {
        "text/plain,-",
        "TEXT/PLAIN; charset=utf-8,-",
        "text/html;charset=\"UTF-8\"; level=1,-",
        "text/csv,utf-8",
        "text/plain,identity",
        "application/json,-",
        "application/json; charset=utf-8,-",
        "application/problem+json,-",
        "application/xml,-",
        "image/svg+xml,-"
      })
  @DisplayName("3.11.4 text, JSON and XML arrive as a text")
  void texts(String contentType, String encoding) throws JMSException, AmqpException {
    Message received =
        received(message(new Body.Bytes(UTF)).contentType(contentType).contentEncoding(encoding));
    assertEquals("größe", assertInstanceOf(TextMessage.class, received).getText());
  }

  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      value = {
        "-,-",
        "-,utf-8",
        "application/octet-stream,-",
        "image/png,-",
        "application/x-java-serialized-object,-",
        "text/plain,gzip",
        "application/json,deflate",
        "text/plain; charset=no-such,-",
        "text/plain; charset=,-"
      })
  @DisplayName("3.11.4 anything else, what is compressed and unknown characters arrive as bytes")
  void bytes(String contentType, String encoding) throws JMSException, AmqpException {
    Message received =
        received(message(new Body.Bytes(UTF)).contentType(contentType).contentEncoding(encoding));
    BytesMessage bytes = assertInstanceOf(BytesMessage.class, received);
    assertEquals(UTF.length, bytes.getBodyLength());
    assertArrayEquals(UTF, bytes.getBody(byte[].class));
  }

  @Test
  @DisplayName("3.11.4 a text in another character set, and an empty one")
  void characterSets() throws JMSException, AmqpException {
    Body.Bytes latin = new Body.Bytes("größe".getBytes(StandardCharsets.ISO_8859_1));
    for (AmqpMessage.Builder each :
        List.of(
            message(latin).contentType("text/plain; charset=ISO-8859-1"),
            message(latin).contentType("text/plain").contentEncoding("latin1"))) {
      TextMessage received = (TextMessage) received(each);
      assertEquals("größe", received.getText());
      // Sent on as it came.
      AmqpMessage forwarded = sent(received);
      assertEquals(each.build().contentType(), forwarded.contentType());
      assertArrayEquals(latin.content(), ((Body.Bytes) forwarded.body()).content());
    }
    assertEquals(
        "", ((TextMessage) received(message(Body.EMPTY).contentType("text/plain"))).getText());
  }

  @Test
  @DisplayName("3.11.4 a header x-jms-type decides, where the body fits it")
  void typeHeader() throws JMSException, AmqpException {
    Body bytes = new Body.Bytes(UTF);
    assertInstanceOf(TextMessage.class, received(typed(bytes, "text")));
    assertInstanceOf(TextMessage.class, received(typed(bytes, "TEXT")));
    assertInstanceOf(BytesMessage.class, received(typed(bytes, "bytes").contentType("text/plain")));
    assertInstanceOf(BytesMessage.class, received(typed(bytes, "map")));
    assertInstanceOf(BytesMessage.class, received(typed(bytes, "message")));
    assertInstanceOf(BytesMessage.class, received(typed(bytes, "no such")));
    assertInstanceOf(MapMessage.class, received(typed(new Body.Table(Map.of()), "stream")));
    assertFalse(received(typed(Body.EMPTY, "message")) instanceof BytesMessage);
    // An empty body of its own, as one that was stored has it.
    Body stored = new Body.Bytes(new byte[0]);
    assertNull(((TextMessage) received(typed(stored, "text-null"))).getText());
    assertEquals("", ((TextMessage) received(typed(stored, "text"))).getText());
  }

  private static AmqpMessage.Builder typed(Body body, String type) {
    return message(body).headers(Map.of("x-jms-type", type));
  }

  @Test
  @DisplayName("3.11.4, 3.11.3 what a field table can hold besides becomes the nearest there is")
  void wideValues() throws JMSException, AmqpException {
    Map<String, Object> table = new HashMap<>();
    table.put("decimal", new BigDecimal("12.50"));
    // A wire has whole seconds.
    long timeMs = overNetwork() ? 1_000 : 1_234;
    table.put("time", new Date(timeMs));
    table.put("instant", Instant.ofEpochMilli(timeMs));
    table.put("list", List.of(1, "a"));
    table.put("none", null);
    MapMessage map = (MapMessage) received(message(new Body.Table(table)));
    assertEquals(12.5, map.getDouble("decimal"));
    assertEquals(timeMs, map.getObject("time"));
    assertEquals(timeMs, map.getLong("instant"));
    assertEquals("[1, a]", map.getString("list"));
    assertTrue(map.itemExists("none"));
    assertEquals(5, map.getBody(Map.class).size());
    StreamMessage stream =
        (StreamMessage)
            received(message(new Body.Sequence(Arrays.asList(new Date(timeMs), null, List.of()))));
    assertEquals(timeMs, stream.readLong());
    assertNull(stream.readObject());
    assertEquals("[]", stream.readString());
  }

  @Test
  @DisplayName(
      "3.11.4, 3.5.1 headers that are no properties are not shown, and no broker's header sent on")
  void headers() throws JMSException, AmqpException {
    Map<String, Object> headers = new HashMap<>();
    headers.put("ok", 1);
    headers.put("none", null);
    headers.put("x-death", List.of(Map.of("queue", "q")));
    headers.put("x-delay", 5);
    headers.put("with space", 1);
    headers.put("NULL", 1);
    headers.put("nested", List.of(1));
    headers.put("bytes", new byte[1]);
    headers.put("JMSMessageID", "forged");
    headers.put("JMSXUserID", "forged");
    headers.put("JMSXDeliveryCount", 9);
    headers.put("JMSXGroupID", "g");
    Message received =
        received(message(Body.EMPTY).headers(headers).userId("ada").appId("till").messageId("m"));
    Enumeration<?> names = received.getPropertyNames();
    assertEquals(
        Set.of("ok", "none", "JMSXGroupID", "JMSXDeliveryCount", "JMSXUserID", "JMSXAppID"),
        new HashSet<>(Collections.list(names)));
    assertEquals("ada", received.getStringProperty("JMSXUserID"));
    assertEquals("till", received.getStringProperty("JMSXAppID"));
    assertEquals(1, deliveryCount(received));
    assertEquals("ID:m", received.getJMSMessageID());
    assertFalse(received.propertyExists("nested") || received.propertyExists("x-delay"));
    assertNull(received.getObjectProperty("JMSMessageID"));
    AmqpMessage forwarded = sent(received);
    assertEquals(Set.of("ok", "none", "JMSXGroupID", "x-jms-type"), forwarded.headers().keySet());
    assertNull(forwarded.userId());
  }

  @Test
  @DisplayName("3.11.4, 3.4 plain AMQP messages have sensible header fields")
  void plainHeaders() throws JMSException, AmqpException {
    Message bare = received(message(Body.EMPTY));
    assertNull(bare.getJMSMessageID());
    assertNull(bare.getJMSReplyTo());
    assertEquals(0, bare.getJMSTimestamp());
    assertEquals(4, bare.getJMSPriority());
    assertEquals(jakarta.jms.DeliveryMode.NON_PERSISTENT, bare.getJMSDeliveryMode());
    assertEquals(queue, bare.getJMSDestination());
    Message full =
        received(
            message(Body.EMPTY)
                .priority(200)
                .persistent(true)
                .replyTo("answers")
                .correlationId("c")
                .type("t")
                .timestampMs(5_000));
    assertEquals(9, full.getJMSPriority());
    assertEquals(session.createQueue("answers"), full.getJMSReplyTo());
    assertEquals("c", full.getJMSCorrelationID());
    assertEquals("t", full.getJMSType());
    assertEquals(5_000, full.getJMSTimestamp());
    assertEquals(5_000, full.getJMSDeliveryTime());
  }

  @Test
  @DisplayName("3.11.4 what is sent names its kind, and reads without Java")
  void sentKinds() throws JMSException, AmqpException {
    AmqpMessage text = sent(session.createTextMessage("größe"));
    assertEquals("text/plain", text.contentType());
    assertEquals(new Body.Text("größe"), text.body());
    assertEquals(Map.of("x-jms-type", "text"), text.headers());
    assertEquals(Map.of("x-jms-type", "text-null"), sent(session.createTextMessage()).headers());
    BytesMessage bytes = session.createBytesMessage();
    bytes.writeInt(1);
    AmqpMessage asBytes = sent(bytes);
    assertEquals("application/octet-stream", asBytes.contentType());
    assertArrayEquals(new byte[] {0, 0, 0, 1}, ((Body.Bytes) asBytes.body()).content());
    MapMessage map = session.createMapMessage();
    map.setInt("n", 1);
    AmqpMessage asMap = sent(map);
    assertEquals("application/vnd.bindery.map", asMap.contentType());
    assertEquals(new Body.Table(Map.of("n", 1)), asMap.body());
    StreamMessage stream = session.createStreamMessage();
    stream.writeInt(1);
    AmqpMessage asStream = sent(stream);
    assertEquals("application/vnd.bindery.stream", asStream.contentType());
    assertEquals(new Body.Sequence(List.of(1)), asStream.body());
    AmqpMessage object = sent(session.createObjectMessage(1));
    assertEquals("application/x-java-serialized-object", object.contentType());
    assertEquals(overNetwork(), object.body() instanceof Body.Bytes);
    assertEquals(!overNetwork(), object.body() instanceof Body.Serialized);
    AmqpMessage plain = sent(session.createMessage());
    assertNull(plain.contentType());
    assertEquals(Map.of("x-jms-type", "message"), plain.headers());
  }

  @Test
  @DisplayName("3.11.4, 3.4 what is sent has its header fields where AMQP clients look for them")
  void sentHeaders() throws JMSException, AmqpException {
    Message message = session.createMessage();
    message.setJMSCorrelationIDAsBytes(UTF);
    message.setJMSReplyTo(session.createQueue("answers"));
    message.setJMSType("t");
    message.setIntProperty("n", 1);
    AmqpMessage sent = sent(message);
    assertEquals("größe", sent.correlationId());
    assertEquals("answers", sent.replyTo());
    assertEquals("t", sent.type());
    assertEquals(message.getJMSMessageID(), sent.messageId());
    assertEquals(message.getJMSTimestamp(), sent.timestampMs());
    assertTrue(sent.persistent());
    assertEquals(1, sent.headers().get("n"));
    message.setJMSReplyTo(topic);
    assertEquals("topic:news.sport", sent(message).replyTo());
  }

  @Test
  @DisplayName("3.11.1 what was changed is sent as ours, whatever it was before")
  void changed() throws JMSException, AmqpException {
    TextMessage text =
        (TextMessage) received(message(new Body.Bytes(UTF)).contentType("application/json"));
    text.clearBody();
    text.setText("new");
    AmqpMessage sent = sent(text);
    assertEquals("text/plain", sent.contentType());
    assertEquals(new Body.Text("new"), sent.body());
  }
}
