package io.bindery.itests.wire;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bindery.amqp.codec.ChannelMethod;
import io.bindery.amqp.codec.ConnectionMethod;
import io.bindery.amqp.codec.Method;
import io.bindery.engine.AmqpException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** How a connection is opened: class connection. */
class HandshakeWireTest extends WireSuite {
  private static final ConnectionMethod.TuneOk TUNE_OK =
      new ConnectionMethod.TuneOk(2_047, 131_072, 0);

  private static RawClient dialled() throws IOException, AmqpException {
    return new RawClient(Brokers.port());
  }

  private static ConnectionMethod.StartOk startOk(String mechanism, String response) {
    return new ConnectionMethod.StartOk(
        Map.of("capabilities", Map.of("authentication_failure_close", true)),
        mechanism,
        response,
        "en_US");
  }

  /**
   * The connection is cut; when the broker says why before, with this code. RabbitMQ says nothing
   * to whom it does not know.
   */
  private static void refused(RawClient client, int code) throws IOException, AmqpException {
    Heard heard = client.next();
    if (heard instanceof Heard.Said said && said.method() instanceof ConnectionMethod.Close close) {
      assertEquals(code, close.replyCode(), close.replyText());
      client.send(0, new ConnectionMethod.CloseOk());
      client.ended();
    } else {
      assertEquals(new Heard.End(), heard);
      assertTrue(Brokers.isRabbit(), "cut without a word");
    }
  }

  private static void greetedWith(byte... octets) throws IOException, AmqpException {
    try (RawClient client = dialled()) {
      client.send(octets);
      Heard.Greeting greeting = assertInstanceOf(Heard.Greeting.class, client.next());
      assertArrayEquals(new byte[] {'A', 'M', 'Q', 'P', 0, 0, 9, 1}, greeting.octets());
      client.ended();
    }
  }

  @Test
  @Cites("2.2.4; 4.2.2, protocol header: an unknown version is answered with a known one")
  void anUnknownVersionIsAnsweredWithTheOwn() throws IOException, AmqpException {
    greetedWith(
        (byte) 'A', (byte) 'M', (byte) 'Q', (byte) 'P', (byte) 0, (byte) 1, (byte) 0, (byte) 0);
  }

