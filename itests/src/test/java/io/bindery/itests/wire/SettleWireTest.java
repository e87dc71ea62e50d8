package io.bindery.itests.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bindery.amqp.codec.BasicMethod;
import io.bindery.amqp.codec.ChannelMethod;
import io.bindery.amqp.codec.ConnectionMethod;
import io.bindery.amqp.codec.Method;
import io.bindery.amqp.codec.MethodType;
import io.bindery.amqp.codec.QueueMethod;
import io.bindery.engine.AmqpException;
import io.bindery.itests.wire.RawClient.Message;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Class basic: ack, nack, reject, recover. */
class SettleWireTest extends WireSuite {
  private String queue;

  @BeforeEach
  void filled() throws IOException, AmqpException {
    queue = queue();
    send(queue, "1", "2", "3", "4");
    awaitReady(queue, 4);
  }

  private void taken(int count) throws IOException, AmqpException {
    for (int i = 0; i < count; i++) {
      get(queue, false);
    }
  }

  /** Gives back what is unsettled, and takes all. */
  private List<String> left() throws IOException, AmqpException {
    ask(new BasicMethod.Recover(true), BasicMethod.RecoverOk.class);
    return drained(queue);
  }

  private void refused(Method question) throws IOException, AmqpException {
    client.send(1, question);
    channelError(406, question.type());
  }

  @Test
  @Cites("basic.ack: one")
  void anAckIsForOne() throws IOException, AmqpException {
    taken(4);
    client.send(1, new BasicMethod.Ack(2, false));
    assertEquals(List.of("1", "3", "4"), left());
  }

  @Test
  @Cites("basic.ack, multiple: up to and including the tag")
  void anAckOfMultipleIsForAllBefore() throws IOException, AmqpException {
    taken(4);
    client.send(1, new BasicMethod.Ack(3, true));
    assertEquals(List.of("4"), left());
  }

  @Test
  @Cites("basic.ack, multiple with delivery-tag 0: all")
  void anAckOfMultipleZeroIsForAll() throws IOException, AmqpException {
    taken(3);
    client.send(1, new BasicMethod.Ack(0, true));
    assertEquals(List.of("4"), left());
    client.send(1, new BasicMethod.Ack(0, true));
    nothingFrom(queue);
  }

  @Test
  @Cites("basic.ack, domain delivery-tag: unknown ones are 406, once settled too; all goes back")
  void anUnknownTagClosesTheChannel() throws IOException, AmqpException {
    taken(2);
    refused(new BasicMethod.Ack(3, false));
    taken(1);
    client.send(1, new BasicMethod.Ack(1, false));
    refused(new BasicMethod.Ack(1, false));
    refused(new BasicMethod.Ack(0, false));
    taken(1);
    refused(new BasicMethod.Ack(2, true));
    refused(new BasicMethod.Nack(1, false, true));
    refused(new BasicMethod.Nack(1, true, true));
    refused(new BasicMethod.Reject(1, true));
    assertEquals(List.of("2", "3", "4"), drained(queue));
  }

  @Test
  @Cites("domain delivery-tag, rule \"channel-local\"")
  void tagsAreOfTheirChannel() throws IOException, AmqpException {
    taken(1);
    client.openChannel(2);
    client.send(2, new BasicMethod.Ack(1, false));
    var close = client.expect(2, ChannelMethod.Close.class);
    assertEquals(406, close.replyCode(), close.replyText());
    assertEquals(MethodType.BASIC_ACK.methodId(), close.methodId());
  }

  @Test
  @Cites("basic.reject, requeue: to its old place, redelivered")
  void aRejectedOneGoesBackToItsPlace() throws IOException, AmqpException {
    taken(2);
    client.send(1, new BasicMethod.Reject(1, true));
    Message again = awaited(queue);
    assertEquals("1", again.text());
    assertTrue(again.redelivered());
    assertFalse(get(queue).redelivered());
  }

  @Test
  @Cites("basic.reject without requeue: discarded")
  void aRejectedOneIsDiscarded() throws IOException, AmqpException {
    taken(2);
    client.send(1, new BasicMethod.Reject(1, false));
    assertEquals(List.of("2", "3", "4"), left());
  }

