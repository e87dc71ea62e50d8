package io.bindery.itests.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.bindery.amqp.codec.BasicMethod;
import io.bindery.amqp.codec.ConfirmMethod;
import io.bindery.amqp.codec.MethodType;
import io.bindery.amqp.codec.QueueMethod;
import io.bindery.amqp.codec.TxMethod;
import io.bindery.engine.AmqpException;
import io.bindery.itests.wire.RawClient.Message;
import java.io.IOException;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Class basic: publish and return; classes confirm and tx. */
class PublishWireTest extends WireSuite {
  private void transactional() throws IOException, AmqpException {
    ask(new TxMethod.Select(), TxMethod.SelectOk.class);
  }

  private void commit() throws IOException, AmqpException {
    ask(new TxMethod.Commit(), TxMethod.CommitOk.class);
  }

  private void rollback() throws IOException, AmqpException {
    ask(new TxMethod.Rollback(), TxMethod.RollbackOk.class);
  }

  private void publishMandatory(String key, String body) throws IOException {
    client.send(
        Octets.method(1, new BasicMethod.Publish("", key, true, false)),
        Octets.header(1, properties().type("t").build(), body.length()),
        Octets.body(1, body));
  }

  // --- publish and return ---

  @Test
  @Cites("basic.publish, exchange: 404")
  void anExchangeMustBeThere() throws IOException, AmqpException {
    publish(fresh(), "k", "x");
    channelError(404, MethodType.BASIC_PUBLISH);
  }

  @Test
  @Cites("RabbitMQ, \"Configuration\", max_message_size: 406")
  void aBodyBeyondTheLimitIsRefused() throws IOException, AmqpException {
    String queue = queue();
    int size = Math.toIntExact(Brokers.MESSAGE_BYTES);
    client.send(Octets.method(1, new BasicMethod.Publish("", queue, false, false)));
    client.send(Octets.header(1, size + 1));
    for (int sent = 0; Brokers.isRabbit() && sent <= size; sent += 65_536) {
      client.send(Octets.frame(Octets.BODY, 1, new byte[Math.min(65_536, size + 1 - sent)]));
    }
    channelError(406, MethodType.BASIC_PUBLISH);
    assertEquals(0, ready(queue));
  }

  @Test
  @Cites("basic.publish, mandatory; basic.return: 312, with the content")
  void theMandatoryComesBack() throws IOException, AmqpException {
    publishMandatory("nobody", "back");
    Message back = client.message(1, BasicMethod.Return.class);
    BasicMethod.Return why = (BasicMethod.Return) back.method();
    assertEquals(312, why.replyCode());
    assertEquals("NO_ROUTE", why.replyText());
    assertEquals("", why.exchange());
    assertEquals("nobody", why.routingKey());
    assertEquals("back", back.text());
    assertEquals("t", back.properties().type());
  }

  @Test
  @Cites("RabbitMQ, \"Confirms\": basic.return comes before basic.ack")
  void aReturnComesBeforeItsAck() throws IOException, AmqpException {
    confirming();
    publishMandatory("nobody", "back");
    client.message(1, BasicMethod.Return.class);
    assertEquals(new BasicMethod.Ack(1, false), client.expect(1, BasicMethod.Ack.class));
  }

  @Test
  @Cites("basic.publish, immediate; RabbitMQ, \"Specification\": not implemented, 540")
  void immediateIsNotImplemented() throws IOException, AmqpException {
    client.send(
        Octets.method(1, new BasicMethod.Publish("", "k", false, true)), Octets.header(1, 0));
    connectionError(540, MethodType.BASIC_PUBLISH);
  }

  @Test
  @Cites("RabbitMQ, \"Validated User-ID\": 406")
  void theUserIdIsChecked() throws IOException, AmqpException {
    String queue = queue();
    publish("", queue, properties().userId("guest"), "mine");
    assertEquals("guest", awaited(queue).properties().userId());
    publish("", queue, properties().userId("another"), "not mine");
    channelError(406, MethodType.BASIC_PUBLISH);
  }

  @Test
  @Cites("RabbitMQ, \"Sender-selected Distribution\": CC stays, BCC is taken out")
  void copiesGoToFurtherKeys() throws IOException, AmqpException {
    String to = queue();
    String copy = queue();
    String hidden = queue();
    Map<String, Object> headers = Map.of("CC", List.of(copy, to), "BCC", List.of(hidden));
    publish("", to, properties().headers(headers), "x");
    for (String queue : List.of(to, copy, hidden)) {
      Message got = awaited(queue);
      assertEquals(List.of(copy, to), got.properties().headers().get("CC"));
      assertFalse(got.properties().headers().containsKey("BCC"));
      assertEquals(to, ((BasicMethod.GetOk) got.method()).routingKey());
      assertNull(get(queue));
    }
  }

  @Test
  @Cites("RabbitMQ, \"Sender-selected Distribution\": what is no text in the array is no key")
  void copiesGoToTextsOnly() throws IOException, AmqpException {
    String to = queue();
    String copy = queue();
    for (String header : List.of("CC", "BCC")) {
      List<Object> keys = Arrays.asList(5, copy, null, Map.of("k", to), List.of(to));
      publish("", to, properties().headers(Map.of(header, keys)), "x");
      for (String queue : List.of(to, copy)) {
        assertEquals("x", awaited(queue).text());
        assertNull(get(queue));
      }
    }
  }

  @Test
  @Cites("RabbitMQ, \"Sender-selected Distribution\": arrays of long strings, 406")
  void copiesAreArrays() throws IOException, AmqpException {
    for (Object wrong : new Object[] {"a string", null}) {
      publish("", "k", properties().headers(Collections.singletonMap("CC", wrong)), "x");
      channelError(406, MethodType.BASIC_PUBLISH);
    }
  }

