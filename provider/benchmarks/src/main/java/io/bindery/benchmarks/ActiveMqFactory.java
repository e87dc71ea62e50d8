package io.bindery.benchmarks;

import java.io.File;

/**
 * Starts an ActiveMQ Classic broker in this virtual machine, so that what a send or commit that
 * returned has promised is on disk.
 */
public final class ActiveMqFactory extends Peer {
  private static final long STORE_BYTES = 20L << 30;

  /**
   * Starts the broker.
   *
   * @param url {@code vm://NAME?dir=PATH&memory=BYTES}
   */
  public ActiveMqFactory(String url) throws ReflectiveOperationException {
    Address address = Address.of(url);
    Object store = make("org.apache.activemq.store.kahadb.KahaDBPersistenceAdapter");
    call(store, "setDirectory", new File(address.directory()));
    call(store, "setEnableJournalDiskSyncs", true);
    call(store, "setJournalDiskSyncStrategy", "ALWAYS");
    Object broker = make("org.apache.activemq.broker.BrokerService");
    call(broker, "setBrokerName", address.url().substring("vm://".length()));
    call(broker, "setUseJmx", false);
    call(broker, "setAdvisorySupport", false);
    call(broker, "setDataDirectory", address.directory());
    call(broker, "setPersistenceAdapter", store);
    Object usage = call(broker, "getSystemUsage");
    call(call(usage, "getMemoryUsage"), "setLimit", address.memoryBytes());
    call(call(usage, "getStoreUsage"), "setLimit", STORE_BYTES);
    call(broker, "start");
    call(broker, "waitUntilStarted");
    String own =
        address.url()
            + "?create=false&jms.useAsyncSend=false&jms.alwaysSyncSend=true"
            + "&jms.watchTopicAdvisories=false";
    connectsBy(
        "org.apache.activemq.ActiveMQConnectionFactory", own, own + "&jms.sendAcksAsync=false");
  }
}
