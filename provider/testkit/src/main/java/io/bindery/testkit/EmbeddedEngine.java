package io.bindery.testkit;

import io.bindery.broker.Broker;
import io.bindery.broker.BrokerSettings;
import io.bindery.broker.Permissions.Access;
import io.bindery.broker.journal.Completion;
import io.bindery.broker.journal.JournalException;
import io.bindery.broker.store.DurableStore;
import io.bindery.broker.store.Ledger;
import io.bindery.broker.store.Store;
import io.bindery.broker.store.StoreDirectories;
import io.bindery.broker.store.StoreSettings;
import io.bindery.engine.AmqpException;
import io.bindery.engine.Engine;
import java.net.URI;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;

/** The embedded broker, in memory or with a store, on a virtual clock. */
public final class EmbeddedEngine implements EngineUnderTest {
  private static final long SEED = 42;

  /** What is written may cause something more to be written, and that once more. */
  private static final int CONSEQUENCES = 3;

  private final Ledger ledger;
  private final VirtualEnvironment environment;
  private final Broker broker;
  private final Broker plain;

  private EmbeddedEngine(Store store, Ledger ledger, VirtualEnvironment environment)
      throws AmqpException {
    this.environment = environment;
    this.ledger = ledger;
    broker =
        Broker.create(
            new BrokerSettings(
                URI.create("vm://contract"),
                environment,
                store,
                ledger,
                MEMORY_BYTES,
                (user, password) ->
                    Set.of(ALICE, READER, CLERK).contains(user) && password.equals(PASSWORD),
                EmbeddedEngine::allows,
                List.of("/", OTHER_HOST)));
    plain =
        Broker.create(
            BrokerSettings.inMemory(
                URI.create("vm://plain"), new VirtualEnvironment(SEED), MEMORY_BYTES));
  }

  /** Starts it in memory. */
  public static EmbeddedEngine inMemory() throws AmqpException {
    return new EmbeddedEngine(Store.NONE, Ledger.NONE, new VirtualEnvironment(SEED));
  }

  /** Starts it with a store, in directories that are in memory. */
  public static EmbeddedEngine durable() throws AmqpException {
    VirtualEnvironment environment = new VirtualEnvironment(SEED);
    try {
      StoreDirectories directories =
          new StoreDirectories(
              new FaultyDirectory(SEED, Set.of()),
              new FaultyDirectory(SEED, Set.of()),
              new FaultyDirectory(SEED, Set.of()));
      DurableStore store = DurableStore.open(directories, StoreSettings.DEFAULT, environment);
      return new EmbeddedEngine(store, store, environment);
    } catch (JournalException e) {
      throw DurableStore.unusable("in memory", e);
    }
  }

  private static boolean allows(String user, String host, Access access, String resource) {
    if (!user.equals(CLERK)) {
      return user.equals(ALICE) || access == Access.READ;
    }
    return resource.matches(
        switch (access) {
          case CONFIGURE -> CLERK_CONFIGURE;
          case WRITE -> CLERK_WRITE;
          case READ -> CLERK_READ;
        });
  }

  @Override
  public Engine engine() {
    return broker;
  }

  @Override
  public Engine plainEngine() {
    return plain;
  }

  @Override
  public void advance(long ms) {
    environment.advance(ms);
    settled();
  }

  @Override
  public void settled() {
    for (int i = 0; i < CONSEQUENCES; i++) {
      CountDownLatch onDisk = new CountDownLatch(1);
      ledger.after(
          new Completion() {
            @Override
            public void durable() {
              // What follows from it comes after the group.
            }

            @Override
            public void afterGroup() {
              onDisk.countDown();
            }

            @Override
            public void failed(JournalException why) {
              onDisk.countDown();
            }
          });
      try {
        onDisk.await();
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  @Override
  public long nowMs() {
    return environment.nowMs();
  }

  @Override
  public void close() {
    broker.close();
    plain.close();
  }
}
