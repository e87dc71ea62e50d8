package io.bindery.broker.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bindery.broker.Broker;
import io.bindery.broker.BrokerSettings;
import io.bindery.broker.journal.Commitment;
import io.bindery.broker.journal.DiskDirectory;
import io.bindery.broker.journal.Journal;
import io.bindery.broker.journal.JournalException;
import io.bindery.broker.journal.JournalException.Reason;
import io.bindery.broker.runtime.SystemEnvironment;
import io.bindery.engine.AmqpException;
import io.bindery.engine.AmqpMessage;
import io.bindery.engine.Body;
import io.bindery.engine.Channel;
import io.bindery.engine.ConnectSpec;
import io.bindery.engine.Delivery;
import io.bindery.engine.Engines;
import io.bindery.engine.Outcome;
import io.bindery.engine.QueueSpec;
import io.bindery.engine.Route;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import javax.transaction.xa.Xid;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Stores of other versions: an older one opens, a later one is refused and says what to do. */
class VersionTest {
  @TempDir Path directory;

  private final SystemEnvironment environment = new SystemEnvironment("version");

  private Path store() {
    return directory.resolve("store");
  }

  private DurableStore open() throws IOException, JournalException {
    return DurableStore.open(
        StoreDirectories.in(store().toString()), StoreSettings.DEFAULT, environment);
  }

  private Broker broker() throws AmqpException, IOException, JournalException {
    return Broker.create(
        BrokerSettings.inMemory(URI.create("vm://old"), new SystemEnvironment("old"), 8 << 20)
            .storedIn(open()));
  }

  /** What a broker of the first version left: one that was closed, or one that was killed. */
  @ParameterizedTest
  @ValueSource(strings = {"orderly", "killed"})
  void aStoreOfTheFirstVersionOpens(String end)
      throws AmqpException, IOException, JournalException {
    unzip(end);
    for (int i = 0; i < 2; i++) {
      Broker broker = broker();
      Channel channel = broker.connect(ConnectSpec.anonymous("new")).await().openChannel().await();
      if (i == 0) {
        List<Xid> doubt = channel.connection().xa().recover().await();
        assertEquals(1, doubt.size());
        channel.connection().xa().commit(doubt.get(0), false).await();
        for (int n = 1; n < 20; n++) {
          Delivery next = channel.get("orders", "").await();
          assertTrue(((Body.Text) next.message().body()).content().startsWith("order "));
          channel.settle(next, Outcome.ACCEPTED, channel.autoCommit()).await();
        }
      }
      assertNull(channel.get("orders", "").await());
      assertEquals(i == 0 ? 1 : 0, take(channel, "bills"));
      assertEquals("sub/me/news", channel.checkQueue("sub/me/news").await().name());
      broker.close();
    }
  }

  private static int take(Channel channel, String queue) throws AmqpException {
    Delivery next = channel.get(queue, "").await();
    if (next == null) {
      return 0;
    }
    channel.settle(next, Outcome.ACCEPTED, channel.autoCommit()).await();
    return 1 + take(channel, queue);
  }

  private void unzip(String end) throws IOException {
    try (InputStream resource = VersionTest.class.getResourceAsStream("store-v1.zip");
        ZipInputStream zip = new ZipInputStream(resource)) {
      for (ZipEntry each = zip.getNextEntry(); each != null; each = zip.getNextEntry()) {
        if (each.getName().startsWith(end + "/") && !each.isDirectory()) {
          Path target = store().resolve(each.getName().substring(end.length() + 1));
          Files.createDirectories(target.getParent());
          Files.copy(zip, target);
        }
      }
    }
  }

  private void fill() throws AmqpException, IOException, JournalException {
    Broker broker = broker();
    Channel channel = broker.connect(ConnectSpec.anonymous("one")).await().openChannel().await();
    channel.declareQueue(QueueSpec.jms("q")).await();
    AmqpMessage message = AmqpMessage.builder().persistent(true).body(new Body.Text("m")).build();
    channel.publish(Route.toQueue("q"), message, channel.autoCommit()).await();
    broker.close();
  }

  /** The broker says so through its URI, the tools on their own. */
  private void refused(String... parts) {
    JournalException e = assertThrows(JournalException.class, this::open);
    assertEquals(Reason.VERSION, e.reason(), e.getMessage());
    AmqpException atUri =
        assertThrows(AmqpException.class, () -> Engines.find("vm://later?dir=" + store()));
    JournalException inTool =
        assertThrows(
            JournalException.class,
            () -> StoreReader.open(DiskDirectory.existing(store().toString()).orElseThrow()));
    for (String message : List.of(e.getMessage(), atUri.getMessage(), inTool.getMessage())) {
      for (String part : parts) {
        assertTrue(message.contains(part), message);
      }
      assertTrue(message.contains(": start the program that wrote it, or export"), message);
    }
  }

  private Path file(String prefix) throws IOException {
    try (Stream<Path> files = Files.walk(store())) {
      return files
          .filter(file -> file.getFileName().toString().startsWith(prefix))
          .filter(file -> !file.getParent().endsWith("spill"))
          .findFirst()
          .orElseThrow();
    }
  }

  @Test
  void aLaterSegmentIsRefused() throws AmqpException, IOException, JournalException {
    fill();
    Path segment = file("journal-");
    byte[] bytes = Files.readAllBytes(segment);
    ByteBuffer.wrap(bytes).putInt(8, 2);
    CRC32C crc = new CRC32C();
    crc.update(bytes, 0, 60);
    ByteBuffer.wrap(bytes).putInt(60, (int) crc.getValue());
    Files.write(segment, bytes);
    refused(segment.toString(), "a segment of format version 2", "reads version 1");
  }

  @Test
  void aLaterCheckpointIsRefused() throws AmqpException, IOException, JournalException {
    fill();
    Path checkpoint = file("checkpoint-");
    byte[] bytes = Files.readAllBytes(checkpoint);
    bytes[11] = 77;
    Files.write(checkpoint, bytes);
    refused(checkpoint.toString(), "a checkpoint of format version 77", "reads versions 1 to 2");
  }

  private void append(int type, ByteBuffer record) throws IOException, JournalException {
    Journal journal =
        Journal.open(
            new DiskDirectory(store().toString()), StoreSettings.DEFAULT.journal(), environment);
    journal.start(why -> {});
    journal.append(type, record, Commitment.SYNC, null);
    journal.close();
  }

  @Test
  void aLaterRecordIsRefused() throws AmqpException, IOException, JournalException {
    fill();
    append(200, ByteBuffer.allocate(8));
    refused("journal-0000000000000002.log, offset ", "a record of type 200", "reads types up to ");
  }

  @Test
  void aLaterMessageIsRefused() throws AmqpException, IOException, JournalException {
    fill();
    ByteBuffer record = ByteBuffer.allocate(8 + 4 + MessageCodec.FIXED_BYTES);
    append(RecordTypes.ENQUEUE, record.put(12, (byte) 9));
    refused("journal-0000000000000002.log, offset ", "a message of version 9", "reads version 1");
  }

  @Test
  void aLaterDeclarationIsRefused() throws AmqpException, IOException, JournalException {
    fill();
    ByteBuffer record = WorkCodec.queue(7, DeclarationCodec.encode(7, QueueSpec.jms("later")));
    ByteBuffer named = ByteBuffer.allocate(record.remaining() + 3);
    named.putInt(7).putShort((short) 1).put((byte) '/').put((byte) 9);
    append(RecordTypes.QUEUE, named.rewind());
    refused("journal-0000000000000002.log, offset ", "a declaration of version 9", "version 1");
  }
}
