package io.bindery.broker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bindery.broker.journal.JournalException;
import io.bindery.broker.runtime.SystemEnvironment;
import io.bindery.broker.store.DurableStore;
import io.bindery.broker.store.StoreDirectories;
import io.bindery.broker.store.StoreSettings;
import io.bindery.engine.AmqpException;
import io.bindery.engine.AmqpMessage;
import io.bindery.engine.Binding;
import io.bindery.engine.Body;
import io.bindery.engine.Browser;
import io.bindery.engine.Channel;
import io.bindery.engine.ConnectSpec;
import io.bindery.engine.ConsumeSpec;
import io.bindery.engine.Consumer;
import io.bindery.engine.Delivery;
import io.bindery.engine.ExchangeSpec;
import io.bindery.engine.Outcome;
import io.bindery.engine.PublishOutcome;
import io.bindery.engine.QueueSpec;
import io.bindery.engine.ReplyCode;
import io.bindery.engine.Route;
import io.bindery.engine.Subscription;
import io.bindery.engine.SubscriptionSpec;
import io.bindery.engine.SubscriptionSpec.Kind;
import io.bindery.engine.Ticket;
import io.bindery.engine.Transaction;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.transaction.xa.XAResource;
import javax.transaction.xa.Xid;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What a broker with a directory keeps: over an orderly restart, and over a crash, which is played
 * by a broker on a copy of the directory while the first one goes on.
 */
class DurableBrokerTest {
  private static final int SEGMENT_BYTES = 64 << 10;
  private static final int BACKLOG = 23_000;
  private static final int FAR = 18_000;

  @TempDir Path directory;

  private final List<Broker> brokers = new ArrayList<>();
  private int copies;
  private DurableStore store;
  private Broker broker;
  private Channel channel;

  @BeforeEach
  void open() throws AmqpException, IOException, JournalException {
    start(directory.resolve("store"));
  }

  @AfterEach
  void end() {
    brokers.forEach(Broker::close);
  }

  private void start(Path where) throws AmqpException, IOException, JournalException {
    SystemEnvironment environment = new SystemEnvironment("durable-" + brokers.size());
    StoreSettings settings =
        new StoreSettings(
            StoreSettings.DEFAULT.journal().withSegmentBytes(SEGMENT_BYTES).withMinFreeBytes(0),
            1,
            false);
    store = DurableStore.open(StoreDirectories.in(where.toString()), settings, environment);
    broker =
        Broker.create(
            BrokerSettings.inMemory(URI.create("vm://durable"), environment, 8 << 20)
                .storedIn(store));
    brokers.add(broker);
    channel = broker.connect(ConnectSpec.anonymous("one")).await().openChannel().await();
  }

  private void restart() throws AmqpException, IOException, JournalException {
    broker.close();
    start(directory.resolve("store"));
  }

  /** The broker dies: what a new one finds is what is in the files now. */
  private void crash() throws AmqpException, IOException, JournalException {
    Path copy = directory.resolve("copy" + ++copies);
    Path from = directory.resolve(copies == 1 ? "store" : "copy" + (copies - 1));
    copy(from, copy);
    start(copy);
  }

  /** As it was at one moment: once more when something has changed meanwhile. */
  private static void copy(Path from, Path to) throws IOException {
    Map<Path, FileTime> before = files(from);
    copyFiles(before.keySet(), from, to);
    for (Map<Path, FileTime> after = files(from); !after.equals(before); after = files(from)) {
      before = after;
      copyFiles(before.keySet(), from, to);
    }
  }

  private static void copyFiles(Set<Path> files, Path from, Path to) throws IOException {
    if (Files.exists(to)) {
      for (Path old : files(to).keySet()) {
        Files.delete(old);
      }
    }
    for (Path each : files) {
      Path target = to.resolve(from.relativize(each).toString());
      Files.createDirectories(target.getParent());
      try {
        Files.copy(each, target);
      } catch (NoSuchFileException e) {
        return; // it has changed
      }
    }
  }

