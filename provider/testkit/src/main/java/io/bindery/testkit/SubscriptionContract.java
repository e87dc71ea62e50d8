package io.bindery.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import io.bindery.engine.AmqpConnection;
import io.bindery.engine.AmqpException;
import io.bindery.engine.Channel;
import io.bindery.engine.ConsumeSpec;
import io.bindery.engine.Delivery;
import io.bindery.engine.ReplyCode;
import io.bindery.engine.Route;
import io.bindery.engine.Subscription;
import io.bindery.engine.Subscription.Outcome;
import io.bindery.engine.SubscriptionSpec;
import io.bindery.engine.SubscriptionSpec.Kind;
import io.bindery.engine.Transaction;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Topic subscriptions and client identifiers (Jakarta Messaging 8.3 and 6.1.2). */
public abstract class SubscriptionContract extends EngineContract {
  private static SubscriptionSpec spec(Kind kind, String clientId, String name, String selector) {
    return new SubscriptionSpec(
        kind, clientId, name, new Route("amq.topic", "t", false), selector, false);
  }

  private void publishToTopic(String body) throws AmqpException {
    publish(new Route("amq.topic", "t", false), text(body, Map.of("n", 1)));
  }

  @Test
  @Covers(Clause.SUBSCRIPTIONS)
  void aDurableSubscriptionKeepsWhatIsPublished() throws AmqpException {
    Subscription created = await(channel.subscribe(spec(Kind.DURABLE, "c", "s", "")));
    assertEquals(Outcome.CREATED, created.outcome());
    created.close();
    created.close();
    publishToTopic("m");
    Subscription attached = await(channel.subscribe(spec(Kind.DURABLE, "c", "s", "")));
    assertEquals(Outcome.ATTACHED, attached.outcome());
    assertEquals(List.of("m"), drained(attached.queue()));
    attached.close();
    await(channel.unsubscribe("c", "s"));
    refused(ReplyCode.NOT_FOUND, channel.unsubscribe("c", "s"));
    refused(ReplyCode.NOT_FOUND, channel.checkQueue(attached.queue()));
  }

  @Test
  @Covers(Clause.SUBSCRIPTIONS)
  void whoHoldsTheMonitorOfTheChannelGetsAnswers() throws AmqpException {
    synchronized (channel) {
      Subscription made = await(channel.subscribe(spec(Kind.DURABLE, "c", "s", "")));
      tap(channel, new ConsumeSpec(made.queue(), "held", 1, false, "", false, Map.of(), false));
      publishToTopic("m");
      Transaction within = channel.begin();
      await(channel.publish(Route.toQueue(made.queue()), text("n", Map.of()), within));
      await(within.commit());
      await(channel.browse(made.queue(), "")).close();
    }
  }

  @Test
  @Covers(Clause.SUBSCRIPTIONS)
  void anUnsharedOneInUseIsRefused() throws AmqpException {
    Subscription use = await(channel.subscribe(spec(Kind.DURABLE, "c", "s", "")));
    refused(ReplyCode.RESOURCE_LOCKED, otherChannel().subscribe(spec(Kind.DURABLE, "c", "s", "")));
    refused(ReplyCode.RESOURCE_LOCKED, channel.unsubscribe("c", "s"));
    await(channel.subscribe(spec(Kind.DURABLE, "d", "s", "")));
    use.close();
    await(channel.unsubscribe("c", "s"));
  }

  @Test
  @Covers(Clause.SUBSCRIPTIONS)
  void oneWithUnsettledDeliveriesIsNotUnsubscribed() throws AmqpException {
    Subscription use = await(channel.subscribe(spec(Kind.DURABLE, "c", "s", "")));
    publishToTopic("m");
    Delivery held = await(channel.get(use.queue(), ""));
    use.close();
    refused(ReplyCode.RESOURCE_LOCKED, channel.unsubscribe("c", "s"));
    await(channel.settle(held, io.bindery.engine.Outcome.ACCEPTED, channel.autoCommit()));
    await(channel.unsubscribe("c", "s"));
  }

  @Test
  @Covers(Clause.SUBSCRIPTIONS)
  void aSharedOneIsUsedBySeveral() throws AmqpException {
    Subscription one = await(channel.subscribe(spec(Kind.SHARED_DURABLE, "", "s", "")));
    Subscription two = await(otherChannel().subscribe(spec(Kind.SHARED_DURABLE, "", "s", "")));
    assertEquals(one.queue(), two.queue());
    publishToTopic("once");
    assertEquals(List.of("once"), drained(one.queue()));
    one.close();
    refused(ReplyCode.RESOURCE_LOCKED, channel.unsubscribe("", "s"));
    two.close();
    await(channel.unsubscribe("", "s"));
  }

  @Test
  @Covers(Clause.SUBSCRIPTIONS)
  void oneThatDiffersIsReplacedUnlessInUse() throws AmqpException {
    Subscription old = await(channel.subscribe(spec(Kind.SHARED_DURABLE, "", "s", "n = 1")));
    publishToTopic("old");
    refused(
        ReplyCode.RESOURCE_LOCKED, channel.subscribe(spec(Kind.SHARED_DURABLE, "", "s", "n = 2")));
    old.close();
    Subscription replaced = await(channel.subscribe(spec(Kind.SHARED_DURABLE, "", "s", "n = 2")));
    assertEquals(Outcome.REPLACED, replaced.outcome());
    publishToTopic("does not match");
    assertEquals(List.of(), drained(replaced.queue()));
  }

