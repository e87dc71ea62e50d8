package io.bindery.itests.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.rabbitmq.client.AlreadyClosedException;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.DeliverCallback;
import com.rabbitmq.client.GetResponse;
import com.rabbitmq.client.MessageProperties;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

/**
 * A program on RabbitMQ's client that keeps a ledger of what was confirmed and of what came, while
 * the broker is ended under load, by SIGKILL or by SIGTERM, and started again, several times.
 */
class KillLedgerIT {
  private static final int KILLS = 5;
  private static final int STOPS = 2;
  private static final int TERMINATED = 128 + 15;
  private static final int BODY_BYTES = 256;
  private static final int IN_FLIGHT = 200;
  private static final String QUEUE = "ledger";
  private static final int PATIENCE_MS = 60_000;
  private static final long LIMIT_NS = TimeUnit.MINUTES.toNanos(2);

  private final AtomicLong number = new AtomicLong();
  private final Set<Long> confirmed = ConcurrentHashMap.newKeySet();
  private final Map<Long, Integer> received = new ConcurrentHashMap<>();
  private final Set<Long> twiceUnmarked = ConcurrentHashMap.newKeySet();
  private final AtomicLong redelivered = new AtomicLong();

  /** Ends a broker that is under load. */
  private interface End {
    void of(BrokerProcess broker);
  }

  @Test
  void whatWasConfirmedComes() throws IOException, TimeoutException {
    endedUnderLoad("ledger", KILLS, "kills", BrokerProcess::kill);
  }

  @Test
  void whatWasConfirmedComesAfterAnOrderlyStop() throws IOException, TimeoutException {
    endedUnderLoad(
        "ledger-stopped",
        STOPS,
        "stops by SIGTERM",
        broker -> assertEquals(TERMINATED, stopped(broker), "it stopped in an orderly way"));
  }

  private static int stopped(BrokerProcess broker) {
    try {
      return broker.stop();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private void endedUnderLoad(String name, int times, String what, End end)
      throws IOException, TimeoutException {
    long seed = Long.getLong("bindery.seed", System.nanoTime());
    System.out.println("KillLedgerIT: seed " + seed);
    Random random = new Random(seed);
    try (BrokerProcess broker = new BrokerProcess(name)) {
      for (int i = 0; i < times; i++) {
        broker.start();
        load(broker, 500 + random.nextInt(4_000), end);
      }
      broker.start();
      drain(broker);
    }
    Set<Long> lost = new TreeSet<>(confirmed);
    lost.removeAll(received.keySet());
    String line =
        "%d %s: confirmed %d, received %d, lost %d, redelivered %d"
            .formatted(
                times, what, confirmed.size(), received.size(), lost.size(), redelivered.get());
    Figures.add(line);
    assertEquals(Set.of(), lost, () -> "seed " + seed + ", " + line);
    assertEquals(Set.of(), twiceUnmarked, () -> "came again unmarked; seed " + seed);
    assertTrue(confirmed.size() >= times * 500, line);
  }

  private static Connection connect(BrokerProcess broker) throws IOException, TimeoutException {
    ConnectionFactory factory = new ConnectionFactory();
    factory.setHost("127.0.0.1");
    factory.setPort(broker.port());
    factory.setAutomaticRecoveryEnabled(false);
    factory.setHandshakeTimeout(PATIENCE_MS);
    factory.setChannelRpcTimeout(PATIENCE_MS);
    return factory.newConnection();
  }

  /** Publishes and consumes until so many more are confirmed; then the broker is ended. */
  private void load(BrokerProcess broker, int more, End end) throws IOException, TimeoutException {
    Connection connection = connect(broker);
    Channel publishing = connection.createChannel();
    publishing.queueDeclare(QUEUE, true, false, false, Map.of());
    publishing.confirmSelect();
    NavigableMap<Long, Long> waiting = new ConcurrentSkipListMap<>();
    publishing.addConfirmListener(
        (tag, multiple) -> {
          NavigableMap<Long, Long> these =
              multiple ? waiting.headMap(tag, true) : waiting.subMap(tag, true, tag, true);
          confirmed.addAll(these.values());
          these.clear();
        },
        (tag, multiple) -> {});
    Channel consuming = connection.createChannel();
    consuming.basicQos(50);
    DeliverCallback take =
        (consumerTag, delivery) -> {
          note(delivery.getBody(), delivery.getEnvelope().isRedeliver());
          // Some are never acknowledged: the broker that comes next must give them again.
          if (delivery.getEnvelope().getDeliveryTag() % 20 != 0) {
            consuming.basicAck(delivery.getEnvelope().getDeliveryTag(), false);
          }
        };
    consuming.basicConsume(QUEUE, false, take, consumerTag -> {});
    long until = confirmed.size() + (long) more;
    long endNs = System.nanoTime() + LIMIT_NS;
    CompletableFuture<Void> ending = null;
    try {
      while (ending == null || !ending.isDone()) {
        if (ending == null && confirmed.size() >= until) {
          ending = CompletableFuture.runAsync(() -> end.of(broker));
        }
        assertTrue(System.nanoTime() - endNs < 0, "too few confirms in two minutes");
        publish(publishing, waiting);
      }
    } catch (IOException | AlreadyClosedException e) {
      assertTrue(ending != null, "the connection broke before the end: " + e);
    } finally {
      if (ending != null) {
        ending.join();
      }
      broker.kill();
      connection.abort();
    }
  }

  private void publish(Channel channel, NavigableMap<Long, Long> waiting) throws IOException {
    if (waiting.size() >= IN_FLIGHT) {
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
      return;
    }
    long mine = number.incrementAndGet();
    waiting.put(channel.getNextPublishSeqNo(), mine);
    byte[] body = ByteBuffer.allocate(BODY_BYTES).putLong(mine).array();
    channel.basicPublish("", QUEUE, MessageProperties.PERSISTENT_BASIC, body);
  }

  private void note(byte[] body, boolean marked) {
    long which = ByteBuffer.wrap(body).getLong();
    int times = received.merge(which, 1, Integer::sum);
    if (marked) {
      redelivered.incrementAndGet();
    } else if (times > 1) {
      twiceUnmarked.add(which);
    }
  }

  private void drain(BrokerProcess broker) throws IOException, TimeoutException {
    try (Connection connection = connect(broker)) {
      Channel channel = connection.createChannel();
      for (GetResponse next = channel.basicGet(QUEUE, true);
          next != null;
          next = channel.basicGet(QUEUE, true)) {
        note(next.getBody(), next.getEnvelope().isRedeliver());
      }
    }
  }
}
