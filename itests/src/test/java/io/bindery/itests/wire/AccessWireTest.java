package io.bindery.itests.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.bindery.amqp.codec.BasicMethod;
import io.bindery.amqp.codec.ConnectionMethod;
import io.bindery.amqp.codec.ExchangeMethod;
import io.bindery.amqp.codec.Method;
import io.bindery.amqp.codec.MethodType;
import io.bindery.amqp.codec.QueueMethod;
import io.bindery.engine.AmqpException;
import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Access control: a user that may configure, write to and read from what is named {@code open.…}
 * and, of the keys of the exchange {@code open.topic}, those that begin with {@code mine.}.
 */
class AccessWireTest extends WireSuite {
  private static final String TOPIC = "open.topic";

  private RawClient limited;

  @BeforeEach
  void logIn() throws IOException, AmqpException {
    limited = RawClient.open(Brokers.port(), "limited");
    limited.openChannel(1);
  }

  @AfterEach
  void logOut() throws IOException {
    limited.close();
  }

  private void refused(Method question) throws IOException, AmqpException {
    limited.send(1, question);
    channelError(limited, 403, question.type());
  }

  private <T extends Method> void allowed(Method question, Class<T> answer)
      throws IOException, AmqpException {
    limited.send(1, question);
    limited.expect(1, answer);
  }

  /** A queue that the limited user may use. */
  private String openQueue() throws IOException, AmqpException {
    String name = "open." + fresh();
    ask(shared(name), QueueMethod.DeclareOk.class);
    return name;
  }

  private String closedQueue() throws IOException, AmqpException {
    String name = "closed." + fresh();
    ask(shared(name), QueueMethod.DeclareOk.class);
    return name;
  }

  private String exchange(String prefix) throws IOException, AmqpException {
    String name = prefix + fresh();
    ask(exchangeOf(name, "fanout", NONE), ExchangeMethod.DeclareOk.class);
    return name;
  }

  private static QueueMethod.Bind bound(String queue, String exchange, String key) {
    return new QueueMethod.Bind(queue, exchange, key, false, NONE);
  }

  private static ExchangeMethod.Bind boundExchange(String destination, String source) {
    return new ExchangeMethod.Bind(destination, source, "", false, NONE);
  }

  // --- configure ---

  @Test
  @Cites("RabbitMQ, \"Access Control\": queue.declare and queue.delete need configure; 403")
  void aQueueIsConfigured() throws IOException, AmqpException {
    String open = "open." + fresh();
    allowed(shared(open), QueueMethod.DeclareOk.class);
    allowed(new QueueMethod.Delete(open, false, false, false), QueueMethod.DeleteOk.class);
    refused(shared("closed." + fresh()));
    refused(new QueueMethod.Delete(closedQueue(), false, false, false));
  }

  @Test
  @Cites("RabbitMQ, \"Access Control\": exchange.declare and exchange.delete need configure; 403")
  void anExchangeIsConfigured() throws IOException, AmqpException {
    String open = "open." + fresh();
    allowed(exchangeOf(open, "fanout", NONE), ExchangeMethod.DeclareOk.class);
    allowed(new ExchangeMethod.Delete(open, false, false), ExchangeMethod.DeleteOk.class);
    refused(exchangeOf("closed." + fresh(), "fanout", NONE));
    refused(new ExchangeMethod.Delete(exchange("closed."), false, false));
  }

  @Test
  @Cites("RabbitMQ, \"Access Control\": with an alternate exchange read, and write to that one")
  void anAlternateExchangeIsWrittenTo() throws IOException, AmqpException {
    Map<String, Object> to = Map.of("alternate-exchange", "closed." + fresh());
    refused(exchangeOf("open." + fresh(), "fanout", to));
  }

  @Test
  @Cites("RabbitMQ, \"Access Control\": with a dead letter exchange read, and write to that one")
  void aDeadLetterExchangeIsWrittenTo() throws IOException, AmqpException {
    Map<String, Object> to = Map.of("x-dead-letter-exchange", "closed." + fresh());
    refused(exclusive("open." + fresh(), to));
  }

  // --- write ---

