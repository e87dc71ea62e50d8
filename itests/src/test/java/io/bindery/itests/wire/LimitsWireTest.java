package io.bindery.itests.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.bindery.amqp.codec.BasicMethod;
import io.bindery.amqp.codec.ChannelMethod;
import io.bindery.amqp.codec.ConnectionMethod;
import io.bindery.amqp.codec.MethodType;
import io.bindery.amqp.server.ServerSettings;
import io.bindery.engine.AmqpException;
import io.bindery.engine.AmqpMessage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the limits that our server is configured with, and its end, look like to clients. */
class LimitsWireTest {
  private static final int FRAME_BYTES = 4_096;
  private static final int CHANNELS = 2;
  private static final int HANDSHAKE_MS = 2_000;
  private static final int MESSAGE_BYTES = 1_024;
  private static final int CONNECTIONS = 3;
  private static final long STOP_SECONDS = 90;

  private OwnServer server;

  @BeforeEach
  void start() throws AmqpException, IOException {
    server =
        OwnServer.within(
            new ServerSettings.Limits(
                FRAME_BYTES, CHANNELS, 60, HANDSHAKE_MS, MESSAGE_BYTES, CONNECTIONS));
  }

  @AfterEach
  void end() {
    server.close();
  }

  private RawClient tuned() throws IOException, AmqpException {
    RawClient client = new RawClient(server.port());
    ConnectionMethod.Tune proposed = client.tune();
    assertEquals(FRAME_BYTES, proposed.frameMax());
    assertEquals(CHANNELS, proposed.channelMax());
    return client;
  }

  private RawClient opening() throws IOException, AmqpException {
    RawClient client = tuned();
    client.send(0, new ConnectionMethod.TuneOk(CHANNELS, FRAME_BYTES, 0));
    client.send(0, new ConnectionMethod.Open("/"));
    return client;
  }

  private RawClient opened() throws IOException, AmqpException {
    RawClient client = opening();
    client.expect(0, ConnectionMethod.OpenOk.class);
    return client;
  }

  @Test
  @Cites("constant not-allowed, 530; RabbitMQ, connection_max: the limit is told at open")
  void connectionMax() throws IOException, AmqpException {
    List<RawClient> all = new ArrayList<>();
    try {
      for (int i = 0; i < CONNECTIONS; i++) {
        all.add(opened());
      }
      RawClient refused = opening();
      all.add(refused);
      WireSuite.connectionError(refused, 530, 10, 40);
    } finally {
      for (RawClient each : all) {
        each.close();
      }
    }
  }

  @Test
  @Cites("connection.tune, channel-max; constant not-allowed, 530")
  void channelMax() throws IOException, AmqpException {
    try (RawClient client = opened()) {
      client.openChannel(1);
      client.openChannel(CHANNELS);
      client.send(CHANNELS + 1, new ChannelMethod.Open());
      WireSuite.connectionError(client, 530, 20, 10);
    }
  }

  @Test
  @Cites("connection.tune, frame-max; constant frame-error, 501")
  void frameMax() throws IOException, AmqpException {
    try (RawClient client = opened()) {
      client.openChannel(1);
      client.send(Octets.frame(Octets.BODY, 1, new byte[FRAME_BYTES]));
      assertEquals(501, client.closed().replyCode());
    }
  }

  @Test
  @Cites("RabbitMQ, max_message_size: precondition-failed, 406, on the channel")
  void messageMax() throws IOException, AmqpException {
    try (RawClient client = opened()) {
      client.openChannel(1);
      client.send(
          Octets.method(1, new BasicMethod.Publish("", "nowhere", false, false)),
          Octets.header(1, AmqpMessage.builder().build(), MESSAGE_BYTES));
      client.send(Octets.frame(Octets.BODY, 1, new byte[MESSAGE_BYTES]));
      client.send(
          Octets.method(1, new BasicMethod.Publish("", "nowhere", false, false)),
          Octets.header(1, AmqpMessage.builder().build(), MESSAGE_BYTES + 1));
      WireSuite.channelError(client, 406, MethodType.BASIC_PUBLISH);
    }
  }

  @Test
  @Cites("RabbitMQ, handshake_timeout: who is not open in time is cut without a word")
  void handshakeTimeout() throws IOException, AmqpException {
    try (RawClient client = new RawClient(server.port())) {
      client.send(Octets.protocolHeader());
      client.expect(0, ConnectionMethod.Start.class);
      client.ended();
    }
  }

  @Test
  @Cites("constant connection-forced, 320: an operator closes the connection")
  void anOrderlyStop() throws IOException, AmqpException {
    try (RawClient client = opened()) {
      client.openChannel(1);
      CompletableFuture<Void> stopped = server.stop();
      WireSuite.connectionError(client, 320, 0, 0);
      stopped.orTimeout(STOP_SECONDS, TimeUnit.SECONDS).join();
    }
  }
}
