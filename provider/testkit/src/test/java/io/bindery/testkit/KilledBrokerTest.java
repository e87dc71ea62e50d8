package io.bindery.testkit;

import io.bindery.engine.Body;
import io.bindery.engine.Delivery;
import io.bindery.engine.XaBranches;
import io.bindery.engine.XidKey;
import io.bindery.testkit.BrokerLife.Start;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;

/** A broker with a store, whose process is killed, and the next one on what it left. */
abstract class KilledBrokerTest {
  static final XidKey BRANCH = new XidKey(7, new byte[] {1}, new byte[] {2});

  private final long memoryBytes;
  Disks disks = Disks.empty(1, Set.of());
  BrokerLife life;

  KilledBrokerTest(long memoryBytes) {
    this.memoryBytes = memoryBytes;
  }

  @BeforeEach
  final void begin() {
    life = new BrokerLife(disks, new Start(1, memoryBytes, SteppedEnvironment.START_MS));
    declare();
  }

  /** What there is to begin with. */
  abstract void declare();

  final void kill() {
    kill(0);
  }

  /** The next one comes after a pause. */
  final void kill(long pauseMs) {
    disks = disks.afterKill();
    life = new BrokerLife(disks, new Start(1, memoryBytes, life.nowMs() + pauseMs));
  }

  /** The first of the queue {@code q}; null when there is none. */
  final Delivery get() {
    return life.await(life.channel().get("q", ""));
  }

  final XaBranches xa() {
    return life.channel().connection().xa();
  }

  static String text(Delivery delivery) {
    return ((Body.Text) delivery.message().body()).content();
  }
}
