package io.bindery.itests.wire;

import static org.junit.jupiter.api.Assertions.assertFalse;

import io.bindery.amqp.codec.BasicMethod;
import io.bindery.amqp.codec.ConnectionMethod;
import io.bindery.amqp.codec.QueueMethod;
import io.bindery.amqp.server.ServerSettings;
import io.bindery.broker.Broker;
import io.bindery.broker.BrokerSettings;
import io.bindery.broker.journal.JournalException;
import io.bindery.broker.journal.JournalSettings;
import io.bindery.broker.runtime.SystemEnvironment;
import io.bindery.broker.store.DurableStore;
import io.bindery.broker.store.StoreDirectories;
import io.bindery.broker.store.StoreSettings;
import io.bindery.engine.AmqpException;
import io.bindery.engine.AmqpMessage;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A server that lacks room tells who publishes (RabbitMQ, "Blocked Connection Notifications"): one
 * without a directory when its memory is used up, one with a directory when its disk is nearly
 * full. Ours only: RabbitMQ's watermarks are the machine's.
 */
class BlockedTest {
  private static final String QUEUE = "q";
  private static final int MEMORY_BYTES = 64 << 10;
  private static final int BODY_BYTES = 1_024;
  private static final int TOO_MANY = 200;

  private static BrokerSettings settings(SystemEnvironment environment) {
    URI uri = URI.create("vm://blocked-" + System.nanoTime());
    return BrokerSettings.inMemory(uri, environment, MEMORY_BYTES);
  }

  private static OwnServer serving(BrokerSettings settings) throws AmqpException {
    return OwnServer.over(Broker.create(settings), ServerSettings.Limits.DEFAULT);
  }

  private static RawClient opened(OwnServer server) throws IOException, AmqpException {
    RawClient client = RawClient.open(server.port());
    client.openChannel(1);
    return client;
  }

  private static void declare(RawClient client) throws IOException, AmqpException {
    client.send(
        1, new QueueMethod.Declare(QUEUE, false, true, false, false, false, WireSuite.NONE));
    client.expect(1, QueueMethod.DeclareOk.class);
  }

  private static void publish(RawClient client, int count) throws IOException {
    AmqpMessage properties = AmqpMessage.builder().persistent(true).build();
    for (int i = 0; i < count; i++) {
      client.send(WireSuite.publishing("", QUEUE, properties, "x".repeat(BODY_BYTES)));
    }
  }

  @Test
  void whenMemoryIsUsedUp() throws IOException, AmqpException {
    try (OwnServer server = serving(settings(new SystemEnvironment("blocked")));
        RawClient publisher = opened(server);
        RawClient other = opened(server)) {
      declare(publisher);
      publish(publisher, TOO_MANY);
      assertFalse(publisher.expect(0, ConnectionMethod.Blocked.class).reason().isEmpty());
      // Nobody else is blocked, so who makes room is not.
      other.send(1, new BasicMethod.Consume(QUEUE, "c", false, true, false, false, WireSuite.NONE));
      other.expect(1, BasicMethod.ConsumeOk.class);
      for (int i = 0; i < TOO_MANY; i++) {
        other.message(1, BasicMethod.Deliver.class);
      }
      publisher.expect(0, ConnectionMethod.Unblocked.class);
    }
  }

  @Test
  void whenTheDiskIsNearlyFull(@TempDir Path directory)
      throws IOException, AmqpException, JournalException {
    SystemEnvironment environment = new SystemEnvironment("blocked");
    JournalSettings full = JournalSettings.DEFAULT.withMinFreeBytes(Long.MAX_VALUE);
    DurableStore store =
        DurableStore.open(
            StoreDirectories.in(directory.toString()),
            new StoreSettings(full, 4, false),
            environment);
    try (OwnServer server = serving(settings(environment).storedIn(store));
        RawClient publisher = opened(server)) {
      declare(publisher);
      publish(publisher, 1);
      assertFalse(publisher.expect(0, ConnectionMethod.Blocked.class).reason().isEmpty());
    }
  }
}
