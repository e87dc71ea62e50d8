package io.bindery.broker;

import io.bindery.broker.runtime.Environment;
import io.bindery.broker.store.DurableStore;
import io.bindery.broker.store.Ledger;
import io.bindery.broker.store.Store;
import java.net.URI;
import java.util.List;

/**
 * What a broker is made of.
 *
 * @param uri by which it is found
 * @param environment clock, timers and random; the broker closes it
 * @param store where pages go
 * @param ledger what must outlive the broker
 * @param memoryBytes how much of the heap messages may take (key {@code memory})
 * @param authenticator who may connect
 * @param permissions who may do what
 * @param virtualHosts their names; {@code /} among them
 */
public record BrokerSettings(
    URI uri,
    Environment environment,
    Store store,
    Ledger ledger,
    long memoryBytes,
    Authenticator authenticator,
    Permissions permissions,
    List<String> virtualHosts) {
  /**
   * Channels of one connection (RabbitMQ's default), whatever who serves it over a network says.
   */
  public static final int MOST_CHANNELS = 2_047;

  /** Bytes of the body of one message, likewise. */
  public static final int MOST_MESSAGE_BYTES = 128 * 1024 * 1024;

  /** Copies and checks. */
  public BrokerSettings {
    virtualHosts = List.copyOf(virtualHosts);
    if (memoryBytes <= 0) {
      throw new IllegalArgumentException(
          "memory is " + memoryBytes + " bytes, but must be more than 0");
    }
  }

  /** A broker in memory that lets everybody do everything. */
  public static BrokerSettings inMemory(URI uri, Environment environment, long memoryBytes) {
    return new BrokerSettings(
        uri,
        environment,
        Store.NONE,
        Ledger.NONE,
        memoryBytes,
        Authenticator.ANYBODY,
        Permissions.ALL,
        List.of("/"));
  }

  /** The same with a store. */
  public BrokerSettings storedIn(DurableStore durable) {
    return new BrokerSettings(
        uri, environment, durable, durable, memoryBytes, authenticator, permissions, virtualHosts);
  }

  /** The same with another authenticator. */
  public BrokerSettings authenticatedBy(Authenticator other) {
    return new BrokerSettings(
        uri, environment, store, ledger, memoryBytes, other, permissions, virtualHosts);
  }
}
