package io.bindery.testkit;

import io.bindery.broker.Broker;
import io.bindery.broker.BrokerSettings;
import io.bindery.broker.journal.JournalException;
import io.bindery.broker.store.DurableStore;
import io.bindery.broker.store.StoreDirectories;
import io.bindery.broker.store.StoreSettings;
import io.bindery.engine.AmqpException;
import io.bindery.engine.Channel;
import io.bindery.engine.ConnectSpec;
import io.bindery.engine.Ticket;
import java.net.URI;
import java.util.Set;

/** A broker with a store from its start to its end, in which nothing moves by itself. */
final class BrokerLife {
  private static final StoreSettings SETTINGS =
      new StoreSettings(
          StoreSettings.DEFAULT.journal().withSegmentBytes(64 << 10).withMinFreeBytes(0), 4, false);

  /** Nothing takes longer. */
  private static final int LONGEST_MS = 2_000;

  private final Disks disks;
  private final SteppedEnvironment environment;
  private final Broker broker;
  private final Channel channel;

  /** The life is over: its machine has no power, or its store has failed. */
  static final class OverException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    OverException(Throwable why) {
      super(why);
    }
  }

  /** What a store is on, in one machine. */
  record Disks(FaultyDirectory journal, FaultyDirectory checkpoints, FaultyDirectory spill) {
    static Disks empty(long seed, Set<FaultyDirectory.Sabotage> sabotage) {
      FaultyDirectory journal = new FaultyDirectory(seed, sabotage);
      FaultyDirectory checkpoints = journal.beside();
      return new Disks(journal, checkpoints, checkpoints.beside());
    }

    Disks afterCrash() {
      return new Disks(journal.afterCrash(), checkpoints.afterCrash(), spill.afterCrash());
    }

    Disks afterKill() {
      return new Disks(journal.afterKill(), checkpoints.afterKill(), spill.afterKill());
    }
  }

  /**
   * Starts one on what the one before has left.
   *
   * @throws OverException when the power fails meanwhile
   */
  BrokerLife(Disks disks, long seed, long memoryBytes) {
    this.disks = disks;
    this.environment = new SteppedEnvironment(seed);
    try {
      StoreDirectories directories =
          new StoreDirectories(disks.journal(), disks.checkpoints(), disks.spill());
      DurableStore store = DurableStore.open(directories, SETTINGS, environment);
      URI uri = URI.create("vm://crash");
      broker =
          Broker.create(BrokerSettings.inMemory(uri, environment, memoryBytes).storedIn(store));
    } catch (JournalException | AmqpException e) {
      throw over(e);
    }
    channel = await(await(broker.connect(ConnectSpec.anonymous("one"))).openChannel());
  }

  /** Its only channel. */
  Channel channel() {
    return channel;
  }

  /** Milliseconds of its own clock. */
  long nowMs() {
    return environment.nowMs();
  }

  /** Lets its workers work until none wants to. */
  void settle() {
    environment.settle();
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

  /** Whether it has a queue. */
  boolean isThere(String queue) {
    return channel.checkQueue(queue).failure() == null;
  }

  /** Checks that there is still power. */
  void checkPower() {
    if (disks.journal().hasCrashed()) {
      throw new OverException(null);
    }
  }

  /** What a failure is: the end if there is no power, and else a mistake. */
  RuntimeException over(Throwable why) {
    if (disks.journal().hasCrashed()) {
      return new OverException(why);
    }
    throw new AssertionError("failed without a fault", why);
  }

  /** Closes it. */
  void close() {
    broker.close();
    checkPower();
  }
}
