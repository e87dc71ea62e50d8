package io.bindery.testkit;

import io.bindery.broker.Broker;
import io.bindery.broker.BrokerSettings;
import io.bindery.broker.journal.JournalException;
import io.bindery.broker.store.DurableStore;
import io.bindery.broker.store.KeptSource;
import io.bindery.broker.store.KeptState;
import io.bindery.broker.store.Ledger;
import io.bindery.broker.store.StoreDirectories;
import io.bindery.broker.store.StoreSettings;
import io.bindery.engine.AmqpException;
import io.bindery.engine.AmqpMessage;
import io.bindery.engine.Body;
import io.bindery.engine.Browser;
import io.bindery.engine.Channel;
import io.bindery.engine.ConnectSpec;
import io.bindery.engine.Delivery;
import io.bindery.engine.Outcome;
import io.bindery.engine.PublishOutcome;
import io.bindery.engine.QueueSpec;
import io.bindery.engine.ReplyCode;
import io.bindery.engine.Route;
import io.bindery.engine.Ticket;
import io.bindery.engine.Transaction;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.LongConsumer;
import java.util.function.LongUnaryOperator;

/**
 * A broker with tiny segments, so that those become sparse soon. Nothing moves by itself. One
 * thread.
 */
final class SparseLife {
  static final int SEGMENT_BYTES = 16 << 10;

  private static final StoreSettings SETTINGS =
      new StoreSettings(
          StoreSettings.DEFAULT.journal().withSegmentBytes(SEGMENT_BYTES).withMinFreeBytes(0),
          4,
          false);

  private static final int LONGEST_MS = 2_000;
  private static final long CAPACITY_BYTES = 1L << 40;

  final SteppedEnvironment environment;
  final DurableStore store;
  final Broker broker;
  final Channel channel;
  private final Disks disks;

  /** What a store is on, and which of its segments went too early. */
  static final class Disks {
    private final FaultyDirectory journal;
    private final FaultyDirectory checkpoints;
    private final FaultyDirectory spill;
    private final Set<Long> left = new TreeSet<>();

    Disks(long seed) {
      this(new FaultyDirectory(seed, Set.of()));
    }

    private Disks(FaultyDirectory journal) {
      this.journal = journal;
      this.checkpoints = journal.beside();
      this.spill = checkpoints.beside();
    }

    private Disks(FaultyDirectory journal, FaultyDirectory checkpoints, FaultyDirectory spill) {
      this.journal = journal;
      this.checkpoints = checkpoints;
      this.spill = spill;
    }

    FaultyDirectory journal() {
      return journal;
    }

    FaultyDirectory checkpoints() {
      return checkpoints;
    }

    FaultyDirectory spill() {
      return spill;
    }

    Disks afterCrash() {
      return new Disks(journal.afterCrash(), checkpoints.afterCrash(), spill.afterCrash());
    }

    Disks afterKill() {
      return new Disks(journal.afterKill(), checkpoints.afterKill(), spill.afterKill());
    }

    /** The same had each segment been deleted as soon as its messages had been moved. */
    Disks withoutThoseLeft(Disks before) {
      before.left.forEach(each -> journal.remove(String.format("journal-%016x.log", each)));
      return this;
    }

    static long used(FaultyDirectory directory) {
      directory.capacityBytes(CAPACITY_BYTES);
      return CAPACITY_BYTES - directory.usableBytes();
    }

    /** What the files take. */
    long usedBytes() {
      return used(journal) + used(spill);
    }
  }

  /**
   * Starts one.
   *
   * @throws AmqpException when it cannot, or the power fails
   */
  SparseLife(Disks disks, long seed, long memoryBytes) throws AmqpException, JournalException {
    this(disks, seed, memoryBytes, 0);
  }

  /** The same, with so many bytes below which the disk is nearly full. */
  SparseLife(Disks disks, long seed, long memoryBytes, long minFreeBytes)
      throws AmqpException, JournalException {
    this.disks = disks;
    environment = new SteppedEnvironment(seed);
    StoreSettings settings =
        new StoreSettings(SETTINGS.journal().withMinFreeBytes(minFreeBytes), 4, false);
    store =
        DurableStore.open(
            new StoreDirectories(disks.journal, disks.checkpoints, disks.spill),
            settings,
            environment);
    BrokerSettings plain =
        BrokerSettings.inMemory(URI.create("vm://sparse"), environment, memoryBytes);
    broker =
        Broker.create(
            new BrokerSettings(
                plain.uri(),
                environment,
                store,
                watched(store),
                memoryBytes,
                plain.authenticator(),
                plain.permissions(),
                plain.virtualHosts()));
    channel = connect(0);
  }

