package io.bindery.benchmarks;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;

/** Starts an Artemis broker in this virtual machine. */
public final class ArtemisFactory extends Peer {
  private static final String CORE = "org.apache.activemq.artemis.core.";
  private static final int SYNCS = 200;
  private static final int BLOCK_BYTES = 4 << 10;

  /**
   * Starts the broker, without security: in memory, or so that what a send or commit that returned
   * has promised is on disk.
   *
   * @param url {@code vm://0} or {@code vm://0?dir=PATH&memory=BYTES}
   */
  public ArtemisFactory(String url) throws ReflectiveOperationException, IOException {
    Address address = Address.of(url);
    Object configuration = make(CORE + "config.impl.ConfigurationImpl");
    call(configuration, "setPersistenceEnabled", address.durable());
    call(configuration, "setSecurityEnabled", false);
    call(configuration, "addAcceptorConfiguration", "in-vm", address.url());
    if (address.durable()) {
      keep(configuration, address);
    }
    Object server = make(CORE + "server.embedded.EmbeddedActiveMQ");
    call(server, "setConfiguration", configuration);
    call(server, "start");
    connectsBy(
        "org.apache.activemq.artemis.jms.client.ActiveMQConnectionFactory",
        address.url(),
        address.url() + "?blockOnAcknowledge=true");
  }

  private static void keep(Object configuration, Address address)
      throws ReflectiveOperationException, IOException {
    Path directory = Files.createDirectories(Path.of(address.directory()));
    call(configuration, "setJournalDirectory", directory.resolve("journal").toString());
    call(configuration, "setBindingsDirectory", directory.resolve("bindings").toString());
    call(configuration, "setPagingDirectory", directory.resolve("paging").toString());
    call(configuration, "setLargeMessagesDirectory", directory.resolve("large").toString());
    call(configuration, "setJournalType", constant(CORE + "server.JournalType", "NIO"));
    call(configuration, "setJournalSyncTransactional", true);
    call(configuration, "setJournalSyncNonTransactional", true);
    call(configuration, "setJournalPoolFiles", 10);
    // As its own installer does: what a sync takes is how long it waits for more to come.
    call(configuration, "setJournalBufferTimeout_NIO", syncNs(directory.resolve("sync")));
    Object settings = make(CORE + "settings.impl.AddressSettings");
    call(settings, "setMaxSizeBytes", address.memoryBytes());
    call(
        settings,
        "setAddressFullMessagePolicy",
        constant(CORE + "settings.impl.AddressFullMessagePolicy", "PAGE"));
    call(settings, "setAutoDeleteQueues", false);
    call(settings, "setAutoDeleteAddresses", false);
    call(configuration, "addAddressSetting", "#", settings);
  }

  /** What a write of a block with its sync takes. */
  private static int syncNs(Path file) throws IOException {
    long[] took = new long[SYNCS];
    ByteBuffer block = ByteBuffer.allocateDirect(BLOCK_BYTES);
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      for (int i = 0; i < SYNCS; i++) {
        channel.write(block.clear(), (long) i * BLOCK_BYTES);
      }
      for (int i = 0; i < SYNCS; i++) {
        long startNs = System.nanoTime();
        channel.write(block.clear(), (long) i * BLOCK_BYTES);
        channel.force(false);
        took[i] = System.nanoTime() - startNs;
      }
    }
    Files.delete(file);
    Arrays.sort(took);
    return (int) took[SYNCS / 2];
  }
}
