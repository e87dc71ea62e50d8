package io.bindery.broker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bindery.engine.AmqpException;
import io.bindery.engine.AmqpMessage;
import io.bindery.engine.Binding;
import io.bindery.engine.Delivery;
import io.bindery.engine.ExchangeSpec;
import io.bindery.engine.Observation;
import io.bindery.engine.QueueSpec;
import io.bindery.engine.ReplyCode;
import io.bindery.engine.Route;
import io.bindery.engine.Subscription;
import io.bindery.engine.Subscription.Outcome;
import io.bindery.engine.SubscriptionSpec;
import io.bindery.engine.SubscriptionSpec.Kind;
import io.bindery.engine.Ticket;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** Subscriptions where something else goes wrong; the contract suite has the plain rules. */
class SubscriptionsTest extends BrokerFixture {
  private static SubscriptionSpec durable(String exchange, String selector) {
    return new SubscriptionSpec(
        Kind.DURABLE, "c", "s", new Route(exchange, "t", false), selector, false);
  }

  private void publishToTopic(String body) throws AmqpException {
    await(channel.publish(new Route("amq.topic", "t", false), text(body), channel.autoCommit()));
  }

  @Test
  void aWrongSelectorDoesNotCostWhatIsStored() throws AmqpException {
    await(channel.subscribe(durable("amq.topic", ""))).close();
    publishToTopic("kept");
    refused(ReplyCode.PRECONDITION_FAILED, channel.subscribe(durable("amq.topic", "n = ")));
    refused(ReplyCode.NOT_FOUND, channel.subscribe(durable("nowhere", "")));
    Subscription again = await(channel.subscribe(durable("amq.topic", "")));
    assertEquals(Outcome.ATTACHED, again.outcome());
    assertEquals(List.of("kept"), drained(again.queue()));
  }

  @Test
  void anExchangeThatGoesMeanwhileDoesNotCostWhatIsStored()
      throws AmqpException, InterruptedException {
    await(channel.subscribe(durable("amq.topic", ""))).close();
    publishToTopic("kept");
    await(channel.declareExchange(ExchangeSpec.durable("x", "topic")));
    AtomicReference<Ticket<Subscription>> answer = new AtomicReference<>();
    Thread replacing = new Thread(() -> answer.set(channel.subscribe(durable("x", ""))));
    synchronized (broker.subscriptions(connection.host())) {
      replacing.start();
      while (replacing.getState() != Thread.State.BLOCKED) {
        Thread.onSpinWait();
      }
      await(otherChannel().deleteExchange("x", false));
    }
    replacing.join();
    refused(ReplyCode.NOT_FOUND, answer.get());
    Subscription again = await(channel.subscribe(durable("amq.topic", "")));
    assertEquals(Outcome.ATTACHED, again.outcome());
    assertEquals(List.of("kept"), drained(again.queue()));
  }

  @Test
  void aMessageIsInMemoryOnceHoweverManySubscribe() throws AmqpException {
    List<String> queues = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      SubscriptionSpec spec =
          new SubscriptionSpec(
              Kind.DURABLE, "c", "s" + i, new Route("amq.topic", "t", false), "", false);
      queues.add(await(channel.subscribe(spec)).queue());
    }
    AmqpMessage message = large();
    await(channel.publish(new Route("amq.topic", "t", false), message, channel.autoCommit()));
    long used = broker.memory().usedBytes();
    assertTrue(used >= LARGE_BYTES && used < 2 * LARGE_BYTES, used + " bytes");
    for (String queue : queues) {
      assertTrue(broker.memory().usedBytes() >= LARGE_BYTES, "until the last has it");
      Delivery delivery = get(queue);
      assertSame(message.body(), delivery.message().body());
      settle(delivery, io.bindery.engine.Outcome.ACCEPTED);
      broker.observe();
    }
    used = broker.memory().usedBytes();
    assertTrue(used < LARGE_BYTES, used + " bytes");
  }

  @Test
  void whetherPublishesAreMandatoryMakesNoDifference() throws AmqpException {
    await(channel.subscribe(durable("amq.topic", ""))).close();
    SubscriptionSpec same =
        new SubscriptionSpec(Kind.DURABLE, "c", "s", new Route("amq.topic", "t", true), "", false);
    assertEquals(Outcome.ATTACHED, await(channel.subscribe(same)).outcome());
  }

  @Test
  void replacingLeavesOneQueueAndOneBindingAndNoMemory() throws AmqpException {
    await(channel.subscribe(durable("amq.topic", ""))).close();
    publishToTopic("of the old one");
    assertEquals(
        Outcome.REPLACED, await(channel.subscribe(durable("amq.topic", "n = 1"))).outcome());
    Observation all = broker.observe();
    assertEquals(1, all.queues().size());
    assertEquals(0, all.queues().get(0).ready());
    assertEquals(
        List.of("n = 1"),
        all.bindings().stream()
            .map(Observation.BindingView::binding)
            .map(Binding::arguments)
            .map(arguments -> arguments.get("x-filter-jms-selector"))
            .toList());
    channel.close();
    assertEquals(0, broker.memory().usedBytes());
  }

  @Test
  void aQueueOfAnothersIsNotTakenOver() throws AmqpException {
    SubscriptionSpec spec = durable("amq.topic", "");
    await(channel.declareQueue(QueueSpec.durable(spec.queueName(), Map.of())));
    await(channel.publish(Route.toQueue(spec.queueName()), text("kept"), channel.autoCommit()));
    refused(ReplyCode.PRECONDITION_FAILED, channel.subscribe(spec));
    assertEquals(List.of("kept"), drained(spec.queueName()));
  }

  @Test
  void aSubscriptionGoesWithItsQueue() throws AmqpException {
    Subscription first = await(channel.subscribe(durable("amq.topic", "")));
    await(channel.deleteQueue(first.queue(), false, false));
    Subscription second = await(channel.subscribe(durable("amq.topic", "")));
    assertEquals(Outcome.CREATED, second.outcome());
    first.close();
    publishToTopic("m");
    assertEquals(List.of("m"), drained(second.queue()), "the old use ended, not the new one");
    second.close();
    await(channel.deleteQueue(second.queue(), false, false));
    refused(ReplyCode.NOT_FOUND, channel.unsubscribe("c", "s"));
  }

  @Test
  void aSharedOneOfTheSameNameIsMadeAnewAfterItsLastUse() throws AmqpException {
    SubscriptionSpec shared =
        new SubscriptionSpec(Kind.SHARED, "", "s", new Route("amq.topic", "t", false), "", false);
    for (int round = 0; round < 3; round++) {
      Subscription use = await(channel.subscribe(shared));
      assertEquals(Outcome.CREATED, use.outcome());
      publishToTopic("m" + round);
      assertEquals(List.of("m" + round), drained(use.queue()));
      use.close();
      assertEquals(List.of(), broker.observe().queues());
    }
    assertEquals(List.of(), broker.observe().bindings());
  }

  @Test
  void unsubscribingNeedsPermission() throws AmqpException {
    await(channel.subscribe(durable("amq.topic", ""))).close();
    BrokerChannel reader = channel(connect("reader", 0));
    refused(ReplyCode.ACCESS_REFUSED, reader.unsubscribe("c", "s"));
    refused(ReplyCode.ACCESS_REFUSED, reader.subscribe(durable("amq.topic", "")));
    await(channel.unsubscribe("c", "s"));
  }
}