  /** A channel of a connection whose publishes wait so long at most. */
  Channel connect(long sendTimeoutMs) throws AmqpException {
    ConnectSpec any = ConnectSpec.anonymous("one");
    ConnectSpec spec =
        new ConnectSpec(any.user(), any.password(), any.virtualHost(), any.name(), sendTimeoutMs);
    return await(await(broker.connect(spec)).openChannel());
  }

  /** The ledger, of which is noted what segments are left. */
  private Ledger watched(Ledger ledger) {
    return (Ledger)
        Proxy.newProxyInstance(
            Ledger.class.getClassLoader(),
            new Class<?>[] {Ledger.class},
            (proxy, method, arguments) -> {
              if (method.getName().equals("start")) {
                arguments[0] = watched((KeptSource) arguments[0]);
              }
              try {
                return method.invoke(ledger, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  private KeptSource watched(KeptSource source) {
    return new KeptSource() {
      @Override
      public KeptState snapshot(boolean last) {
        return source.snapshot(last);
      }

      @Override
      public void visit(long segment, LongConsumer positions) {
        source.visit(segment, positions);
      }

      @Override
      public void move(long segment, LongUnaryOperator moved) {
        source.move(segment, moved);
        disks.left.add(segment);
      }
    };
  }

  /** Goes on until a ticket is done. */
  <T> T await(Ticket<T> ticket) throws AmqpException {
    for (int ms = 0; !ticket.isDone() && ms < LONGEST_MS && !disks.journal.hasCrashed(); ms++) {
      environment.advance(1);
    }
    if (!ticket.isDone() && !disks.journal.hasCrashed()) {
      throw new AssertionError("a ticket is never done");
    }
    return ticket.isDone() ? ticket.await() : Ticket.<T>failed(powerless()).await();
  }

  private static AmqpException powerless() {
    return new AmqpException(ReplyCode.INTERNAL_ERROR, "no power");
  }

  void queue(String name) throws AmqpException {
    await(channel.declareQueue(QueueSpec.durable(name, Map.of())));
  }

  static AmqpMessage message(int id, boolean persistent, int padding) {
    return AmqpMessage.builder()
        .persistent(persistent)
        .body(new Body.Text(id + "|" + "x".repeat(padding)))
        .build();
  }

  static int id(Delivery delivery) {
    String text = ((Body.Text) delivery.message().body()).content();
    return Integer.parseInt(text.substring(0, text.indexOf('|')));
  }

  Ticket<PublishOutcome> publish(String queue, AmqpMessage message) {
    return publish(queue, message, channel.autoCommit());
  }

  Ticket<PublishOutcome> publish(String queue, AmqpMessage message, Transaction transaction) {
    return channel.publish(Route.toQueue(queue), message, transaction);
  }

  /** Takes the first of a queue for good; null when there is none. */
  Delivery take(String queue) throws AmqpException {
    Delivery next = await(channel.get(queue, ""));
    if (next != null) {
      await(channel.settle(next, Outcome.ACCEPTED, channel.autoCommit()));
    }
    return next;
  }

  /** All that is in a queue, in order. */
  List<Delivery> browse(String queue) throws AmqpException {
    List<Delivery> seen = new ArrayList<>();
    try (Browser browser = await(channel.browse(queue, ""))) {
      while (browser.next(50, seen) > 0) {
        environment.settle();
      }
    }
    return seen;
  }

  List<Integer> ids(String queue) throws AmqpException {
    return browse(queue).stream().map(SparseLife::id).toList();
  }

  /** How often the body of each message is in the log: not what is in spare files. */
  Map<Integer, Integer> copies(String padding) throws IOException {
    Map<Integer, Integer> copies = new HashMap<>();
    for (String name : disks.journal.names()) {
      if (!name.startsWith("journal-")) {
        continue;
      }
      String all = new String(disks.journal.content(name), StandardCharsets.ISO_8859_1);
      for (int at = all.indexOf("|" + padding); at > 0; at = all.indexOf("|" + padding, at + 1)) {
        int start = at;
        while (Character.isDigit(all.charAt(start - 1))) {
          start--;
        }
        copies.merge(Integer.parseInt(all.substring(start, at)), 1, Integer::sum);
      }
    }
    return copies;
  }

  void close() {
    broker.close();
  }
}
