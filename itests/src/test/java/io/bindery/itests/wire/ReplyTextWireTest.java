package io.bindery.itests.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bindery.amqp.codec.BasicMethod;
import io.bindery.amqp.codec.ChannelMethod;
import io.bindery.amqp.codec.ConnectionMethod;
import io.bindery.amqp.codec.ExchangeMethod;
import io.bindery.amqp.codec.Method;
import io.bindery.amqp.codec.QueueMethod;
import io.bindery.engine.AmqpException;
import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What errors say: some clients look for RabbitMQ's words. More may follow them. */
class ReplyTextWireTest extends WireSuite {
  private void refused(String text, Method question) throws IOException, AmqpException {
    client.send(1, question);
    ChannelMethod.Close close = client.expect(1, ChannelMethod.Close.class);
    assertTrue(close.replyText().startsWith(text), close.replyText());
    assertEquals(question.type().classId(), close.classId());
    client.send(1, new ChannelMethod.CloseOk());
    client.openChannel(1);
  }

  private static QueueMethod.Delete delete(String queue, boolean ifUnused, boolean ifEmpty) {
    return new QueueMethod.Delete(queue, ifUnused, ifEmpty, false);
  }

  @Test
  @Cites("reply-text; RabbitMQ: what is not there, \"no queue 'x' in vhost '/'\"")
  void whatIsNotThereIsNamed() throws IOException, AmqpException {
    String name = fresh();
    String queue = "NOT_FOUND - no queue '" + name + "' in vhost '/'";
    refused(queue, passive(name));
    refused(queue, new BasicMethod.Get(name, true));
    refused(queue, new QueueMethod.Purge(name, false));
    refused(queue, consuming(name, "c", false, NONE));
    refused(queue, new QueueMethod.Bind(name, "amq.direct", "k", false, NONE));
    refused("NOT_FOUND - no previously declared queue", new BasicMethod.Get("", true));
    refused(
        "NOT_FOUND - no exchange '" + name + "' in vhost '/'",
        new ExchangeMethod.Declare(name, "", true, false, false, false, false, NONE));
  }

  @Test
  @Cites("reply-text; RabbitMQ: another declaration, \"inequivalent arg 'x' for queue\"")
  void anotherDeclarationIsNamed() throws IOException, AmqpException {
    Map<String, Object> arguments = Map.of("x-message-ttl", 60_000);
    String queue = queue(arguments);
    refused(
        "PRECONDITION_FAILED - inequivalent arg 'auto_delete' for queue '"
            + queue
            + "' in vhost '/': received 'true' but current is 'false'",
        new QueueMethod.Declare(queue, false, false, true, true, false, arguments));
    refused(
        "PRECONDITION_FAILED - inequivalent arg 'x-message-ttl' for queue '"
            + queue
            + "' in vhost '/': received '1' but current is '60000'",
        exclusive(queue, Map.of("x-message-ttl", 1)));
    refused(
        "RESOURCE_LOCKED - cannot obtain exclusive access to locked queue '" + queue,
        shared(queue));
    String exchange = exchange("direct", NONE);
    refused(
        "PRECONDITION_FAILED - inequivalent arg 'type' for exchange '"
            + exchange
            + "' in vhost '/': received 'fanout' but current is 'direct'",
        exchangeOf(exchange, "fanout", NONE));
  }

  @Test
  @Cites("reply-text; RabbitMQ: what is the broker's, \"contains reserved prefix 'amq.*'\"")
  void whatIsTheBrokersIsNamed() throws IOException, AmqpException {
    refused(
        "ACCESS_REFUSED - queue name 'amq.own' contains reserved prefix 'amq.*'",
        exclusive("amq.own", NONE));
    refused(
        "ACCESS_REFUSED - exchange name 'amq.own' contains reserved prefix 'amq.*'",
        exchangeOf("amq.own", "direct", NONE));
    refused(
        "ACCESS_REFUSED - deletion of system exchange 'amq.direct' in vhost '/' not allowed",
        new ExchangeMethod.Delete("amq.direct", false, false));
    refused(
        "ACCESS_REFUSED - operation not permitted on the default exchange",
        new ExchangeMethod.Delete("", false, false));
  }

