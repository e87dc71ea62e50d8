package io.bindery.itests.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bindery.amqp.codec.BasicMethod;
import io.bindery.amqp.codec.ChannelMethod;
import io.bindery.amqp.codec.ConnectionMethod;
import io.bindery.amqp.codec.ExchangeMethod;
import io.bindery.amqp.codec.MethodType;
import io.bindery.amqp.codec.QueueMethod;
import io.bindery.engine.AmqpException;
import java.io.IOException;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Frames, right and wrong, and channels: section 4.2, class channel. */
class FramingWireTest extends WireSuite {
  private static final byte[] PUBLISH =
      Octets.method(1, new BasicMethod.Publish("", "nobody", false, false));

  private void hardError(int code) throws IOException, AmqpException {
    ConnectionMethod.Close close = client.closed();
    assertEquals(code, close.replyCode(), close.replyText());
  }

  /** Where the next frame would begin nobody knows, so nothing is heard any more. */
  private void frameError() throws IOException, AmqpException {
    ConnectionMethod.Close close = client.expect(0, ConnectionMethod.Close.class);
    assertEquals(501, close.replyCode(), close.replyText());
  }

  // --- the form of frames ---

  @Test
  @Cites("4.2.3: the frame-end octet is 0xCE; constant frame-error, 501")
  void aFrameWithoutItsEndIsAFrameError() throws IOException, AmqpException {
    client.send(Octets.frame(Octets.HEARTBEAT, 0, new byte[0], 0xCD));
    frameError();
  }

  @Test
  @Cites("4.2.3: unknown frame types; constant frame-error, 501")
  void aFrameOfUnknownTypeIsAFrameError() throws IOException, AmqpException {
    client.send(Octets.frame(4, 1, new byte[8]));
    frameError();
  }

  @Test
  @Cites("4.2.3: frames within frame-max; constant frame-error, 501")
  void aFrameBeyondFrameMaxIsAFrameError() throws IOException, AmqpException {
    client.send(Octets.written(out -> out.writeByte(Octets.BODY).writeShort(1).writeInt(131_073)));
    frameError();
  }

  @Test
  @Cites("4.2.7: a heartbeat is a frame of type 8 on channel 0")
  void aHeartbeatIsTakenAtAnyTime() throws IOException, AmqpException {
    client.send(Octets.frame(Octets.HEARTBEAT, 0));
    ask(new ChannelMethod.Flow(true), ChannelMethod.FlowOk.class);
  }

  @Test
  @Cites("4.2.4; constant not-implemented, 540, with the numbers of the method")
  void anUnknownMethodIsNotImplemented() throws IOException, AmqpException {
    client.send(Octets.method(1, 60, 77));
    if (Brokers.isRabbit()) {
      client.ended(); // it has no answer
    } else {
      connectionError(client, 540, 60, 77);
    }
  }

  @Test
  @Cites("4.2.4; constant not-implemented, 540")
  void anUnknownClassIsNotImplemented() throws IOException, AmqpException {
    client.send(Octets.method(1, 30, 10));
    ConnectionMethod.Close close = client.closed();
    assertEquals(Brokers.isRabbit() ? 501 : 540, close.replyCode(), close.replyText());
  }

  @Test
  @Cites("4.2.4; constant syntax-error, 502")
  void aMethodThatEndsTooSoonIsASyntaxError() throws IOException, AmqpException {
    client.send(Octets.method(1, 50, 10, (byte) 0, (byte) 0, (byte) 5, (byte) 'q'));
    ConnectionMethod.Close close = client.closed();
    assertEquals(Brokers.isRabbit() ? 501 : 502, close.replyCode(), close.replyText());
  }

  @Test
  @Cites("4.2.5.5: a table's fields lie within its length; constant syntax-error, 502")
  void aTableThatIsLongerThanItsFrameIsASyntaxError() throws IOException, AmqpException {
    byte[] arguments =
        Octets.written(
            out -> out.writeShort(0).writeByte(1).writeByte('q').writeByte(0).writeInt(1_000_000));
    client.send(Octets.method(1, 50, 10, arguments));
    ConnectionMethod.Close close = client.closed();
    assertEquals(Brokers.isRabbit() ? 501 : 502, close.replyCode(), close.replyText());
  }

