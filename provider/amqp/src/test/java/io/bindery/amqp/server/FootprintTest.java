package io.bindery.amqp.server;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bindery.amqp.codec.BasicMethod;
import io.bindery.amqp.codec.ChannelMethod;
import io.bindery.amqp.codec.MethodType;
import io.bindery.amqp.codec.QueueMethod;
import io.bindery.engine.AmqpConnection;
import io.bindery.engine.AmqpException;
import io.bindery.engine.Channel;
import io.bindery.engine.ConnectSpec;
import io.bindery.engine.QueueSpec;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What is idle takes little of the heap: ten thousand connections and more queues are many. */
class FootprintTest {
  private static final int CONNECTIONS = 500;
  private static final int QUEUES = 5_000;

  /** With a channel, a consumer and the client's socket; its queue apart. About 8,400. */
  private static final long CONNECTION_BYTES = 9_000;

  /** About 1,500. */
  private static final long QUEUE_BYTES = 2_000;

  @Test
  void anIdleQueueIsSmall() throws AmqpException {
    try (TestServer server = TestServer.start("");
        AmqpConnection connection =
            server.engine().connect(ConnectSpec.anonymous("maker")).await()) {
      Channel channel = connection.openChannel().await();
      channel.declareQueue(QueueSpec.durable("first", Map.of())).await();
      long beforeBytes = liveBytes();
      for (int i = 0; i < QUEUES; i++) {
        channel.declareQueue(QueueSpec.durable("queue-" + i, Map.of())).await();
      }
      assertFits(QUEUE_BYTES, (liveBytes() - beforeBytes) / QUEUES);
    }
  }

  @Test
  void anIdleConnectionIsSmall() throws AmqpException, IOException {
    List<Socket> sockets = new ArrayList<>();
    try (TestServer server = TestServer.start("")) {
      sockets.add(consuming(server.port()));
      long beforeBytes = liveBytes();
      for (int i = 0; i < CONNECTIONS; i++) {
        sockets.add(consuming(server.port()));
      }
      assertFits(CONNECTION_BYTES, (liveBytes() - beforeBytes) / CONNECTIONS);
    } finally {
      for (Socket each : sockets) {
        each.close();
      }
    }
  }

  private static void assertFits(long most, long bytes) {
    assertTrue(bytes <= most, "it takes " + bytes + " bytes, the bound is " + most);
  }

  private static Socket consuming(int port) throws IOException {
    Socket socket = new Socket("127.0.0.1", port);
    socket
        .getOutputStream()
        .write(
            Peers.joined(
                Peers.handshake(),
                Peers.method(1, new ChannelMethod.Open()),
                Peers.method(
                    1, new QueueMethod.Declare("q", false, false, false, false, false, Map.of())),
                Peers.method(
                    1, new BasicMethod.Consume("q", "", false, false, false, false, Map.of()))));
    ByteArrayOutputStream heard = new ByteArrayOutputStream();
    byte[] piece = new byte[1_024];
    while (Peers.heard(heard.toByteArray()).stream()
        .noneMatch(line -> line.contains(MethodType.BASIC_CONSUME_OK.toString()))) {
      heard.write(piece, 0, socket.getInputStream().read(piece));
    }
    return socket;
  }

  /** What is on the heap after collections, once that is no longer less. */
  private static long liveBytes() {
    long least = Long.MAX_VALUE;
    long now = Long.MAX_VALUE - 1;
    while (now < least) {
      least = now;
      System.gc();
      now = Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }
    return least;
  }
}