  @Test
  @Cites("RabbitMQ, \"Time-To-Live\": expiration is a number in text, 406")
  void anExpirationIsANumber() throws IOException, AmqpException {
    for (String wrong : List.of("soon", "-1", "1.5", "", "315360000001")) {
      publish("", "k", properties().expiration(wrong), "x");
      channelError(406, MethodType.BASIC_PUBLISH);
    }
    String queue = queue();
    publish("", queue, properties().expiration("315360000000"), "in ten years");
    assertEquals("in ten years", awaited(queue).text());
  }

  // --- confirms ---

  @Test
  @Cites("RabbitMQ, \"Confirms\": numbers from 1, selecting again changes nothing; no-wait")
  void publishesAreConfirmed() throws IOException, AmqpException {
    String queue = queue();
    client.send(1, new ConfirmMethod.Select(true));
    send(queue, "1", "2", "3");
    acked(3);
    confirming();
    publish("", "nobody", "4");
    BasicMethod.Ack last = client.expect(1, BasicMethod.Ack.class);
    assertEquals(4, last.deliveryTag());
    assertEquals(3, ready(queue));
  }

  @Test
  @Cites("RabbitMQ, \"Confirms\": what is persistent in a durable queue is confirmed, too")
  void persistentPublishesAreConfirmed() throws IOException, AmqpException {
    String queue = fresh();
    ask(shared(queue), QueueMethod.DeclareOk.class);
    confirming();
    for (int i = 0; i < 50; i++) {
      publish("", queue, properties().persistent(true), "" + i);
    }
    acked(50);
    assertEquals(50, ready(queue));
    ask(new QueueMethod.Delete(queue, false, false, false), QueueMethod.DeleteOk.class);
  }

  @Test
  @Cites("RabbitMQ, \"Queue Length Limit\": reject-publish is a basic.nack")
  void whatAQueueRefusesIsNacked() throws IOException, AmqpException {
    String queue = queue(Map.of("x-max-length", 1, "x-overflow", "reject-publish"));
    confirming();
    send(queue, "1");
    acked(1);
    send(queue, "2");
    assertEquals(2, client.expect(1, BasicMethod.Nack.class).deliveryTag());
    assertEquals(List.of("1"), drained(queue));
  }

  @Test
  @Cites("RabbitMQ, \"Confirms\": a channel is either, 406")
  void aChannelIsConfirmingOrTransactional() throws IOException, AmqpException {
    confirming();
    client.send(1, new TxMethod.Select());
    channelError(406, MethodType.TX_SELECT);
    transactional();
    client.send(1, new ConfirmMethod.Select(false));
    channelError(406, MethodType.CONFIRM_SELECT);
  }

  // --- transactions ---

  @Test
  @Cites("tx.commit: publishes are seen then, all")
  void publishesAreSeenWhenCommitted() throws IOException, AmqpException {
    String queue = queue();
    transactional();
    send(queue, "1", "2");
    assertEquals(0, ready(queue));
    commit();
    awaitReady(queue, 2);
    send(queue, "3");
    rollback();
    commit();
    client.openChannel(2);
    assertEquals(2, ready(queue));
  }

  @Test
  @Cites("tx.commit and tx.rollback: acknowledgements")
  void acksArePartOfTheTransaction() throws IOException, AmqpException {
    String queue = queue();
    send(queue, "1", "2");
    awaitReady(queue, 2);
    transactional();
    get(queue, false);
    get(queue, false);
    client.send(1, new BasicMethod.Ack(1, false));
    rollback();
    // RabbitMQ, "Semantics": they are unacknowledged again, and stay where they are.
    client.send(1, new BasicMethod.Ack(1, false));
    commit();
    reopen();
    awaitReady(queue, 1);
    assertEquals(List.of("2"), drained(queue));
  }

  @Test
  @Cites("tx.commit: returns of mandatory publishes come before commit-ok")
  void theMandatoryComesBackWithItsCommit() throws IOException, AmqpException {
    transactional();
    publishMandatory("nobody", "back");
    ready(queue());
    client.send(1, new TxMethod.Commit());
    assertEquals("back", client.message(1, BasicMethod.Return.class).text());
    client.expect(1, TxMethod.CommitOk.class);
  }

  @Test
  @Cites("tx.commit; RabbitMQ, \"Queue Length Limit\": what a queue refuses is not committed, 406")
  void whatAQueueRefusesIsNotCommitted() throws IOException, AmqpException {
    String queue = queue(Map.of("x-max-length", 1, "x-overflow", "reject-publish"));
    send(queue, "1");
    awaitReady(queue, 1);
    transactional();
    send(queue, "2");
    client.send(1, new TxMethod.Commit());
    channelError(406, MethodType.TX_COMMIT);
    transactional();
    send(queue, "3");
    rollback();
    commit();
    assertEquals(List.of("1"), drained(queue));
  }

  @Test
  @Cites("tx.commit and tx.rollback, rule \"transacted\": 406")
  void onlyATransactionIsCommitted() throws IOException, AmqpException {
    client.send(1, new TxMethod.Commit());
    channelError(406, MethodType.TX_COMMIT);
    client.send(1, new TxMethod.Rollback());
    channelError(406, MethodType.TX_ROLLBACK);
  }

  @Test
  @Cites("channel.close: what is not committed is rolled back")
  void whatIsNotCommittedGoesWithItsChannel() throws IOException, AmqpException {
    String queue = queue();
    transactional();
    send(queue, "1");
    reopen();
    assertEquals(0, ready(queue));
  }
}
