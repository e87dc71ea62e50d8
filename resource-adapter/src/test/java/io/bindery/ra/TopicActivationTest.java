package io.bindery.ra;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bindery.engine.AmqpException;
import io.bindery.engine.Observation;
import io.bindery.engine.PublishOutcome;
import io.bindery.engine.Route;
import jakarta.jms.TextMessage;
import jakarta.resource.ResourceException;
import java.util.Collections;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;

/**
 * Activations of topics: one subscription each, whatever the number of sessions (Jakarta Messaging
 * 8.3).
 */
class TopicActivationTest extends AdapterFixture {
  private final ConcurrentLinkedQueue<String> seen = new ConcurrentLinkedQueue<>();

  private TestEndpoints recording() {
    return TestEndpoints.plain((message, endpoint) -> seen.add(((TextMessage) message).getText()));
  }

  private BinderyActivationSpec durable(String topic, String name) {
    BinderyActivationSpec spec = topicSpec(topic);
    spec.setSubscriptionDurability("Durable");
    spec.setSubscriptionName(name);
    return spec;
  }

  private void publish(String topic, int count) throws AmqpException {
    for (int i = 0; i < count; i++) {
      assertEquals(PublishOutcome.ROUTED, broker.publish(topic, "m" + i));
    }
  }

  private void eachOnce(int count) {
    Awaiting.until("all came", () -> seen.size() >= count);
    Set<String> distinct = new HashSet<>(seen);
    assertEquals(count, distinct.size());
    assertEquals(count, seen.size(), "each message once");
  }

  @Test
  void eightSessionsGetEachMessageOnceOnANonDurableSubscription()
      throws AmqpException, ResourceException {
    activate(recording(), topicSpec("orders.#"));
    publish("orders.eu.express", 200);
    eachOnce(200);
  }

  @Test
  void aDurableSubscriptionKeepsWhatComesWhileNobodyIsThere()
      throws AmqpException, ResourceException {
    BinderyActivationSpec spec = durable("orders.*.express", "express");
    TestEndpoints endpoints = recording();
    activate(endpoints, spec);
    adapter.endpointDeactivation(endpoints, spec);
    publish("orders.eu.express", 20);
    assertEquals(20, broker.depth("sub/express"));
    activate(recording(), durable("orders.*.express", "express"));
    eachOnce(20);
  }

  @Test
  void twoActivationsShareADurableSubscription() throws AmqpException, ResourceException {
    activate(recording(), durable("orders.#", "billing"));
    activate(recording(), durable("orders.#", "billing"));
    publish("orders.eu.express", 100);
    eachOnce(100);
  }

  @Test
  void anUnsharedDurableOneWithEightSessionsGetsEachOnce() throws AmqpException, ResourceException {
    BinderyActivationSpec spec = durable("orders.#", "billing");
    spec.setClientId("desk");
    activate(recording(), spec);
    publish("orders.eu.express", 100);
    eachOnce(100);
    assertEquals(0, broker.depth("sub/desk/billing"));
  }

  @Test
  void aSecondUnsharedOneWaitsForTheFirst() throws AmqpException, ResourceException {
    BinderyActivationSpec first = durable("orders.#", "billing");
    first.setClientId("desk");
    TestEndpoints endpoints = recording();
    activate(endpoints, first);
    BinderyActivationSpec second = durable("orders.#", "billing");
    second.setClientId("desk");
    ConcurrentLinkedQueue<String> later = new ConcurrentLinkedQueue<>();
    activate(
        TestEndpoints.plain((message, endpoint) -> later.add(((TextMessage) message).getText())),
        second);
    adapter.endpointDeactivation(endpoints, first);
    Awaiting.until("the second consumes", () -> broker.consumers("sub/desk/billing") > 0);
    publish("orders.eu.express", 1);
    Awaiting.until("it came", () -> later.size() == 1);
    assertTrue(seen.isEmpty());
  }

  @Test
  void aSharedNonDurableOneIsGoneWithItsLastActivation() throws AmqpException, ResourceException {
    BinderyActivationSpec spec = topicSpec("orders.#");
    spec.setSharedSubscription(true);
    spec.setSubscriptionName("board");
    TestEndpoints endpoints = recording();
    activate(endpoints, spec);
    Observation.QueueView view = broker.view("shared/board");
    assertNotNull(view);
    publish("orders.eu", 10);
    eachOnce(10);
    adapter.endpointDeactivation(endpoints, spec);
    Awaiting.until("it is gone", () -> broker.view("shared/board") == null);
  }

  @Test
  void theSelectorIsTheSubscriptions() throws AmqpException, ResourceException {
    BinderyActivationSpec spec = durable("orders.#", "audit");
    spec.setMessageSelector("JMSPriority > 7");
    activate(recording(), spec);
    assertEquals(PublishOutcome.UNROUTED, broker.publish("orders.eu", "cheap"));
    assertEquals(Collections.emptySet(), Set.copyOf(seen));
  }

  @Test
  void anyExchangeCanBeConsumedFrom() throws AmqpException, ResourceException {
    BinderyActivationSpec spec = durable("exchange:amq.direct/eu", "direct");
    spec.setDestinationType("");
    activate(recording(), spec);
    assertEquals(
        PublishOutcome.UNROUTED, broker.publish(new Route("amq.direct", "us", false), "b"));
    assertEquals(PublishOutcome.ROUTED, broker.publish(new Route("amq.direct", "eu", false), "a"));
    Awaiting.until("it came", () -> seen.contains("a"));
  }

  @Test
  void aTransactedTopicBeanGetsARollbackAgain() throws AmqpException, ResourceException {
    TestBean bean =
        (message, endpoint) -> {
          seen.add(((TextMessage) message).getText());
          if (seen.size() == 1) {
            endpoint.setRollbackOnly();
          }
        };
    activate(TestEndpoints.transacted(bean), durable("orders.#", "billing"));
    publish("orders.eu", 1);
    Awaiting.until("it came twice", () -> seen.size() == 2 && broker.depth("sub/billing") == 0);
  }
}
