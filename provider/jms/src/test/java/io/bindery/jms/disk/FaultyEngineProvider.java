package io.bindery.jms.disk;

import io.bindery.broker.Broker;
import io.bindery.broker.BrokerSettings;
import io.bindery.broker.journal.JournalException;
import io.bindery.broker.journal.JournalSettings;
import io.bindery.broker.runtime.SystemEnvironment;
import io.bindery.broker.store.DurableStore;
import io.bindery.broker.store.StoreSettings;
import io.bindery.engine.AmqpException;
import io.bindery.engine.Engine;
import io.bindery.engine.EngineProvider;
import io.bindery.testkit.Disks;
import java.net.URI;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Embedded brokers whose disks fail, {@code faulty://NAME}, for the tests that start them. */
public final class FaultyEngineProvider implements EngineProvider {
  static final int SEGMENT_BYTES = 64 << 10;
  private static final long MEMORY_BYTES = 64 << 20;
  private static final Map<String, Broker> RUNNING = new ConcurrentHashMap<>();

  /** Starts a broker on disks, and answers its URI. */
  static String start(String name, Disks disks) throws AmqpException, JournalException {
    SystemEnvironment environment = new SystemEnvironment(name);
    JournalSettings journal =
        JournalSettings.DEFAULT.withSegmentBytes(SEGMENT_BYTES).withMinFreeBytes(0);
    DurableStore store =
        DurableStore.open(disks.directories(), new StoreSettings(journal, 1, false), environment);
    URI uri = URI.create("faulty://" + name);
    RUNNING.put(
        name,
        Broker.create(BrokerSettings.inMemory(uri, environment, MEMORY_BYTES).storedIn(store)));
    return uri.toString();
  }

  @Override
  public Set<String> schemes() {
    return Set.of("faulty");
  }

  @Override
  public Engine engine(URI uri) {
    return RUNNING.get(uri.getHost());
  }
}
