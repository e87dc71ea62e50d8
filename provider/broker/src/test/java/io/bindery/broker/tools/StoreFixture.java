package io.bindery.broker.tools;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bindery.broker.Broker;
import io.bindery.broker.BrokerSettings;
import io.bindery.broker.journal.JournalException;
import io.bindery.broker.runtime.SystemEnvironment;
import io.bindery.broker.store.DurableStore;
import io.bindery.broker.store.StoreDirectories;
import io.bindery.broker.store.StoreSettings;
import io.bindery.engine.AmqpException;
import io.bindery.engine.AmqpMessage;
import io.bindery.engine.Binding;
import io.bindery.engine.Body;
import io.bindery.engine.Channel;
import io.bindery.engine.ConnectSpec;
import io.bindery.engine.Delivery;
import io.bindery.engine.ExchangeSpec;
import io.bindery.engine.Outcome;
import io.bindery.engine.QueueSpec;
import io.bindery.engine.Route;
import io.bindery.engine.SubscriptionSpec;
import io.bindery.engine.SubscriptionSpec.Kind;
import io.bindery.engine.Transaction;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.math.BigInteger;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import javax.transaction.xa.XAResource;
import javax.transaction.xa.Xid;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;

/** A store that a broker has left, and the tool that is run on it. */
abstract class StoreFixture {
  static final int MESSAGES = 400;

  @TempDir Path directory;

  private final List<Broker> brokers = new ArrayList<>();
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  DurableStore durable;
  Broker broker;
  Channel channel;

  @AfterEach
  void end() {
    brokers.forEach(Broker::close);
  }

  Path store() {
    return directory.resolve("store");
  }

  void start(Path where) throws AmqpException, IOException, JournalException {
    SystemEnvironment environment = new SystemEnvironment("tools-" + brokers.size());
    StoreSettings settings =
        new StoreSettings(
            StoreSettings.DEFAULT.journal().withSegmentBytes(64 << 10).withMinFreeBytes(0),
            1,
            false);
    durable = DurableStore.open(StoreDirectories.in(where.toString()), settings, environment);
    broker =
        Broker.create(
            BrokerSettings.inMemory(URI.create("vm://tools"), environment, 8 << 20)
                .storedIn(durable));
    brokers.add(broker);
    channel = broker.connect(ConnectSpec.anonymous("one")).await().openChannel().await();
  }

  /** A broker with something of all that is kept. */
  void fill() throws AmqpException, IOException, JournalException {
    start(store());
    channel.declareQueue(QueueSpec.jms("orders")).await();
    channel.declareQueue(QueueSpec.durable("bills", Map.of("x-max-length", 5_000L))).await();
    channel.declareExchange(ExchangeSpec.durable("shop", "topic")).await();
    channel.bind(Binding.queue("shop", "bills", "order.#")).await();
    channel
        .subscribe(
            new SubscriptionSpec(
                Kind.DURABLE, "me", "news", new Route("amq.topic", "news.#", false), "", false))
        .await()
        .close();
    for (int i = 0; i < MESSAGES; i++) {
      send("orders", message("order " + i).toBuilder().priority(i % 2 == 0 ? 4 : 7).build());
    }
    durable.checkpoint();
    for (int i = 0; i < 10; i++) {
      accept("orders");
    }
    prepare(new TestXid(1));
  }

  void send(String queue, AmqpMessage message) throws AmqpException {
    channel.publish(Route.toQueue(queue), message, channel.autoCommit()).await();
  }

  static AmqpMessage message(String text) {
    return AmqpMessage.builder()
        .persistent(true)
        .messageId("id of " + text)
        .body(new Body.Text(text + " " + "x".repeat(300)))
        .build();
  }

  void accept(String queue) throws AmqpException {
    Delivery next = channel.get(queue, "").await();
    channel.settle(next, Outcome.ACCEPTED, channel.autoCommit()).await();
  }

  private void prepare(Xid xid) throws AmqpException {
    Transaction branch = channel.connection().xa().start(xid, XAResource.TMNOFLAGS).await();
    channel.settle(channel.get("orders", "").await(), Outcome.ACCEPTED, branch).await();
    channel.publish(Route.toQueue("bills"), message("a bill"), branch).await();
    channel.connection().xa().end(xid, XAResource.TMSUCCESS).await();
    assertTrue(channel.connection().xa().prepare(xid).await());
  }

  /** A branch. */
  record TestXid(int number) implements Xid {
    @Override
    public int getFormatId() {
      return 7;
    }

    @Override
    public byte[] getGlobalTransactionId() {
      return new byte[] {(byte) number, 0x1f};
    }

    @Override
    public byte[] getBranchQualifier() {
      return new byte[] {2};
    }
  }

  /** The store of a broker that ended in order. */
  void closed() throws AmqpException, IOException, JournalException {
    fill();
    broker.close();
  }

  /** Runs a command, and answers its exit code. */
  int run(String... arguments) {
    out.reset();
    err.reset();
    StoreTool.Streams streams =
        new StoreTool.Streams(
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8));
    return StoreTool.run(List.of(arguments), streams);
  }

  String out() {
    return out.toString(StandardCharsets.UTF_8);
  }

  String err() {
    return err.toString(StandardCharsets.UTF_8);
  }

  void assertOut(String... parts) {
    for (String part : parts) {
      assertTrue(out().contains(part), () -> "'" + part + "' is not in:\n" + out() + err());
    }
  }

  void assertErr(String... parts) {
    for (String part : parts) {
      assertTrue(err().contains(part), () -> "'" + part + "' is not in:\n" + err());
    }
  }

  void assertRuns(int code, String... arguments) {
    assertEquals(code, run(arguments), () -> out() + err());
  }

  static List<Path> files(Path where) throws IOException {
    try (Stream<Path> files = Files.walk(where)) {
      return files.filter(Files::isRegularFile).sorted().toList();
    }
  }

  static List<Path> files(Path where, String prefix) throws IOException {
    return files(where).stream()
        .filter(file -> file.getFileName().toString().startsWith(prefix))
        .filter(file -> !file.getParent().endsWith("spill"))
        .toList();
  }

  /** The content of each file, and when it was changed. */
  static Map<Path, String> hashes(Path where) throws IOException {
    Map<Path, String> hashes = new TreeMap<>();
    for (Path file : files(where)) {
      hashes.put(where.relativize(file), hash(file) + " " + Files.getLastModifiedTime(file));
    }
    return hashes;
  }

  private static String hash(Path file) throws IOException {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file));
      return new BigInteger(1, digest).toString(16);
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }

  static void copy(Path from, Path to) throws IOException {
    for (Path file : files(from)) {
      Path target = to.resolve(from.relativize(file).toString());
      Files.createDirectories(target.getParent());
      Files.copy(file, target);
    }
  }
}