  @Test
  @Cites("2.2.4, 4.2.3: how frames are cut into packets makes no difference")
  void everyOctetMayComeAlone() throws IOException, AmqpException {
    String queue = queue();
    for (byte octet :
        Octets.joined(
            publishing("", queue, properties().type("t").build(), "in pieces"),
            Octets.method(1, new BasicMethod.Get(queue, true)))) {
      client.send(new byte[] {octet});
    }
    RawClient.Message message = client.message(1, BasicMethod.GetOk.class);
    assertEquals("in pieces", message.text());
    assertEquals("t", message.properties().type());
  }

  @Test
  @Cites("2.2.4: a client need not wait for answers")
  void muchMayComeAtOnce() throws IOException, AmqpException {
    String queue = fresh();
    client.send(
        Octets.method(1, exclusive(queue, NONE)),
        publishing("", queue, properties().build(), "one"),
        publishing("", queue, properties().build(), "two"),
        Octets.method(1, new BasicMethod.Get(queue, true)),
        Octets.method(1, new BasicMethod.Get(queue, true)),
        Octets.method(1, new BasicMethod.Get(queue, true)));
    client.expect(1, QueueMethod.DeclareOk.class);
    assertEquals("one", client.message(1, BasicMethod.GetOk.class).text());
    assertEquals("two", client.message(1, BasicMethod.GetOk.class).text());
    client.expect(1, BasicMethod.GetEmpty.class);
  }

  // --- channels ---

  @Test
  @Cites("channel.open; constant channel-error, 504")
  void aMethodOnAChannelThatIsNotOpenIsAChannelError() throws IOException, AmqpException {
    client.send(7, passive("any"));
    connectionError(504, MethodType.QUEUE_DECLARE);
  }

  @Test
  @Cites("channel.open, rule \"state\"; constant channel-error, 504")
  void aChannelIsOpenedOnce() throws IOException, AmqpException {
    client.send(1, new ChannelMethod.Open());
    connectionError(504, MethodType.CHANNEL_OPEN);
  }

  @Test
  @Cites("channel.close: close-ok; the number may be used again")
  void aClosedChannelMayBeOpenedAgain() throws IOException, AmqpException {
    ask(new ChannelMethod.Close(200, "done", 0, 0), ChannelMethod.CloseOk.class);
    client.openChannel(1);
    ask(new ChannelMethod.Flow(true), ChannelMethod.FlowOk.class);
  }

  @Test
  @Cites("channel.close, rule \"channel closed\": what comes before close-ok is discarded")
  void whatComesBehindAnErrorIsDiscarded() throws IOException, AmqpException {
    String queue = fresh();
    client.send(
        Octets.method(1, passive("nothing of this name")),
        Octets.method(1, shared(queue)),
        publishing("", "x", properties().build(), "y"));
    channelError(404, MethodType.QUEUE_DECLARE);
    client.send(1, passive(queue));
    channelError(404, MethodType.QUEUE_DECLARE);
  }

  @Test
  @Cites("channel.close, rule \"stable\": both may close at once, and each sends its close-ok")
  void bothMayCloseAtOnce() throws IOException, AmqpException {
    client.send(
        Octets.method(1, passive("nothing of this name")),
        Octets.method(1, new ChannelMethod.Close(200, "", 0, 0)));
    assertEquals(404, client.expect(1, ChannelMethod.Close.class).replyCode());
    client.expect(1, ChannelMethod.CloseOk.class);
    client.send(1, new ChannelMethod.CloseOk());
    client.openChannel(1);
    queue();
  }

  @Test
  @Cites("2.2.5: channels are independent")
  void anErrorClosesItsOwnChannelOnly() throws IOException, AmqpException {
    client.openChannel(2);
    client.send(1, passive("nothing of this name"));
    channelError(404, MethodType.QUEUE_DECLARE);
    client.send(2, new ChannelMethod.Flow(true));
    client.expect(2, ChannelMethod.FlowOk.class);
  }

  @Test
  @Cites("channel.flow: active is confirmed")
  void flowIsConfirmed() throws IOException, AmqpException {
    assertTrue(ask(new ChannelMethod.Flow(true), ChannelMethod.FlowOk.class).active());
  }

  @Test
  @Cites("4.2.4: methods that only servers send; constants command-invalid, 503, and 540")
  void aServersMethodIsRefused() throws IOException, AmqpException {
    client.send(1, new ExchangeMethod.DeclareOk());
    ConnectionMethod.Close close = client.closed();
    assertTrue(close.replyCode() == 503 || close.replyCode() == 504, close.replyText());
  }

  // --- contents ---

  @Test
  @Cites("4.2.6: method, header, body; constant unexpected-frame, 505")
  void aHeaderWithoutAMethodIsUnexpected() throws IOException, AmqpException {
    client.send(Octets.header(1, 5));
    hardError(505);
  }

