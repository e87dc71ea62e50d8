package io.bindery.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bindery.broker.store.StoreSettings;
import io.bindery.engine.AmqpException;
import io.bindery.engine.AmqpMessage;
import io.bindery.engine.Body;
import io.bindery.engine.Delivery;
import io.bindery.engine.Outcome;
import io.bindery.engine.QueueSpec;
import io.bindery.engine.Route;
import io.bindery.engine.Ticket;
import io.bindery.testkit.BrokerLife.Start;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What an acknowledgement promises, with each value of the parameter {@code acks}. */
class AcknowledgementsTest {
  private static final boolean SOON = false;
  private static final boolean ALWAYS = true;
  private static final long WRITTEN_MS = 6;
  private static final long SYNCED_MS = 110;

  private Disks disks = Disks.empty(1, Set.of());
  private BrokerLife life;

  private void start(boolean atOnce) {
    StoreSettings settings = BrokerLife.settings(64 << 10, atOnce);
    life = new BrokerLife(disks, new Start(1, 8 << 20, SteppedEnvironment.START_MS), settings);
    life.await(life.channel().declareQueue(QueueSpec.durable("q", Map.of())));
  }

  private void power() {
    disks = disks.afterCrash();
  }

  private void kill() {
    disks = disks.afterKill();
  }

  /** Publishes one and acknowledges it. No worker has done anything since. */
  private Ticket<Void> acknowledged() throws AmqpException {
    AmqpMessage message = AmqpMessage.builder().persistent(true).body(new Body.Text("a")).build();
    life.await(life.channel().publish(Route.toQueue("q"), message, life.channel().autoCommit()));
    return life.channel().settle(take(), Outcome.ACCEPTED, life.channel().autoCommit());
  }

  private Delivery take() {
    return life.await(life.channel().get("q", ""));
  }

  @Test
  void whatIsSyncedAlwaysStaysAwayWithItsTicket() throws AmqpException {
    start(ALWAYS);
    Ticket<Void> ticket = acknowledged();
    assertFalse(ticket.isDone(), "nothing is on disk yet");
    life.await(ticket);
    power();
    start(ALWAYS);
    assertNull(take());
  }

  @Test
  void whatIsSyncedSoonHoldsNobodyAndMayComeAgain() throws AmqpException {
    start(SOON);
    assertTrue(acknowledged().isDone(), "nobody waits for the disk");
    kill();
    start(SOON);
    Delivery again = take();
    assertEquals("a", ((Body.Text) again.message().body()).content());
    assertTrue(again.redelivered());
  }

  @Test
  void afterFiveMillisecondsAKillHarmsNothing() throws AmqpException {
    start(SOON);
    acknowledged();
    life.advance(WRITTEN_MS);
    kill();
    start(SOON);
    assertNull(take());
  }

  @Test
  void afterAHundredMillisecondsNorDoesALossOfPower() throws AmqpException {
    start(SOON);
    acknowledged();
    life.advance(SYNCED_MS);
    power();
    start(SOON);
    assertNull(take());
  }
}
