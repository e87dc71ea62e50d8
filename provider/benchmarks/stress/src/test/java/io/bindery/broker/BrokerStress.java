package io.bindery.broker;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.bindery.broker.store.Ledger;
import io.bindery.engine.AmqpConnection;
import io.bindery.engine.AmqpException;
import io.bindery.engine.AmqpMessage;
import io.bindery.engine.Channel;
import io.bindery.engine.ConnectSpec;
import io.bindery.engine.QueueSpec;
import io.bindery.engine.Route;
import io.bindery.engine.Ticket;
import io.bindery.stress.StillEnvironment;
import java.net.URI;
import java.util.Map;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;
import org.openjdk.jcstress.infra.results.I_Result;
import org.openjdk.jcstress.infra.results.ZI_Result;
import org.openjdk.jcstress.infra.results.ZZI_Result;
import org.openjdk.jcstress.infra.results.Z_Result;

/** Memory, and what opens while what it belongs to closes. */
public class BrokerStress {
  private static final int LIMIT = 100;

  private BrokerStress() {}

  private static MemoryBudget budget() {
    return new MemoryBudget(LIMIT, new StillEnvironment(), () -> {}, Ledger.NONE);
  }

  private static final class Waits extends MemoryBudget.Waiter {
    private volatile int granted;

    Waits(long bytes) {
      super(bytes, false);
    }

    @Override
    void granted() {
      granted++;
    }

    @Override
    void refused(AmqpException why) {
      granted = -1;
    }
  }

  /** {@link MemoryBudget}: two who want more than there is for both. */
  @JCStressTest
  @Outcome(
      id = {"true, false, 60", "false, true, 60"},
      expect = ACCEPTABLE,
      desc = "one of them")
  @Outcome(expect = FORBIDDEN, desc = "both, none, or counted wrong")
  @State
  public static class ClaimedTwice {
    private final MemoryBudget budget = budget();

    @Actor
    public void first(ZZI_Result r) {
      r.r1 = budget.claim(60);
    }

    @Actor
    public void second(ZZI_Result r) {
      r.r2 = budget.claim(60);
    }

    @Arbiter
    public void used(ZZI_Result r) {
      r.r3 = (int) budget.usedBytes();
    }
  }

  /** {@link MemoryBudget}: somebody begins to wait while memory is freed. */
  @JCStressTest
  @Outcome(id = "1, 60", expect = ACCEPTABLE, desc = "served")
  @Outcome(expect = FORBIDDEN, desc = "it waits beside free memory, or was served twice")
  @State
  public static class WaitedMeanwhile {
    private final MemoryBudget budget = budget();
    private final Waits waits = new Waits(60);

    public WaitedMeanwhile() {
      budget.claim(LIMIT);
    }

    @Actor
    public void await() {
      budget.await(waits, 0);
    }

    @Actor
    public void free() {
      budget.freed(LIMIT);
    }

    @Arbiter
    public void served(II_Result r) {
      r.r1 = waits.granted;
      r.r2 = (int) budget.usedBytes();
    }
  }

  /** {@link MemoryBudget}: a waiter is withdrawn while memory is freed. */
  @JCStressTest
  @Outcome(id = "true, 0", expect = ACCEPTABLE, desc = "withdrawn")
  @Outcome(id = "false, 60", expect = ACCEPTABLE, desc = "served before")
  @Outcome(expect = FORBIDDEN, desc = "both, or neither")
  @State
  public static class Withdrawn {
    private final MemoryBudget budget = budget();
    private final Waits waits = new Waits(60);

    public Withdrawn() {
      budget.claim(LIMIT);
      budget.await(waits, 0);
    }

    @Actor
    public void withdraw(ZI_Result r) {
      r.r1 = budget.withdraw(waits);
    }

    @Actor
    public void free() {
      budget.freed(LIMIT);
    }

    @Arbiter
    public void served(ZI_Result r) {
      boolean one = r.r1 != (waits.granted == 1);
      r.r2 = one ? (int) budget.usedBytes() : -1;
    }
  }

  private static <T> T value(Ticket<T> ticket) {
    try {
      return ticket.await();
    } catch (AmqpException e) {
      throw new IllegalStateException(e);
    }
  }

  /** A broker in memory with a connection, a channel and a queue. */
  private static final class Opened {
    private final Broker broker;
    private final AmqpConnection connection;
    private final Channel channel;

    Opened() {
      broker = broker();
      connection = value(broker.connect(ConnectSpec.anonymous("stress")));
      channel = value(connection.openChannel());
      value(channel.declareQueue(QueueSpec.durable("q", Map.of())));
    }

    private static Broker broker() {
      try {
        return Broker.create(
            BrokerSettings.inMemory(URI.create("vm://stress"), new StillEnvironment(), 1 << 20));
      } catch (AmqpException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  /** {@link Publisher}: its channel closes while it publishes; what it claimed is given back. */
  @JCStressTest
  @Outcome(id = "0", expect = ACCEPTABLE)
  @Outcome(expect = FORBIDDEN, desc = "memory that nobody has stays taken")
  @State
  public static class ClosedWhilePublishing {
    private final Opened opened = new Opened();

    @Actor
    public void publish() {
      opened.channel.publish(
          Route.toQueue("q"), AmqpMessage.builder().build(), opened.channel.autoCommit());
    }

    @Actor
    public void close() {
      opened.channel.close();
    }

    @Arbiter
    public void used(I_Result r) {
      value(value(opened.connection.openChannel()).deleteQueue("q", false, false));
      r.r1 = (int) opened.broker.memory().usedBytes();
    }
  }

  /** {@link BrokerConnection}: a channel opens while its connection closes. */
  @JCStressTest
  @Outcome(id = "true", expect = ACCEPTABLE, desc = "refused, or closed with it")
  @Outcome(expect = FORBIDDEN, desc = "a channel outlives its connection")
  @State
  public static class ChannelOpenedMeanwhile {
    private final Opened opened = new Opened();
    private Ticket<Channel> ticket;

    @Actor
    public void open() {
      ticket = opened.connection.openChannel();
    }

    @Actor
    public void close() {
      opened.connection.close();
    }

    @Arbiter
    public void closed(Z_Result r) {
      r.r1 = ticket.failure() != null || ((BrokerChannel) value(ticket)).isClosed();
    }
  }

  /** {@link Broker}: somebody connects while it closes. */
  @JCStressTest
  @Outcome(id = "true", expect = ACCEPTABLE, desc = "refused, or closed with it")
  @Outcome(expect = FORBIDDEN, desc = "a connection outlives its broker")
  @State
  public static class ConnectedMeanwhile {
    private final Opened opened = new Opened();
    private Ticket<AmqpConnection> ticket;

    @Actor
    public void connect() {
      ticket = opened.broker.connect(ConnectSpec.anonymous("late"));
    }

    @Actor
    public void close() {
      opened.broker.close();
    }

    @Arbiter
    public void closed(Z_Result r) {
      r.r1 = ticket.failure() != null || value(ticket).isClosed();
    }
  }
}