  @Test
  @Cites("reply-text; RabbitMQ: what is in use, \"queue 'x' in vhost '/' in exclusive use\"")
  void whatIsInUseIsNamed() throws IOException, AmqpException {
    String queue = fresh();
    ask(shared(queue), QueueMethod.DeclareOk.class);
    String shown = "queue '" + queue + "' in vhost '/' ";
    send(queue, "one");
    awaitReady(queue, 1);
    refused("PRECONDITION_FAILED - " + shown + "not empty", delete(queue, false, true));
    try (RawClient other = another()) {
      other.send(1, new BasicMethod.Consume(queue, "c", false, false, true, false, NONE));
      other.expect(1, BasicMethod.ConsumeOk.class);
      refused("ACCESS_REFUSED - " + shown + "in exclusive use", consuming(queue, "d", false, NONE));
      refused("PRECONDITION_FAILED - " + shown + "in use", delete(queue, true, false));
    }
    ask(delete(queue, false, false), QueueMethod.DeleteOk.class);
    refused("PRECONDITION_FAILED - unknown delivery tag 7", new BasicMethod.Ack(7, false));
    String single = queue(Map.of("x-single-active-consumer", true));
    refused(
        "ACCESS_REFUSED - queue '" + single + "' in vhost '/' in exclusive use",
        new BasicMethod.Consume(single, "c", false, false, true, false, NONE));
  }

  /** RabbitMQ's words since 3.11 have the kind of access before those of 3.10. */
  private static void forbidden(RawClient limited, String what, Method question)
      throws IOException, AmqpException {
    limited.send(1, question);
    ChannelMethod.Close close = limited.expect(1, ChannelMethod.Close.class);
    String text = "access to " + what + " in vhost '/' refused for user 'limited'";
    String said = close.replyText();
    assertTrue(said.startsWith("ACCESS_REFUSED - ") && said.endsWith(text), said);
    limited.send(1, new ChannelMethod.CloseOk());
    limited.openChannel(1);
  }

  @Test
  @Cites(
      "reply-text; RabbitMQ: no permission, \"access to queue 'x' in vhost '/' refused for user\"")
  void whatIsForbiddenIsNamed() throws IOException, AmqpException {
    String name = fresh();
    String open = "open." + name;
    ask(shared(open), QueueMethod.DeclareOk.class);
    String closed = "closed." + name;
    ask(shared(closed), QueueMethod.DeclareOk.class);
    ask(exchangeOf("open.topic", "topic", NONE), ExchangeMethod.DeclareOk.class);
    try (RawClient limited = RawClient.open(Brokers.port(), "limited");
        RawClient outsider = new RawClient(Brokers.port())) {
      limited.openChannel(1);
      forbidden(limited, "queue '" + name + "'", exclusive(name, NONE));
      forbidden(limited, "queue '" + closed + "'", new BasicMethod.Get(closed, true));
      forbidden(limited, "exchange '" + name + "'", exchangeOf(name, "direct", NONE));
      forbidden(
          limited,
          "topic 'k' in exchange 'open.topic'",
          new QueueMethod.Bind(open, "open.topic", "k", false, NONE));
      outsider.tune("outsider");
      outsider.send(0, new ConnectionMethod.TuneOk(2_047, 131_072, 0));
      outsider.send(0, new ConnectionMethod.Open("/"));
      assertEquals(
          "NOT_ALLOWED - access to vhost '/' refused for user 'outsider'",
          outsider.expect(0, ConnectionMethod.Close.class).replyText());
    }
    ask(delete(open, false, false), QueueMethod.DeleteOk.class);
    ask(delete(closed, false, false), QueueMethod.DeleteOk.class);
  }

  @Test
  @Cites("reply-text; RabbitMQ: an internal exchange, \"cannot publish to internal exchange 'x'\"")
  void anInternalExchangeIsNamed() throws IOException, AmqpException {
    String name = fresh();
    ask(
        new ExchangeMethod.Declare(name, "fanout", false, false, false, true, false, NONE),
        ExchangeMethod.DeclareOk.class);
    client.send(publishing(name, "k", properties().build(), "x"));
    ChannelMethod.Close close = client.expect(1, ChannelMethod.Close.class);
    String text =
        "ACCESS_REFUSED - cannot publish to internal exchange '" + name + "' in vhost '/'";
    assertTrue(close.replyText().startsWith(text), close.replyText());
  }

  @Test
  @Cites("reply-text; RabbitMQ: a wrong argument, \"invalid arg 'x-expires' for queue\"")
  void aWrongArgumentIsNamed() throws IOException, AmqpException {
    String name = fresh();
    refused(
        "PRECONDITION_FAILED - invalid arg 'x-expires' for queue '" + name + "' in vhost '/': ",
        exclusive(name, Map.of("x-expires", 0)));
    String queue = queue();
    refused(
        "PRECONDITION_FAILED - invalid arg 'x-priority' for queue '" + queue + "' in vhost '/': ",
        consuming(queue, "c", false, Map.of("x-priority", "high")));
  }
}