  private static Map<Path, FileTime> files(Path directory) throws IOException {
    Map<Path, FileTime> found = new TreeMap<>();
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path each : files.filter(path -> !path.endsWith("lock")).toList()) {
        if (Files.isRegularFile(each)) {
          found.put(each, Files.getLastModifiedTime(each));
        }
      }
      return found;
    } catch (UncheckedIOException | NoSuchFileException e) {
      return files(directory);
    }
  }

  private static AmqpMessage message(String text) {
    return AmqpMessage.builder().persistent(true).body(new Body.Text(text)).build();
  }

  private static String text(Delivery delivery) {
    return ((Body.Text) delivery.message().body()).content();
  }

  private void queue(String name) throws AmqpException {
    channel.declareQueue(QueueSpec.durable(name, Map.of())).await();
  }

  private void send(String queue, String text) throws AmqpException {
    assertEquals(
        PublishOutcome.ROUTED,
        channel.publish(Route.toQueue(queue), message(text), channel.autoCommit()).await());
  }

  private Delivery get(String queue) throws AmqpException {
    return channel.get(queue, "").await();
  }

  private List<String> drain(String queue) throws AmqpException {
    List<String> texts = new ArrayList<>();
    for (Delivery next = get(queue); next != null; next = get(queue)) {
      texts.add(text(next));
      channel.settle(next, Outcome.ACCEPTED, channel.autoCommit()).await();
    }
    return texts;
  }

  @Test
  void persistentMessagesOutliveARestart()
      throws AmqpException, IOException, JournalException, InterruptedException {
    queue("q");
    send("q", "a");
    send("q", "b");
    channel
        .publish(
            Route.toQueue("q"),
            AmqpMessage.builder().body(new Body.Text("not persistent")).build(),
            channel.autoCommit())
        .await();
    restart();
    Delivery first = get("q");
    assertEquals("a", text(first));
    assertFalse(first.redelivered(), "an orderly end leaves nothing that may have been seen");
    channel.settle(first, Outcome.ACCEPTED, channel.autoCommit()).await();
    assertEquals(List.of("b"), drain("q"));
    restart();
    assertEquals(List.of(), drain("q"));
  }

  @Test
  void whatTheStoreHasNoFormForIsRefusedAndLeavesNothing()
      throws AmqpException, IOException, JournalException {
    queue("q");
    Map<String, Object> odd = Map.of("odd", Thread.State.NEW);
    List<AmqpMessage> messages =
        List.of(
            message("m").toBuilder().headers(odd).build(),
            message("m").toBuilder().headers(odd).persistent(false).build(),
            message("m").toBuilder().body(new Body.Table(odd)).build(),
            message("m").toBuilder().body(new Body.Sequence(List.of(Thread.State.NEW))).build());
    Transaction transaction = channel.begin();
    for (AmqpMessage each : messages) {
      for (Transaction in : List.of(channel.autoCommit(), transaction)) {
        refused(channel.publish(Route.toQueue("q"), each, in));
      }
    }
    transaction.commit().await();
    refused(channel.declareExchange(new ExchangeSpec("x", "direct", true, false, false, odd)));
    assertTrue(channel.checkExchange("x").failure() != null, "nothing is half made");
    refused(channel.declareQueue(QueueSpec.durable("o", odd)));
    assertTrue(channel.checkQueue("o").failure() != null, "nothing is half made");
    refused(channel.bind(Binding.queue("amq.direct", "q", "k", odd)));
    assertEquals(
        PublishOutcome.UNROUTED,
        channel
            .publish(new Route("amq.direct", "k", false), message("m"), channel.autoCommit())
            .await());
    send("q", "good");
    crash();
    assertEquals(List.of("good"), drain("q"));
  }

  private static void refused(Ticket<?> ticket) {
    AmqpException failure = assertThrows(AmqpException.class, ticket::await);
    assertEquals(ReplyCode.SYNTAX_ERROR, failure.replyCode(), failure.getMessage());
    assertTrue(failure.getMessage().contains("Thread$State"), failure.getMessage());
  }

  @Test
  void whoOnlyLooksLeavesNothingInMemory() throws AmqpException {
    queue("q");
    String large = "x".repeat(100_000);
    for (int i = 0; i < 200; i++) {
      send("q", large);
    }
    try (Browser browser = channel.browse("q", "").await()) {
      List<Delivery> seen = new ArrayList<>();
      while (browser.next(10, seen) > 0) {
        assertTrue(broker.memory().usedBytes() <= broker.memory().limitBytes());
      }
      assertEquals(200, seen.size());
    }
    assertNull(channel.get("q", "n = 1").await());
    assertTrue(broker.memory().usedBytes() <= broker.memory().limitBytes());
  }

  @Test
  void persistentMessagesOutliveACrash()
      throws AmqpException, IOException, JournalException, InterruptedException {
    queue("q");
    send("q", "a");
    send("q", "b");
    send("q", "c");
    Delivery held = get("q");
    crash();
    Delivery first = get("q");
    assertEquals(text(held), text(first));
    assertTrue(first.redelivered(), "it was delivered before the crash");
    assertEquals(0, first.failureCount(), "and nobody failed on it");
    assertEquals(List.of("b", "c"), drain("q"));
  }

  @Test
  void whatWasAcknowledgedStaysAway()
      throws AmqpException, IOException, JournalException, InterruptedException {
    queue("q");
    for (int i = 0; i < 10; i++) {
      send("q", "m" + i);
    }
    List<Delivery> taken = List.of(get("q"), get("q"), get("q"));
    channel.settle(taken, Outcome.ACCEPTED, channel.autoCommit()).await();
    crash();
    assertEquals("m3", text(get("q")));
  }

  @Test
  void declarationsOutliveACrash()
      throws AmqpException, IOException, JournalException, InterruptedException {
    channel.declareExchange(ExchangeSpec.durable("x", "direct")).await();
    channel.declareExchange(ExchangeSpec.durable("gone", "fanout")).await();
    queue("q");
    queue("deleted");
    channel.bind(Binding.queue("x", "q", "k")).await();
    channel.bind(Binding.queue("x", "q", "unbound")).await();
    channel.unbind(Binding.queue("x", "q", "unbound")).await();
    channel.deleteQueue("deleted", false, false).await();
    channel.deleteExchange("gone", false).await();
    crash();
    assertEquals(
        PublishOutcome.ROUTED,
        channel.publish(new Route("x", "k", false), message("m"), channel.autoCommit()).await());
    assertEquals(
        PublishOutcome.UNROUTED,
        channel
            .publish(new Route("x", "unbound", false), message("m"), channel.autoCommit())
            .await());
    assertTrue(channel.checkQueue("deleted").failure() != null);
    assertTrue(channel.checkExchange("gone").failure() != null);
    assertEquals(List.of("m"), drain("q"));
  }

  @Test
  void subscriptionsOutliveACrash()
      throws AmqpException, IOException, JournalException, InterruptedException {
    SubscriptionSpec spec =
        new SubscriptionSpec(
            Kind.DURABLE, "me", "news", new Route("amq.topic", "news.#", false), "", true);
    Subscription subscription = channel.subscribe(spec).await();
    subscription.close();
    Channel other = broker.connect(ConnectSpec.anonymous("two")).await().openChannel().await();
    other
        .publish(new Route("amq.topic", "news.today", false), message("m"), other.autoCommit())
        .await();
    crash();
    Subscription again = channel.subscribe(spec).await();
    assertEquals(Subscription.Outcome.ATTACHED, again.outcome());
    assertEquals(List.of("m"), drain(again.queue()));
  }

  @Test
  void whatTakesTheNameOfASubscriptionsQueueIsNoSubscription()
      throws AmqpException, IOException, JournalException, InterruptedException {
    SubscriptionSpec spec =
        new SubscriptionSpec(
            Kind.DURABLE, "me", "news", new Route("amq.topic", "news", false), "", false);
    channel.subscribe(spec).await().close();
    channel.deleteQueue(spec.queueName(), false, false).await();
    queue(spec.queueName());
    restart();
    AmqpException failure =
        assertThrows(AmqpException.class, () -> channel.subscribe(spec).await());
    assertEquals(ReplyCode.PRECONDITION_FAILED, failure.replyCode(), failure.getMessage());
  }

  @Test
  void aMessageIsOnDiskOnceHoweverManySubscribe() throws AmqpException, IOException {
    for (int i = 0; i < 20; i++) {
      channel
          .subscribe(
              new SubscriptionSpec(
                  Kind.DURABLE, "me", "s" + i, new Route("amq.topic", "t", false), "", false))
          .await();
    }
    String body = "a body that is stored once";
    Route topic = new Route("amq.topic", "t", false);
    channel.publish(topic, message(body), channel.autoCommit()).await();
    int found = 0;
    for (Path file : files(directory.resolve("store")).keySet()) {
      String bytes = Files.readString(file, StandardCharsets.ISO_8859_1);
      for (int at = bytes.indexOf(body); at >= 0; at = bytes.indexOf(body, at + 1)) {
        found++;
      }
    }
    assertEquals(1, found);
  }

  @Test
  void aTransactionIsThereAsAWholeOrNotAtAll()
      throws AmqpException, IOException, JournalException, InterruptedException {
    queue("in");
    queue("out");
    send("in", "a");
    Transaction committed = channel.begin();
    channel.settle(get("in"), Outcome.ACCEPTED, committed).await();
    channel.publish(Route.toQueue("out"), message("b"), committed).await();
    channel.publish(Route.toQueue("in"), message("c"), committed).await();
    committed.commit().await();
    Transaction open = channel.begin();
    channel.publish(Route.toQueue("out"), message("never"), open).await();
    crash();
    assertEquals(List.of("b"), drain("out"));
    assertEquals(List.of("c"), drain("in"));
  }

  @Test
  void aPreparedBranchWaitsForItsDecision()
      throws AmqpException, IOException, JournalException, InterruptedException {
    queue("in");
    queue("out");
    send("in", "a");
    prepare(1);
    send("in", "behind");
    crash();
    List<Xid> doubt = channel.connection().xa().recover().await();
    assertEquals(1, doubt.size());
    assertNull(get("out"), "what is promised is not visible");
    assertEquals(List.of("behind"), drain("in"));
    store.checkpoint();
    crash();
    channel.connection().xa().commit(doubt.get(0), false).await();
    crash();
    assertEquals(List.of(), channel.connection().xa().recover().await());
    assertEquals(List.of("b"), drain("out"));
    assertEquals(List.of(), drain("in"));
  }

  @Test
  void aPreparedBranchThatIsRolledBackGivesBack()
      throws AmqpException, IOException, JournalException, InterruptedException {
    queue("in");
    queue("out");
    send("in", "a");
    prepare(2);
    crash();
    Xid xid = channel.connection().xa().recover().await().get(0);
    channel.connection().xa().rollback(xid).await();
    crash();
    assertEquals(List.of("a"), drain("in"));
    assertEquals(List.of(), drain("out"));
  }

  /** Behind what is kept as objects: one message among them carries a header. */
  private void sendBacklog(String queue) throws AmqpException, JournalException {
    List<Ticket<PublishOutcome>> tickets = new ArrayList<>();
    for (int i = 0; i < BACKLOG; i++) {
      AmqpMessage message = message("m" + i);
      tickets.add(
          channel.publish(
              Route.toQueue(queue),
              i == FAR ? message.toBuilder().headers(Map.of("far", true)).build() : message,
              channel.autoCommit()));
    }
    for (Ticket<PublishOutcome> ticket : tickets) {
      ticket.await();
    }
    // Or a checkpoint would change the files while they are copied.
    store.checkpoint();
  }

  private static List<String> backlogWithoutFar() {
    return IntStream.range(0, BACKLOG).filter(i -> i != FAR).mapToObj(i -> "m" + i).toList();
  }

  @Test
  void whatAPreparedBranchHasTakenMayBeFarBehind()
      throws AmqpException, IOException, JournalException, InterruptedException {
    queue("in");
    sendBacklog("in");
    Xid xid = new TestXid(3);
    Transaction branch = channel.connection().xa().start(xid, XAResource.TMNOFLAGS).await();
    Delivery far = channel.get("in", "far = TRUE").await();
    assertEquals("m" + FAR, text(far));
    channel.settle(far, Outcome.ACCEPTED, branch).await();
    channel.connection().xa().end(xid, XAResource.TMSUCCESS).await();
    assertTrue(channel.connection().xa().prepare(xid).await());
    crash();
    channel.connection().xa().commit(xid, false).await();
    assertEquals(backlogWithoutFar(), drain("in"));
  }

  @Test
  void whatHasKilledTooOftenMayBeFarBehind()
      throws AmqpException, IOException, JournalException, InterruptedException {
    channel.declareQueue(QueueSpec.durable("q", Map.of("x-delivery-limit", 1))).await();
    sendBacklog("q");
    for (int kills = 0; kills < 3; kills++) {
      assertEquals("m" + FAR, text(channel.get("q", "far = TRUE").await()));
      crash();
    }
    assertNull(channel.get("q", "far = TRUE").await());
    assertEquals(backlogWithoutFar(), drain("q"));
  }

  private void prepare(int number) throws AmqpException {
    Xid xid = new TestXid(number);
    Transaction branch = channel.connection().xa().start(xid, XAResource.TMNOFLAGS).await();
    channel.settle(get("in"), Outcome.ACCEPTED, branch).await();
    channel.publish(Route.toQueue("out"), message("b"), branch).await();
    channel.connection().xa().end(xid, XAResource.TMSUCCESS).await();
    assertTrue(channel.connection().xa().prepare(xid).await());
  }

  private record TestXid(int number) implements Xid {
    @Override
    public int getFormatId() {
      return 7;
    }

    @Override
    public byte[] getGlobalTransactionId() {
      return new byte[] {(byte) number, 1};
    }

    @Override
    public byte[] getBranchQualifier() {
      return new byte[] {2};
    }
  }

  @Test
  void aDeadLetterIsInOneQueueOrTheOther()
      throws AmqpException, IOException, JournalException, InterruptedException {
    channel
        .declareQueue(
            QueueSpec.durable(
                "q", Map.of("x-dead-letter-exchange", "", "x-dead-letter-routing-key", "dead")))
        .await();
    queue("dead");
    send("q", "a");
    channel.settle(get("q"), Outcome.REJECTED, channel.autoCommit()).await();
    Delivery dead = awaited("dead");
    assertEquals("a", text(dead));
    crash();
    assertEquals(List.of(), drain("q"));
    assertEquals(List.of("a"), drain("dead"));
  }

  private Delivery awaited(String queue)
      throws AmqpException, IOException, JournalException, InterruptedException {
    Semaphore signals = new Semaphore(0);
    Consumer consumer = channel.consume(ConsumeSpec.of(queue, 0), signals::release).await();
    List<Delivery> into = new ArrayList<>();
    while (consumer.drain(1, into) == 0) {
      assertTrue(signals.tryAcquire(10, TimeUnit.SECONDS), "nothing came");
    }
    return into.get(0);
  }

  @Test
  void failuresAreCountedOverACrash()
      throws AmqpException, IOException, JournalException, InterruptedException {
    queue("q");
    send("q", "a");
    channel.settle(get("q"), Outcome.FAILED, channel.autoCommit()).await();
    send("q", "b");
    crash();
    Delivery again = get("q");
    assertEquals(1, again.failureCount());
    assertTrue(again.deliveryCount() >= 1);
  }

  @Test
  void delayedMessagesComeWhenTheyAreDue()
      throws AmqpException, IOException, JournalException, InterruptedException {
    queue("q");
    long soonMs = System.currentTimeMillis() + 200;
    channel
        .publish(
            Route.toQueue("q"),
            message("later").toBuilder().deliverAtMs(soonMs).build(),
            channel.autoCommit())
        .await();
    crash();
    store.checkpoint();
    crash();
    send("q", "now");
    // On a slow machine it may be due before the other is sent.
    assertEquals(Set.of("now", "later"), awaited(2));
    assertTrue(System.currentTimeMillis() >= soonMs);
  }

  private Set<String> awaited(int count)
      throws AmqpException, IOException, JournalException, InterruptedException {
    Semaphore signals = new Semaphore(0);
    Consumer consumer = channel.consume(ConsumeSpec.of("q", 0), signals::release).await();
    List<Delivery> into = new ArrayList<>();
    while (into.size() < count) {
      if (consumer.drain(count, into) == 0) {
        assertTrue(signals.tryAcquire(10, TimeUnit.SECONDS), "nothing came");
      }
    }
    return into.stream().map(DurableBrokerTest::text).collect(Collectors.toSet());
  }

  @Test
  void aBacklogIsTakenOverInOrderAndItsSpaceIsFreed()
      throws AmqpException, IOException, JournalException, InterruptedException {
    queue("q");
    int count = 30_000;
    List<Ticket<PublishOutcome>> tickets = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      tickets.add(channel.publish(Route.toQueue("q"), message("m" + i), channel.autoCommit()));
    }
    for (Ticket<PublishOutcome> ticket : tickets) {
      ticket.await();
    }
    // Or a checkpoint would change the files while they are copied.
    store.checkpoint();
    crash();
    store.checkpoint();
    crash();
    for (int i = 0; i < count; i++) {
      Delivery next = get("q");
      assertEquals("m" + i, text(next));
      channel.settle(next, Outcome.ACCEPTED, channel.autoCommit()).await();
    }
    assertNull(get("q"));
    restart("copy2");
    assertEquals(List.of(), drain("q"));
    // Files are put away one by one, while the journal has nothing else to do.
    for (int i = 0; i < 500 && segments() > 4; i++) {
      store.checkpoint();
    }
    assertTrue(segments() <= 4, segments() + " segments are left of an empty queue");
  }

  private long segments() throws IOException {
    try (Stream<Path> names = Files.list(directory.resolve("copy2"))) {
      return names.filter(name -> name.getFileName().toString().startsWith("journal")).count();
    }
  }

  private void restart(String where)
      throws AmqpException, IOException, JournalException, InterruptedException {
    broker.close();
    start(directory.resolve(where));
  }
}