  @Test
  @Cites("RabbitMQ, \"Access Control\": basic.publish needs write to the exchange; 403")
  void anExchangeIsWrittenTo() throws IOException, AmqpException {
    String open = exchange("open.");
    String queue = openQueue();
    bind(open, queue, "");
    limited.send(publishing(open, "", properties().build(), "allowed"));
    assertEquals("allowed", awaited(queue).text());
    for (String closed : new String[] {exchange("closed."), ""}) {
      limited.send(publishing(closed, queue, properties().build(), "refused"));
      channelError(limited, 403, MethodType.BASIC_PUBLISH);
    }
    assertEquals(0, ready(queue));
  }

  @Test
  @Cites("RabbitMQ, \"Access Control\": binds need write to the queue, read from the exchange")
  void aBindingIsWrittenAndRead() throws IOException, AmqpException {
    String queue = openQueue();
    String exchange = exchange("open.");
    allowed(bound(queue, exchange, ""), QueueMethod.BindOk.class);
    refused(bound(closedQueue(), exchange, ""));
    String closed = exchange("closed.");
    refused(bound(queue, closed, ""));
    bind(closed, queue, "");
    refused(new QueueMethod.Unbind(queue, closed, "", NONE));
    allowed(new QueueMethod.Unbind(queue, exchange, "", NONE), QueueMethod.UnbindOk.class);
  }

  @Test
  @Cites("RabbitMQ, \"Access Control\": exchange.bind needs write to one, read from the other")
  void aBindingOfExchangesIsWrittenAndRead() throws IOException, AmqpException {
    String open = exchange("open.");
    String closed = exchange("closed.");
    allowed(boundExchange(open, exchange("open.")), ExchangeMethod.BindOk.class);
    refused(boundExchange(closed, open));
    refused(boundExchange(open, closed));
  }

  // --- read ---

  @Test
  @Cites("RabbitMQ, \"Access Control\": get, consume and purge need read from the queue; 403")
  void aQueueIsRead() throws IOException, AmqpException {
    String open = openQueue();
    allowed(new BasicMethod.Get(open, true), BasicMethod.GetEmpty.class);
    allowed(new QueueMethod.Purge(open, false), QueueMethod.PurgeOk.class);
    allowed(consuming(open, "", true, NONE), BasicMethod.ConsumeOk.class);
    String closed = closedQueue();
    refused(new BasicMethod.Get(closed, true));
    refused(new QueueMethod.Purge(closed, false));
    refused(consuming(closed, "", true, NONE));
  }

  // --- topics ---

  @Test
  @Cites("RabbitMQ, \"Access Control\", topic authorisation: the routing key of a publish; 403")
  void aTopicIsWrittenTo() throws IOException, AmqpException {
    ask(exchangeOf(TOPIC, "topic", NONE), ExchangeMethod.DeclareOk.class);
    String queue = openQueue();
    bind(TOPIC, queue, "#");
    limited.send(publishing(TOPIC, "mine.own", properties().build(), "allowed"));
    assertEquals("allowed", awaited(queue).text());
    limited.send(publishing(TOPIC, "other.one", properties().build(), "refused"));
    channelError(limited, 403, MethodType.BASIC_PUBLISH);
    assertEquals(0, ready(queue));
  }

  @Test
  @Cites("RabbitMQ, \"Access Control\", topic authorisation: the routing key of a binding; 403")
  void aTopicIsRead() throws IOException, AmqpException {
    ask(exchangeOf(TOPIC, "topic", NONE), ExchangeMethod.DeclareOk.class);
    String queue = openQueue();
    allowed(bound(queue, TOPIC, "mine.#"), QueueMethod.BindOk.class);
    refused(bound(queue, TOPIC, "other.#"));
  }

  // --- virtual hosts ---

  @Test
  @Cites("RabbitMQ, \"Access Control\": who has no permission in a virtual host cannot enter; 530")
  void aVirtualHostIsEntered() throws IOException, AmqpException {
    try (RawClient outsider = new RawClient(Brokers.port())) {
      outsider.tune("outsider");
      outsider.send(0, new ConnectionMethod.TuneOk(2_047, 131_072, 0));
      outsider.send(0, new ConnectionMethod.Open("/"));
      connectionError(outsider, 530, 10, 40);
    }
  }
}
