package io.bindery.testkit;

import io.bindery.broker.Broker;
import io.bindery.broker.BrokerSettings;
import io.bindery.broker.journal.JournalException;
import io.bindery.broker.store.DurableStore;
import io.bindery.broker.store.StoreSettings;
import io.bindery.engine.AmqpException;
import io.bindery.engine.Browser;
import io.bindery.engine.Channel;
import io.bindery.engine.ConnectSpec;
import io.bindery.engine.Delivery;
import io.bindery.engine.Observation;
import io.bindery.engine.Ticket;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;

/** A broker with a store from its start to its end, in which nothing moves by itself. */
final class BrokerLife {
  private static final int SEGMENT_BYTES = 64 << 10;

  /** Nothing takes longer. */
  private static final int LONGEST_MS = 2_000;

  private static final int PAGE = 50;

  private final Disks disks;
  private final SteppedEnvironment environment;
  private final Broker broker;
  private final Channel channel;
  private long endedAtMs;

  /** The life is over: its machine has no power, or its store has failed. */
  static final class OverException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    OverException(Throwable why) {
      super(why);
    }
  }

  /**
   * What a broker is given.
   *
   * @param seed its random numbers follow from it
   * @param memoryBytes what messages may take
   * @param startMs the time
   */
  record Start(long seed, long memoryBytes, long startMs) {}

  /**
   * Starts one on what the one before has left.
   *
   * @throws OverException when the power or the disk fails meanwhile
   */
  BrokerLife(Disks disks, Start start) {
    this(disks, start, SEGMENT_BYTES);
  }

  /** The same, with segments of the journal of a size: each that is full brings a checkpoint. */
  BrokerLife(Disks disks, Start start, int segmentBytes) {
    this(disks, start, settings(segmentBytes, false));
  }

  /** The same, and it keeps what is durable as the settings say. */
  BrokerLife(Disks disks, Start start, StoreSettings settings) {
    this.disks = disks;
    this.environment = new SteppedEnvironment(start.seed, start.startMs);
    try {
      DurableStore store = DurableStore.open(disks.directories(), settings, environment);
      URI uri = URI.create("vm://crash");
      broker =
          Broker.create(
              BrokerSettings.inMemory(uri, environment, start.memoryBytes).storedIn(store));
    } catch (JournalException | AmqpException e) {
      throw over(e);
    }
    channel = await(await(broker.connect(ConnectSpec.anonymous("one"))).openChannel());
    channel.connection().onFailure(failure -> endedAtMs = nowMs());
  }

  /** Settings that have no reserve of the disk. */
  static StoreSettings settings(int segmentBytes, boolean acknowledgeAtOnce) {
    return new StoreSettings(
        StoreSettings.DEFAULT.journal().withSegmentBytes(segmentBytes).withMinFreeBytes(0),
        4,
        acknowledgeAtOnce);
  }

  /** Its only channel. */
  Channel channel() {
    return channel;
  }

  /** Milliseconds of its own clock. */
  long nowMs() {
    return environment.nowMs();
  }

  /** When its connection ended, or now. */
  long diedAtMs() {
    return endedAtMs > 0 ? endedAtMs : nowMs();
  }

  /** Lets its workers work until none wants to. */
  void settle() {
    environment.settle();
  }

  /** Has each of its workers take one step that wants to. */
  void step() {
    environment.step();
  }

  /** Lets its clock run, as long as there is power. */
  void advance(long ms) {
    for (long i = 0; i < ms; i++) {
      checkPower();
      environment.advance(1);
    }
  }

  /** Goes on until a ticket is done, and answers its value. */
  <T> T await(Ticket<T> ticket) {
    for (int ms = 0; !ticket.isDone(); ms++) {
      if (ms > LONGEST_MS) {
        throw over(new AssertionError("a ticket is never done"));
      }
      advance(1);
    }
    try {
      return ticket.await();
    } catch (AmqpException e) {
      throw over(e);
    }
  }

  /** What a queue shows, in order. */
  List<Delivery> browse(String queue) {
    List<Delivery> seen = new ArrayList<>();
    try (Browser browser = await(channel.browse(queue, ""))) {
      while (browser.next(PAGE, seen) > 0) {
        checkPower();
      }
    }
    return seen;
  }

  /** What is declared in it. */
  Observation observe() {
    return broker.observe();
  }

  /** Checks that there is still power. */
  void checkPower() {
    if (disks.journal().hasCrashed()) {
      throw new OverException(null);
    }
  }

  /** Checks that it has not ended. */
  void check() {
    checkPower();
    if (endedAtMs > 0) {
      throw over(new AssertionError("the connection has ended"));
    }
  }

  /** What a failure is: the end if there was a fault, and else a mistake. */
  RuntimeException over(Throwable why) {
    if (disks.areFaulty()) {
      return new OverException(why);
    }
    throw new AssertionError("failed without a fault", why);
  }

  /** Closes it. */
  void close() {
    broker.close();
    if (disks.areFaulty()) {
      throw new OverException(null);
    }
  }

  /** Its disk has failed: it must come to its end by itself, and say so. */
  void mustEnd() {
    for (int ms = 0; ms < LONGEST_MS && !broker.isClosed(); ms++) {
      environment.advance(1);
    }
    BrokerModel.verify(broker.isClosed(), "the disk has failed, and the broker goes on");
    BrokerModel.verify(endedAtMs > 0, "the disk has failed, and nobody was told");
  }
}