  @Test
  @Cites("4.2.6: method, header, body; constant unexpected-frame, 505")
  void aBodyWithoutAMethodIsUnexpected() throws IOException, AmqpException {
    client.send(Octets.body(1, "hello"));
    hardError(505);
  }

  @Test
  @Cites("4.2.6: method, header, body; constant unexpected-frame, 505")
  void aBodyBeforeItsHeaderIsUnexpected() throws IOException, AmqpException {
    client.send(PUBLISH, Octets.body(1, "hello"));
    hardError(505);
  }

  @Test
  @Cites("4.2.6: no method between those of a content; constant unexpected-frame, 505")
  void aMethodWithinAContentIsUnexpected() throws IOException, AmqpException {
    client.send(PUBLISH, Octets.header(1, 10), PUBLISH);
    hardError(505);
  }

  @Test
  @Cites("4.2.6: method, header, body; constant unexpected-frame, 505")
  void aSecondHeaderIsUnexpected() throws IOException, AmqpException {
    client.send(PUBLISH, Octets.header(1, 10), Octets.header(1, 10));
    hardError(505);
  }

  @Test
  @Cites("4.2.6.1: the class of a header is its method's; RabbitMQ: unexpected-frame, 505")
  void aHeaderOfAnotherClassIsAnError() throws IOException, AmqpException {
    byte[] header =
        Octets.frame(
            Octets.HEADER,
            1,
            Octets.written(out -> out.writeShort(50).writeShort(0).writeLong(0).writeShort(0)));
    client.send(PUBLISH, header);
    connectionError(505, MethodType.BASIC_PUBLISH);
  }

  @Test
  @Cites("4.2.6.1: the weight is 0; RabbitMQ: unexpected-frame, 505")
  void aHeaderWithAWeightIsUnexpected() throws IOException, AmqpException {
    byte[] header =
        Octets.written(out -> out.writeShort(60).writeShort(1).writeLong(0).writeShort(0));
    client.send(PUBLISH, Octets.frame(Octets.HEADER, 1, header));
    connectionError(505, MethodType.BASIC_PUBLISH);
  }

  @Test
  @Cites("4.2.6: a content on a channel that is not open; RabbitMQ: unexpected-frame, 505")
  void aContentOnAClosedChannelIsUnexpected() throws IOException, AmqpException {
    client.send(Octets.header(9, 1));
    hardError(505);
  }

  @Test
  @Cites("4.2.6.1: contents are of channels other than 0; RabbitMQ: unexpected-frame, 505")
  void aContentOnChannelZeroIsUnexpected() throws IOException, AmqpException {
    client.send(Octets.body(0, "x"));
    hardError(505);
  }

  @Test
  @Cites("4.2.7: heartbeats are of channel 0; RabbitMQ: unexpected-frame, 505")
  void aHeartbeatOnAChannelIsUnexpected() throws IOException, AmqpException {
    client.send(Octets.frame(Octets.HEARTBEAT, 1));
    hardError(505);
  }

  @Test
  @Cites("4.2.3: channel 0 is the connection's; RabbitMQ: channel-error, 504")
  void aChannelsMethodOnChannelZeroIsAChannelError() throws IOException, AmqpException {
    client.send(0, passive("any"));
    connectionError(504, MethodType.QUEUE_DECLARE);
  }

  @Test
  @Cites("2.2.4: connection methods have their order; RabbitMQ: channel-error, 504")
  void whatOpensAConnectionDoesNotComeAgain() throws IOException, AmqpException {
    client.send(0, new ConnectionMethod.Open("/"));
    connectionError(504, MethodType.CONNECTION_OPEN);
  }

  @Test
  @Cites("4.2.6.1: the body size counts all body frames")
  void aBodyLargerThanAnnouncedIsAnError() throws IOException, AmqpException {
    client.send(
        PUBLISH, Octets.header(1, 3), Octets.body(1, "four"), Octets.method(1, passive("any")));
    hardError(505);
  }

  @Test
  @Cites("4.2.6.1: a content of size 0 has no body frame")
  void anEmptyContentIsAHeaderOnly() throws IOException, AmqpException {
    String queue = queue();
    client.send(Octets.method(1, new BasicMethod.Publish("", queue, false, false)));
    client.send(Octets.header(1, 0));
    assertEquals(0, awaited(queue).body().length);
  }