  @Test
  @Cites("RabbitMQ, \"Negative Acknowledgements\": basic.nack of multiple, back in order")
  void nackGivesBackSeveralInOrder() throws IOException, AmqpException {
    taken(3);
    client.send(1, new BasicMethod.Nack(2, true, true));
    awaitReady(queue, 3);
    assertEquals(List.of("1", "2", "4"), drained(queue));
    assertEquals(List.of("3"), left());
  }

  @Test
  @Cites("RabbitMQ, \"Negative Acknowledgements\": without requeue discarded; 0 is all")
  void nackDiscardsAll() throws IOException, AmqpException {
    taken(3);
    client.send(1, new BasicMethod.Nack(0, true, false));
    assertEquals(List.of("4"), left());
  }

  @Test
  @Cites("basic.recover: all unacknowledged go back, redelivered, in order; recover-ok")
  void recoverGivesBackAll() throws IOException, AmqpException {
    taken(3);
    client.send(1, new BasicMethod.Ack(2, false));
    ask(new BasicMethod.Recover(true), BasicMethod.RecoverOk.class);
    Message one = awaited(queue);
    assertEquals("1", one.text());
    assertTrue(one.redelivered());
    assertEquals(List.of("3", "4"), drained(queue));
  }

  @Test
  @Cites("basic.recover-async: no answer")
  void recoverAsyncHasNoAnswer() throws IOException, AmqpException {
    taken(4);
    client.send(1, new BasicMethod.RecoverAsync(true));
    awaitReady(queue, 4);
    assertEquals(List.of("1", "2", "3", "4"), drained(queue));
  }

  @Test
  @Cites("basic.recover without requeue; RabbitMQ, \"Specification\": not implemented, 540")
  void recoverToTheSameIsNotImplemented() throws IOException, AmqpException {
    client.send(1, new BasicMethod.Recover(false));
    connectionError(540, MethodType.BASIC_RECOVER);
  }

  @Test
  @Cites("channel.close: what is unacknowledged goes back, redelivered")
  void whatAChannelHeldGoesBack() throws IOException, AmqpException {
    client.openChannel(2);
    client.send(2, new BasicMethod.Get(queue, false));
    client.message(2, BasicMethod.GetOk.class);
    client.send(2, new ChannelMethod.Close(200, "", 0, 0));
    client.expect(2, ChannelMethod.CloseOk.class);
    awaitReady(queue, 4);
    Message again = get(queue);
    assertEquals("1", again.text());
    assertTrue(again.redelivered());
  }

  @Test
  @Cites("connection.close and lost connections: what is unacknowledged goes back, redelivered")
  void whatALostConnectionHeldGoesBack() throws IOException, AmqpException {
    String name = fresh();
    ask(
        new QueueMethod.Declare(name, false, false, false, false, false, NONE),
        QueueMethod.DeclareOk.class);
    send(name, "held");
    awaitReady(name, 1);
    try (RawClient other = another()) {
      other.send(1, consuming(name, "c", false, Map.of()));
      other.expect(1, BasicMethod.ConsumeOk.class);
      other.message(1, BasicMethod.Deliver.class);
    }
    Message again = awaited(name);
    assertTrue(again.redelivered());
    ask(new QueueMethod.Delete(name, false, false, false), QueueMethod.DeleteOk.class);
    client.send(0, new ConnectionMethod.Close(200, "", 0, 0));
    client.expect(0, ConnectionMethod.CloseOk.class);
  }

  @Test
  @Cites("RabbitMQ, \"Confirms\": settling what went with its queue is no error")
  void settlingWhatWentWithItsQueueIsNoError() throws IOException, AmqpException {
    taken(2);
    ask(new QueueMethod.Delete(queue, false, false, false), QueueMethod.DeleteOk.class);
    client.send(1, new BasicMethod.Ack(1, false));
    client.send(1, new BasicMethod.Nack(2, false, true));
    ask(new BasicMethod.Recover(true), BasicMethod.RecoverOk.class);
  }

  @Test
  @Cites("basic.get, no-ack: over at once")
  void whatIsTakenWithoutAckIsGone() throws IOException, AmqpException {
    assertEquals("1", get(queue).text());
    assertEquals(List.of("2", "3", "4"), left());
    assertNull(get(queue));
  }
}
