package io.bindery.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bindery.engine.AmqpException;
import io.bindery.engine.Browser;
import io.bindery.engine.Channel;
import io.bindery.engine.ConsumeSpec;
import io.bindery.engine.Delivery;
import io.bindery.engine.Outcome;
import io.bindery.engine.ReplyCode;
import io.bindery.engine.Route;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * Consumers, get and browsers (AMQP 0-9-1, basic.consume, basic.get; Jakarta Messaging 8.7 and
 * 6.2.2).
 */
public abstract class ConsumeContract extends EngineContract {
  @Test
  @Covers(Clause.ROUND_ROBIN)
  void idleConsumersAreServedInTurn() throws AmqpException {
    queue("q");
    List<Tapped> consumers = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      Tapped tapped = tap(channel, ConsumeSpec.of("q", 10));
      tapped.drain();
      consumers.add(tapped);
    }
    List<Integer> served = new ArrayList<>();
    for (int message = 0; message < 6; message++) {
      List<Integer> before = consumers.stream().map(c -> c.signals().get()).toList();
      send("q", "m" + message);
      for (int i = 0; i < 3; i++) {
        if (consumers.get(i).signals().get() > before.get(i)) {
          served.add(i);
          assertEquals(List.of("m" + message), consumers.get(i).bodies());
        }
      }
    }
    assertEquals(6, served.size(), "each message woke one consumer: " + served);
    assertEquals(served.subList(0, 3), served.subList(3, 6), "and in turn");
    assertEquals(3, served.stream().distinct().count());
  }

  @Test
  @Covers(Clause.ROUND_ROBIN)
  void aConsumerIsSignalledOnceAndAgainOnlyAfterItFoundNothing() throws AmqpException {
    queue("q");
    Tapped tapped = tap(channel, ConsumeSpec.of("q", 0));
    tapped.drain();
    int before = tapped.signals().get();
    send("q", "a", "b", "c");
    assertEquals(before + 1, tapped.signals().get());
    assertEquals(List.of("a", "b", "c"), tapped.bodies());
    send("q", "d");
    assertEquals(before + 2, tapped.signals().get());
    assertEquals(List.of("d"), tapped.bodies());
  }

  @Test
  @Covers(Clause.PREFETCH)
  void aConsumerHoldsNoMoreThanItsPrefetch() throws AmqpException {
    queue("q");
    send("q", "a", "b", "c", "d");
    Tapped tapped = tap(channel, ConsumeSpec.of("q", 2));
    List<Delivery> held = tapped.drain();
    assertEquals(List.of("a", "b"), held.stream().map(EngineContract::body).toList());
    int before = tapped.signals().get();
    settle(held.get(0), Outcome.ACCEPTED);
    assertTrue(tapped.signals().get() > before, "credit that comes back signals");
    assertEquals(List.of("c"), tapped.bodies());
    assertEquals(1, ready("q"));
  }

  /** Whatever becomes of what it held: dropped, dead after too many failures, or ready again. */
  @Test
  @Covers({Clause.PREFETCH, Clause.REJECTED, Clause.FAILED})
  void handsThatAreFreeAgainAreFilledHoweverTheDeliveryEnded() throws AmqpException {
    for (Outcome outcome : Outcome.values()) {
      String name = outcome.name().toLowerCase(Locale.ROOT);
      queue(name, Map.of("x-delivery-limit", 0));
      send(name, "a", "b", "c");
      Tapped tapped = tap(channel, ConsumeSpec.of(name, 1));
      List<Delivery> held = tapped.drain();
      assertEquals(List.of("a"), held.stream().map(EngineContract::body).toList());
      int before = tapped.signals().get();
      settle(held.get(0), outcome);
      assertTrue(tapped.signals().get() > before, outcome + ": there is more for it");
      String next = outcome == Outcome.RELEASED ? "a" : "b";
      assertEquals(List.of(next), tapped.bodies(), outcome.toString());
    }
  }

  @Test
  @Covers(Clause.PREFETCH)
  void aPrefetchOfZeroIsNoLimit() throws AmqpException {
    queue("q");
    for (int i = 0; i < 500; i++) {
      send("q", "m");
    }
    assertEquals(500, tap(channel, ConsumeSpec.of("q", 0)).drain().size());
  }

  @Test
  @Covers(Clause.PREFETCH)
  void aPausedConsumerGetsNothing() throws AmqpException {
    queue("q");
    Tapped tapped = tap(channel, ConsumeSpec.of("q", 0));
    tapped.drain();
    tapped.consumer().pause(true);
    int before = tapped.signals().get();
    send("q", "a");
    assertEquals(List.of(), tapped.bodies());
    assertEquals(before, tapped.signals().get());
    tapped.consumer().pause(false);
    assertTrue(tapped.signals().get() > before);
    assertEquals(List.of("a"), tapped.bodies());
  }

  @Test
  @Covers({Clause.PREFETCH, Clause.ROUND_ROBIN})
  void aConsumerThatIsPausedWhenItWasWokenHandsItsTurnOn() throws AmqpException {
    queue("q");
    Tapped one = tap(channel, ConsumeSpec.of("q", 1));
    one.drain();
    Tapped two = tap(channel, ConsumeSpec.of("q", 1));
    two.drain();
    send("q", "a");
    assertEquals(1, one.signals().get());
    one.consumer().pause(true);
    assertEquals(1, two.signals().get(), "at once");
    List<Delivery> taken = two.drain();
    assertEquals(List.of("a"), taken.stream().map(EngineContract::body).toList());
    one.consumer().pause(false);
    assertEquals(1, one.signals().get(), "nothing is left for it");
    send("q", "b");
    assertEquals(List.of("b"), one.bodies());
  }

  @Test
  @Covers({Clause.GET, Clause.SELECTORS})
  void getTakesOne() throws AmqpException {
    queue("q");
    assertNull(get("q"));
    send("q", "a", "b");
    Delivery first = get("q");
    assertEquals("a", body(first));
    assertEquals(new Route("", "q", true), first.route());
    assertEquals("q", first.queue());
    assertFalse(first.redelivered());
    assertEquals(1, ready("q"));
    publish(Route.toQueue("q"), text("c", Map.of("n", 7)));
    assertEquals("c", body(await(channel.get("q", "n = 7"))));
    assertNull(await(channel.get("q", "n = 8")));
    refused(ReplyCode.NOT_FOUND, channel.get("nowhere", ""));
    refused(ReplyCode.PRECONDITION_FAILED, channel.get("q", "n = "));
  }

  @Test
  @Covers(Clause.DEAD_CONSUMER)
  void whatADyingConsumerHeldGoesToAnother() throws AmqpException {
    queue("q");
    send("q", "a", "b", "c");
    Channel dying = otherChannel();
    assertEquals(2, tap(dying, ConsumeSpec.of("q", 2)).drain().size());
    Tapped heir = tap(channel, ConsumeSpec.of("q", 0));
    assertEquals(List.of("c"), heir.bodies());
    int before = heir.signals().get();
    dying.connection().close();
    assertTrue(heir.signals().get() > before);
    assertEquals(List.of("a", "b"), heir.bodies());
  }

  @Test
  @Covers(Clause.DEAD_CONSUMER)
  void closingAConsumerLeavesWhatItDeliveredWithTheChannel() throws AmqpException {
    queue("q");
    send("q", "a", "b");
    Tapped tapped = tap(channel, ConsumeSpec.of("q", 1));
    Delivery held = tapped.drain().get(0);
    tapped.consumer().close();
    assertTrue(tapped.consumer().isClosed());
    assertEquals(1, ready("q"));
    settle(held, Outcome.ACCEPTED);
    assertEquals(List.of("b"), drained("q"));
  }

  @Test
  @Covers(Clause.EXCLUSIVE_CONSUMER)
  void anExclusiveConsumerIsTheOnlyOne() throws AmqpException {
    queue("q");
    Tapped only = tap(channel, ConsumeSpec.of("q", 1).withExclusive());
    refused(ReplyCode.ACCESS_REFUSED, channel.consume(ConsumeSpec.of("q", 1), () -> {}));
    only.consumer().close();
    tap(channel, ConsumeSpec.of("q", 1));
    refused(
        ReplyCode.ACCESS_REFUSED,
        channel.consume(ConsumeSpec.of("q", 1).withExclusive(), () -> {}));
  }

  @Test
  @Covers(Clause.SELECTORS)
  void aConsumersSelectorTakesWhatMatchesAndLeavesTheRest() throws AmqpException {
    queue("q");
    Tapped red = tap(channel, ConsumeSpec.of("q", 0).withSelector("colour = 'red'"));
    Tapped blue = tap(channel, ConsumeSpec.of("q", 0).withSelector("colour = 'blue'"));
    for (int i = 0; i < 6; i++) {
      publish(
          Route.toQueue("q"),
          text("m" + i, Map.of("colour", List.of("red", "green", "blue").get(i % 3))));
    }
    assertEquals(List.of("m0", "m3"), red.bodies());
    assertEquals(List.of("m2", "m5"), blue.bodies());
    assertEquals(List.of("m1", "m4"), drained("q"));
    AmqpException wrong =
        refused(
            ReplyCode.PRECONDITION_FAILED,
            channel.consume(ConsumeSpec.of("q", 0).withSelector("colour ="), () -> {}));
    assertTrue(wrong.getMessage().contains("colour ="), wrong.getMessage());
  }

  @Test
  @Covers(Clause.SELECTORS)
  void aSelectorDoesNotStarveBehindWhatDoesNotMatch() throws AmqpException {
    queue("q");
    for (int i = 0; i < 2_000; i++) {
      publish(Route.toQueue("q"), text("other", Map.of("n", 1)));
    }
    publish(Route.toQueue("q"), text("mine", Map.of("n", 2)));
    Tapped tapped = tap(channel, ConsumeSpec.of("q", 1).withSelector("n = 2"));
    assertEquals(List.of("mine"), tapped.bodies());
    assertEquals(2_000, ready("q"));
  }

  @Test
  @Covers(Clause.NO_LOCAL)
  void noLocalLeavesOutWhatTheOwnConnectionPublished() throws AmqpException {
    queue("q");
    Tapped tapped = tap(channel, ConsumeSpec.of("q", 0).withNoLocal());
    send("q", "own");
    Channel other = otherChannel();
    await(other.publish(Route.toQueue("q"), text("other"), other.autoCommit()));
    assertEquals(List.of("other"), tapped.bodies());
    assertEquals(List.of("own"), drained("q"));
  }

  @Test
  @Covers(Clause.BROWSE)
  void aBrowserSeesAllInOrderAndTakesNothing() throws AmqpException {
    queue("q");
    send("q", "held", "a", "b");
    Delivery held = get("q");
    Browser browser = await(channel.browse("q", ""));
    List<Delivery> seen = new ArrayList<>();
    int more = browser.next(2, seen);
    while (more > 0) {
      more = browser.next(2, seen);
    }
    browser.close();
    assertEquals(List.of("held", "a", "b"), seen.stream().map(EngineContract::body).toList());
    assertEquals(2, ready("q"));
    settle(held, Outcome.RELEASED);
    Delivery again = get("q");
    assertEquals("held", body(again));
    assertEquals(0, again.deliveryCount(), "looking is no delivery");
  }

  @Test
  @Covers({Clause.BROWSE, Clause.SELECTORS, Clause.DELAY, Clause.MESSAGE_TTL})
  void aBrowserSelectsAndNeverShowsWhatIsNotDueOrHasExpired() throws AmqpException {
    queue("q");
    publish(Route.toQueue("q"), text("match", Map.of("n", 1)));
    publish(Route.toQueue("q"), text("other", Map.of("n", 2)));
    long now = under.nowMs();
    publish(
        Route.toQueue("q"),
        text("later", Map.of("n", 1)).toBuilder().deliverAtMs(now + 60_000).build());
    publish(
        Route.toQueue("q"),
        text("gone", Map.of("n", 1)).toBuilder().expiresAtMs(now + 1_000).build());
    under.advance(2_000);
    Browser browser = await(channel.browse("q", "n = 1"));
    List<Delivery> seen = new ArrayList<>();
    browser.next(10, seen);
    assertEquals(List.of("match"), seen.stream().map(EngineContract::body).toList());
    assertEquals(0, browser.next(10, seen));
    refused(ReplyCode.PRECONDITION_FAILED, channel.browse("q", "n ="));
    refused(ReplyCode.NOT_FOUND, channel.browse("nowhere", ""));
  }

  @Test
  @Covers(Clause.CHANNEL_SURVIVES)
  void consumingFromNowhereIsRefused() throws AmqpException {
    refused(ReplyCode.NOT_FOUND, channel.consume(ConsumeSpec.of("nowhere", 1), () -> {}));
    queue("q");
    Tapped named = tap(channel, new ConsumeSpec("q", "mine", 1, false, "", false, Map.of(), false));
    assertEquals("mine", named.consumer().tag());
    refused(
        ReplyCode.NOT_ALLOWED,
        channel.consume(
            new ConsumeSpec("q", "mine", 1, false, "", false, Map.of(), false), () -> {}));
    Tapped unnamed = tap(channel, ConsumeSpec.of("q", 1));
    assertFalse(unnamed.consumer().tag().isEmpty());
  }

  @Test
  @Covers(Clause.CHANNEL_SURVIVES)
  void theTagOfACancelledConsumerIsFree() throws AmqpException {
    queue("q");
    Channel own = otherChannel();
    send("q", "a", "b");
    ConsumeSpec mine = new ConsumeSpec("q", "mine", 1, false, "", false, Map.of(), false);
    Tapped first = tap(own, mine);
    assertEquals(List.of("a"), first.bodies());
    first.consumer().close();
    Tapped second = tap(own, mine);
    assertEquals(List.of("b"), second.bodies());
    own.close();
    assertEquals(Set.of("a", "b"), Set.copyOf(drained("q")));
  }

  /** Whether it may be given more or not: who waits must not wait for ever. */
  @Test
  @Covers(Clause.DELETE)
  void aConsumerLearnsThatItsQueueIsGoneWhateverItHoldsBack() throws AmqpException {
    queue("q");
    send("q", "a", "b", "c");
    Tapped full = tap(channel, ConsumeSpec.of("q", 1));
    assertEquals(List.of("a"), full.bodies());
    Tapped one = tap(otherChannel(), ConsumeSpec.of("q", 0));
    assertEquals(1, one.drain(1).size());
    Tapped paused = tap(channel, ConsumeSpec.of("q", 0));
    paused.consumer().pause(true);
    List<Tapped> all = List.of(full, one, paused);
    List<Integer> before = all.stream().map(each -> each.signals().get()).toList();
    await(channel.deleteQueue("q", false, false));
    for (int i = 0; i < all.size(); i++) {
      assertTrue(all.get(i).signals().get() > before.get(i), "it is signalled: " + i);
      assertTrue(all.get(i).consumer().isClosed(), "it is over: " + i);
    }
  }
}