  @Test
  @Cites("4.2.2, protocol header")
  void whatIsNoProtocolHeaderIsAnsweredWithOne() throws IOException, AmqpException {
    greetedWith("GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
  }

  @Test
  @Cites("connection.start: version 0-9, mechanisms, locales; RabbitMQ, \"Protocol Extensions\"")
  void theServerSaysWhatItCan() throws IOException, AmqpException {
    try (RawClient client = dialled()) {
      client.send(Octets.protocolHeader());
      ConnectionMethod.Start start = client.expect(0, ConnectionMethod.Start.class);
      assertEquals(0, start.versionMajor());
      assertEquals(9, start.versionMinor());
      assertTrue(List.of(start.mechanisms().split(" ")).containsAll(List.of("PLAIN", "AMQPLAIN")));
      assertTrue(start.locales().contains("en_US"));
      for (String field :
          List.of("product", "version", "platform", "information", "cluster_name")) {
        assertInstanceOf(String.class, start.serverProperties().get(field), field);
      }
      Map<?, ?> can = assertInstanceOf(Map.class, start.serverProperties().get("capabilities"));
      for (String capability :
          List.of(
              "publisher_confirms",
              "exchange_exchange_bindings",
              "basic.nack",
              "consumer_cancel_notify",
              "connection.blocked",
              "consumer_priorities",
              "authentication_failure_close",
              "per_consumer_qos",
              "direct_reply_to")) {
        assertEquals(true, can.get(capability), capability);
      }
    }
  }

  @Test
  @Cites("connection.tune: frame-max at least 4096, channel-max, heartbeat")
  void theServerProposesLimits() throws IOException, AmqpException {
    try (RawClient client = dialled()) {
      ConnectionMethod.Tune tune = client.tune();
      assertEquals(2_047, tune.channelMax());
      assertEquals(131_072, tune.frameMax());
      assertEquals(60, tune.heartbeat());
    }
  }

  @Test
  @Cites("RabbitMQ, \"Access Control\": AMQPLAIN, a table without its length")
  void amqplainIsATable() throws IOException, AmqpException {
    byte[] table =
        Octets.written(
            out ->
                out.writeByte(5)
                    .writeBytes(new byte[] {'L', 'O', 'G', 'I', 'N', 'S'})
                    .writeInt(5)
                    .writeBytes(new byte[] {'g', 'u', 'e', 's', 't'})
                    .writeByte(8)
                    .writeBytes(new byte[] {'P', 'A', 'S', 'S', 'W', 'O', 'R', 'D', 'S'})
                    .writeInt(5)
                    .writeBytes(new byte[] {'g', 'u', 'e', 's', 't'}));
    try (RawClient client = dialled()) {
      client.send(Octets.protocolHeader());
      client.expect(0, ConnectionMethod.Start.class);
      String response = new String(table, StandardCharsets.ISO_8859_1);
      client.send(0, startOk("AMQPLAIN", response));
      client.expect(0, ConnectionMethod.Tune.class);
    }
  }

  @Test
  @Cites("RabbitMQ, \"Authentication Failure Notifications\": 403, class 0, method 0")
  void aWrongPasswordIsRefused() throws IOException, AmqpException {
    try (RawClient client = dialled()) {
      client.send(Octets.protocolHeader());
      client.expect(0, ConnectionMethod.Start.class);
      client.send(0, startOk("PLAIN", "\0guest\0wrong"));
      ConnectionMethod.Close close = client.expect(0, ConnectionMethod.Close.class);
      assertEquals(403, close.replyCode());
      assertEquals(0, close.classId());
      assertEquals(0, close.methodId());
    }
  }

  @Test
  @Cites("connection.start-ok, rule \"mechanism\"-selection: a mechanism of the server's list")
  void anUnknownMechanismIsRefused() throws IOException, AmqpException {
    try (RawClient client = dialled()) {
      client.send(Octets.protocolHeader());
      client.expect(0, ConnectionMethod.Start.class);
      client.send(0, startOk("SMOKE", "signals"));
      refused(client, 403);
    }
  }

  @Test
  @Cites("connection.tune-ok, rule \"upper-limit\" of frame-max")
  void moreFrameMaxThanProposedIsRefused() throws IOException, AmqpException {
    tunedTo(new ConnectionMethod.TuneOk(2_047, 131_073, 0));
  }

  @Test
  @Cites("connection.tune-ok, frame-max; constant frame-min-size")
  void lessFrameMaxThanTheLeastIsRefused() throws IOException, AmqpException {
    tunedTo(new ConnectionMethod.TuneOk(2_047, 4_095, 0));
  }

  @Test
  @Cites("connection.tune-ok, rule \"upper-limit\" of channel-max")
  void moreChannelsThanProposedAreRefused() throws IOException, AmqpException {
    tunedTo(new ConnectionMethod.TuneOk(2_048, 131_072, 0));
  }

  private static void tunedTo(ConnectionMethod.TuneOk limits) throws IOException, AmqpException {
    try (RawClient client = dialled()) {
      client.tune();
      client.send(0, limits);
      refused(client, 530);
    }
  }

  @Test
  @Cites("connection.open; RabbitMQ, \"Virtual Hosts\": 530 where the specification has 402")
  void anUnknownVirtualHostIsNotAllowed() throws IOException, AmqpException {
    try (RawClient client = dialled()) {
      client.tune();
      client.send(0, TUNE_OK);
      client.send(0, new ConnectionMethod.Open("no such host"));
      connectionError(client, 530, 10, 40);
    }
  }

  @Test
  @Cites("2.2.4: start, tune and open in this order")
  void nothingIsOpenedBeforeLimitsAreAgreed() throws IOException, AmqpException {
    try (RawClient client = dialled()) {
      client.tune();
      client.send(0, new ConnectionMethod.Open("/"));
      refused(client, Brokers.isRabbit() ? 504 : 503);
    }
  }

  @Test
  @Cites("2.2.4: a channel is opened on an open connection; constant unexpected-frame, 505")
  void nothingComesBeforeTheConnectionIsOpen() throws IOException, AmqpException {
    try (RawClient client = dialled()) {
      client.tune();
      client.send(0, TUNE_OK);
      client.send(1, new ChannelMethod.Open());
      refused(client, 505);
    }
  }

  @Test
  @Cites("connection.tune-ok, channel-max: the negotiated one holds")
  void aChannelBeyondTheNegotiatedIsNotAllowed() throws IOException, AmqpException {
    try (RawClient client = dialled()) {
      client.tune();
      client.send(0, new ConnectionMethod.TuneOk(2, 131_072, 0));
      client.send(0, new ConnectionMethod.Open("/"));
      client.expect(0, ConnectionMethod.OpenOk.class);
      client.openChannel(1);
      client.openChannel(2);
      client.send(3, new ChannelMethod.Open());
      ConnectionMethod.Close close = client.closed();
      assertEquals(530, close.replyCode(), close.replyText());
    }
  }

  @Test
  @Cites("4.2.3: a frame larger than the negotiated frame-max is a FRAME_ERROR, 501")
  void theNegotiatedFrameMaxHolds() throws IOException, AmqpException {
    try (RawClient client = dialled()) {
      client.tune();
      client.send(0, new ConnectionMethod.TuneOk(2_047, 4_096, 0));
      client.send(0, new ConnectionMethod.Open("/"));
      client.expect(0, ConnectionMethod.OpenOk.class);
      client.openChannel(1);
      client.send(Octets.frame(Octets.BODY, 1, new byte[4_097]));
      ConnectionMethod.Close close = client.expect(0, ConnectionMethod.Close.class);
      assertEquals(501, close.replyCode(), close.replyText());
    }
  }

  @Test
  @Cites("4.2.7: heartbeats are sent as negotiated; a silent peer is cut")
  void heartbeatsComeAndTheSilentAreCut() throws IOException, AmqpException {
    try (RawClient client = dialled()) {
      client.tune();
      client.send(0, new ConnectionMethod.TuneOk(2_047, 131_072, 1));
      client.send(0, new ConnectionMethod.Open("/"));
      client.expect(0, ConnectionMethod.OpenOk.class);
      assertInstanceOf(Heard.Beat.class, client.next());
      client.ended();
    }
  }

  @Test
  @Cites("connection.close: close-ok, and the connection is cut")
  void aClientClosesItsConnection() throws IOException, AmqpException {
    client.send(0, new ConnectionMethod.Close(200, "done", 0, 0));
    client.expect(0, ConnectionMethod.CloseOk.class);
    if (!Brokers.isRabbit()) { // which leaves it to the client
      client.ended();
    }
  }

  @Test
  @Cites("RabbitMQ, \"Update Secret\": connection.update-secret-ok, whatever a password is")
  void aSecretIsRenewed() throws IOException, AmqpException {
    for (String secret : new String[] {"guest", "another"}) {
      client.send(0, new ConnectionMethod.UpdateSecret(secret, "it was time"));
      client.expect(0, ConnectionMethod.UpdateSecretOk.class);
    }
    client.openChannel(2);
  }

  @Test
  @Cites("2.2.4: what opens a connection may come at once")
  void aPipelinedHandshakeIsTheSame() throws IOException, AmqpException {
    try (RawClient client = dialled()) {
      for (byte octet :
          Octets.joined(
              Octets.protocolHeader(), Octets.method(0, Octets.plain("guest", "guest")))) {
        client.send(new byte[] {octet});
      }
      client.expect(0, ConnectionMethod.Start.class);
      client.expect(0, ConnectionMethod.Tune.class);
      client.send(
          Octets.method(0, TUNE_OK),
          Octets.method(0, new ConnectionMethod.Open("/")),
          Octets.method(1, new ChannelMethod.Open()));
      client.expect(0, ConnectionMethod.OpenOk.class);
      client.expect(1, ChannelMethod.OpenOk.class);
    }
  }

  private static void misplaced(RawClient client, Method method) throws IOException, AmqpException {
    client.send(0, method);
    ConnectionMethod.Close close = client.closed();
    assertEquals(
        method.type().classId() + "." + method.type().methodId(),
        close.classId() + "." + close.methodId(),
        close.replyText());
    assertTrue(List.of(503, 504, 540).contains(close.replyCode()), close.replyText());
  }

  @Test
  @Cites("2.2.4: tune-ok comes once")
  void whatOpenedAConnectionDoesNotComeTwice() throws IOException, AmqpException {
    misplaced(client, TUNE_OK);
  }
}