  @Test
  @Cites("4.2.6.2: a body in any number of frames, empty ones too")
  void aBodyComesInManyFrames() throws IOException, AmqpException {
    String queue = queue();
    client.send(Octets.method(1, new BasicMethod.Publish("", queue, false, false)));
    client.send(Octets.header(1, 6));
    for (String part : new String[] {"a", "", "bc", "def"}) {
      client.send(Octets.body(1, part));
    }
    assertEquals("abcdef", awaited(queue).text());
  }

  @Test
  @Cites("4.2.6.2: bodies are cut at the negotiated frame-max")
  void aLargeBodyIsDeliveredInFramesWithinTheLimit() throws IOException, AmqpException {
    String queue = queue();
    int size = 300_000;
    client.send(Octets.method(1, new BasicMethod.Publish("", queue, false, false)));
    client.send(Octets.header(1, size));
    for (int part = 0; part < 3; part++) {
      client.send(Octets.frame(Octets.BODY, 1, new byte[size / 3]));
    }
    awaitReady(queue, 1);
    client.send(1, new BasicMethod.Get(queue, true));
    client.expect(1, BasicMethod.GetOk.class);
    assertTrue(client.next() instanceof Heard.Header header && header.header().bodyBytes() == size);
    int came = 0;
    while (came < size) {
      Heard.Body body = (Heard.Body) client.next();
      assertTrue(body.octets().length <= 131_072 - 8, "a frame of " + body.octets().length);
      came += body.octets().length;
    }
    assertEquals(size, came);
  }

  @Test
  @Cites("4.2.6: contents of channels may be interleaved")
  void contentsOfTwoChannelsAreInterleaved() throws IOException, AmqpException {
    String queue = queue();
    client.openChannel(2);
    client.send(
        Octets.method(1, new BasicMethod.Publish("", queue, false, false)),
        Octets.method(2, new BasicMethod.Publish("", queue, false, false)),
        Octets.header(1, 3),
        Octets.header(2, 3),
        Octets.body(2, "two"),
        Octets.body(1, "one"));
    awaitReady(queue, 2);
    assertEquals(Set.of("one", "two"), Set.copyOf(drained(queue)));
  }

  @Test
  @Cites("4.2.5.5, class basic: all properties and field types pass unchanged")
  void propertiesPassUnchanged() throws IOException, AmqpException {
    String queue = queue();
    Map<String, Object> headers =
        Map.of("s", "text", "i", 7, "l", 1L << 40, "b", true, "d", 1.5, "t", Map.of("k", "v"));
    publish(
        "",
        queue,
        properties()
            .headers(headers)
            .contentType("text/plain")
            .contentEncoding("utf-8")
            .persistent(true)
            .priority(3)
            .correlationId("c")
            .replyTo("r")
            .messageId("m")
            .timestampMs(1_700_000_000_000L)
            .type("t")
            .userId("guest")
            .appId("a"),
        "x");
    var got = awaited(queue).properties();
    assertEquals(headers, got.headers());
    assertEquals("text/plain", got.contentType());
    assertEquals("utf-8", got.contentEncoding());
    assertTrue(got.persistent());
    assertEquals(3, got.priority());
    assertEquals("c", got.correlationId());
    assertEquals("r", got.replyTo());
    assertEquals("m", got.messageId());
    assertEquals(1_700_000_000_000L, got.timestampMs());
    assertEquals("t", got.type());
    assertEquals("guest", got.userId());
    assertEquals("a", got.appId());
  }

  @Test
  @Cites("4.2.6.1, property flags: a delivery-mode that is not there is not delivered")
  void noDeliveryModeIsMadeUp() throws IOException, AmqpException {
    String queue = fresh();
    ask(shared(queue), QueueMethod.DeclareOk.class);
    publish("", queue, properties(), "not said");
    publish("", queue, properties().persistent(false), "said");
    assertFalse(awaited(queue).properties().deliveryModeGiven());
    assertTrue(awaited(queue).properties().deliveryModeGiven());
    ask(new QueueMethod.Delete(queue, false, false, false), QueueMethod.DeleteOk.class);
  }

  @Test
  @Cites("4.2.6.1, property flags: a table without fields is not the same as no table")
  void headersPassUnchangedWhenThereAreNone() throws IOException, AmqpException {
    String queue = fresh();
    ask(shared(queue), QueueMethod.DeclareOk.class);
    publish("", queue, properties().headers(NONE).persistent(true), "given");
    publish("", queue, properties().persistent(true), "not given");
    assertTrue(awaited(queue).properties().headersGiven());
    assertFalse(awaited(queue).properties().headersGiven());
    ask(new QueueMethod.Delete(queue, false, false, false), QueueMethod.DeleteOk.class);
  }
}
