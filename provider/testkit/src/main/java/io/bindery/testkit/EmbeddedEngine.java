package io.bindery.testkit;

import io.bindery.broker.Broker;
import io.bindery.broker.BrokerSettings;
import io.bindery.broker.Permissions.Access;
import io.bindery.broker.store.Ledger;
import io.bindery.broker.store.Store;
import io.bindery.engine.Engine;
import java.net.URI;
import java.util.List;
import java.util.Set;

/** The embedded broker in memory, on a virtual clock. */
public final class EmbeddedEngine implements EngineUnderTest {
  private static final long SEED = 42;

  private final VirtualEnvironment environment = new VirtualEnvironment(SEED);
  private final Broker broker;
  private final Broker plain;

  /** Starts it. */
  public EmbeddedEngine() {
    broker =
        Broker.create(
            new BrokerSettings(
                URI.create("vm://contract"),
                environment,
                Store.NONE,
                Ledger.NONE,
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
