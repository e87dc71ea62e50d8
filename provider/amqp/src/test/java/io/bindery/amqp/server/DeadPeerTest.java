package io.bindery.amqp.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bindery.amqp.codec.BasicMethod;
import io.bindery.amqp.codec.ChannelMethod;
import io.bindery.amqp.codec.ConnectionMethod;
import io.bindery.engine.AmqpConnection;
import io.bindery.engine.AmqpException;
import io.bindery.engine.AmqpMessage;
import io.bindery.engine.Body;
import io.bindery.engine.Channel;
import io.bindery.engine.ConnectSpec;
import io.bindery.engine.Observation.QueueView;
import io.bindery.engine.QueueSpec;
import io.bindery.engine.Route;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

/**
 * A half-open connection: a consumer that reads no more and says nothing, and never says goodbye.
 */
class DeadPeerTest {
  private static final int COUNT = 64;
  private static final int BODY_BYTES = 512 * 1024;

  private interface Condition {
    boolean holds() throws AmqpException;
  }

  private static void await(String what, Condition condition) throws AmqpException {
    long endNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (!condition.holds()) {
      assertTrue(System.nanoTime() - endNs < 0, what);
      LockSupport.parkNanos(1_000_000);
    }
  }

  private static void publish(TestServer server) throws AmqpException {
    ConnectSpec spec = ConnectSpec.anonymous("publisher");
    try (AmqpConnection connection = server.engine().connect(spec).await()) {
      Channel channel = connection.openChannel().await();
      channel.declareQueue(QueueSpec.durable("q", Map.of())).await();
      AmqpMessage message =
          AmqpMessage.builder().body(new Body.Bytes(new byte[BODY_BYTES])).build();
      for (int i = 0; i < COUNT; i++) {
        channel.publish(Route.toQueue("q"), message, channel.autoCommit()).await();
      }
    }
  }

  private static QueueView queue(TestServer server) throws AmqpException {
    return server.engine().observe().queues().get(0);
  }

  @Test
  void itsConnectionIsCutAndItsMessagesGoToOthers() throws AmqpException, IOException {
    try (TestServer server = TestServer.start("");
        Socket dead = new Socket()) {
      publish(server);
      dead.setReceiveBufferSize(16 * 1024);
      dead.connect(new InetSocketAddress("127.0.0.1", server.port()));
      dead.getOutputStream()
          .write(
              Peers.joined(
                  Peers.protocolHeader(),
                  Peers.method(0, Peers.plain("guest", "guest", Map.of())),
                  Peers.method(0, new ConnectionMethod.TuneOk(0, 131_072, 1)),
                  Peers.method(0, new ConnectionMethod.Open("/")),
                  Peers.method(1, new ChannelMethod.Open()),
                  Peers.method(
                      1, new BasicMethod.Consume("q", "c", false, false, false, false, Map.of()))));
      await("it is sent some", () -> queue(server).counters().delivered() > 0);
      await("it is cut", () -> server.server().connections() == 0);
      assertEquals(COUNT, queue(server).ready());
    }
  }
}