  @Test
  @Covers({Clause.SUBSCRIPTIONS, Clause.NO_LOCAL})
  void topicAndNoLocalArePartOfIt() throws AmqpException {
    Route topic = new Route("amq.topic", "t", false);
    Route another = new Route("amq.topic", "u", false);
    for (SubscriptionSpec asked :
        List.of(
            new SubscriptionSpec(Kind.DURABLE, "c", "s", topic, "", false),
            new SubscriptionSpec(Kind.DURABLE, "c", "s", topic, "", true),
            new SubscriptionSpec(Kind.DURABLE, "c", "s", another, "", true))) {
      Subscription use = await(channel.subscribe(asked));
      assertNotEquals(Outcome.ATTACHED, use.outcome());
      use.close();
      Subscription again = await(channel.subscribe(asked));
      assertEquals(Outcome.ATTACHED, again.outcome());
      again.close();
    }
  }

  @Test
  @Covers(Clause.SUBSCRIPTIONS)
  void sharedAndUnsharedDurablesHaveOneNameSpace() throws AmqpException {
    Subscription shared = await(channel.subscribe(spec(Kind.SHARED_DURABLE, "c", "s", "")));
    refused(ReplyCode.RESOURCE_LOCKED, channel.subscribe(spec(Kind.DURABLE, "c", "s", "")));
    shared.close();
    refused(ReplyCode.PRECONDITION_FAILED, channel.subscribe(spec(Kind.DURABLE, "c", "s", "")));
    Subscription other = await(channel.subscribe(spec(Kind.SHARED, "c", "s", "")));
    assertEquals(Outcome.CREATED, other.outcome());
    assertNotEquals(shared.queue(), other.queue());
  }

  @Test
  @Covers(Clause.SUBSCRIPTIONS)
  void aNonDurableOneGoesWithItsLastUse() throws AmqpException {
    Subscription one = await(channel.subscribe(spec(Kind.SHARED, "", "s", "")));
    Channel other = otherChannel();
    Subscription two = await(other.subscribe(spec(Kind.SHARED, "", "s", "")));
    refused(ReplyCode.RESOURCE_LOCKED, channel.subscribe(spec(Kind.SHARED, "", "s", "n = 1")));
    one.close();
    await(channel.checkQueue(two.queue()));
    other.close();
    refused(ReplyCode.NOT_FOUND, channel.checkQueue(one.queue()));
    Subscription single = await(channel.subscribe(spec(Kind.NON_DURABLE, "", "", "")));
    publishToTopic("m");
    assertEquals(List.of("m"), drained(single.queue()));
    single.close();
    refused(ReplyCode.NOT_FOUND, channel.checkQueue(single.queue()));
  }

  @Test
  @Covers({Clause.SUBSCRIPTIONS, Clause.SELECTORS})
  void aWrongSelectorOrTopicLeavesNothingBehind() throws AmqpException {
    refused(ReplyCode.PRECONDITION_FAILED, channel.subscribe(spec(Kind.DURABLE, "c", "s", "n =")));
    refused(ReplyCode.NOT_FOUND, channel.unsubscribe("c", "s"));
    assertEquals(List.of(), under.observe().queues());
    SubscriptionSpec nowhere =
        new SubscriptionSpec(Kind.DURABLE, "c", "s", new Route("nowhere", "t", false), "", false);
    refused(ReplyCode.NOT_FOUND, channel.subscribe(nowhere));
  }

  @Test
  @Covers({Clause.SUBSCRIPTIONS, Clause.NO_LOCAL})
  void noLocalLeavesOutTheOwnConnectionAndClientIdentifier() throws AmqpException {
    Route topic = new Route("amq.topic", "t", false);
    Subscription own =
        await(channel.subscribe(new SubscriptionSpec(Kind.NON_DURABLE, "", "", topic, "", true)));
    await(connection.claimClientId("c"));
    Subscription durable =
        await(channel.subscribe(new SubscriptionSpec(Kind.DURABLE, "c", "s", topic, "", true)));
    publishToTopic("own");
    Channel other = otherChannel();
    await(other.publish(topic, text("other"), other.autoCommit()));
    assertEquals(List.of("other"), drained(own.queue()));
    assertEquals(List.of("other"), drained(durable.queue()));
  }

  @Test
  @Covers(Clause.CLIENT_ID)
  void aClientIdentifierIsClaimedOnce() throws AmqpException {
    await(connection.claimClientId("c"));
    AmqpConnection other = connect("other");
    AmqpException failure = refused(ReplyCode.RESOURCE_LOCKED, other.claimClientId("c"));
    assertEquals(true, failure.getMessage().contains("'c'"));
    await(other.claimClientId("d"));
    connection.close();
    AmqpConnection third = connect("third");
    await(third.claimClientId("c"));
  }
}
