package io.bindery.ra;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import jakarta.resource.spi.InvalidPropertyException;
import java.beans.PropertyDescriptor;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The checker of activations (Jakarta Messaging 13.1, Jakarta Connectors JavaBean validation). */
class ActivationSpecTest {
  private static BinderyActivationSpec spec() {
    BinderyActivationSpec spec = new BinderyActivationSpec();
    spec.setDestination("orders");
    return spec;
  }

  private static List<String> wrong(BinderyActivationSpec spec) {
    InvalidPropertyException failure = assertThrows(InvalidPropertyException.class, spec::validate);
    List<String> names =
        Arrays.stream(failure.getInvalidPropertyDescriptors())
            .map(PropertyDescriptor::getName)
            .toList();
    names.forEach(name -> assertTrue(failure.getMessage().contains(name), failure.getMessage()));
    return names;
  }

  @Test
  void aDestinationIsEnough() {
    assertDoesNotThrow(spec()::validate);
  }

  @Test
  void aLookupIsEnough() {
    BinderyActivationSpec spec = new BinderyActivationSpec();
    spec.setDestinationLookup("java:app/jms/orders");
    assertDoesNotThrow(spec::validate);
  }

  @Test
  void everyWrongPropertyIsNamedAtOnce() {
    BinderyActivationSpec spec = new BinderyActivationSpec();
    spec.setDestinationType("queue");
    spec.setAcknowledgeMode("Sometimes");
    spec.setSubscriptionDurability("Forever");
    spec.setMaxSessions(0);
    spec.setPrefetch(-1);
    spec.setRedeliveryDelayMs(-5L);
    spec.setPauseAfterFailures(null);
    spec.setProbeIntervalMs(0L);
    spec.setUri("orders");
    assertEquals(
        List.of(
            "destinationType",
            "destination",
            "acknowledgeMode",
            "subscriptionDurability",
            "maxSessions",
            "prefetch",
            "redeliveryDelayMs",
            "pauseAfterFailures",
            "probeIntervalMs",
            "uri"),
        wrong(spec));
  }

  @Test
  void aSelectorWithAnErrorIsWrong() {
    BinderyActivationSpec spec = spec();
    spec.setMessageSelector("amount > > 3");
    assertEquals(List.of("messageSelector"), wrong(spec));
  }

  @Test
  void aDurableSubscriptionNeedsAName() {
    BinderyActivationSpec spec = spec();
    spec.setDestinationType("jakarta.jms.Topic");
    spec.setSubscriptionDurability("Durable");
    assertEquals(List.of("subscriptionName"), wrong(spec));
    spec.setSubscriptionName("billing");
    assertDoesNotThrow(spec::validate);
  }

  @Test
  void anUnsharedDurableSubscriptionNeedsAClientIdentifier() {
    BinderyActivationSpec spec = spec();
    spec.setDestinationType("jakarta.jms.Topic");
    spec.setSubscriptionDurability("Durable");
    spec.setSubscriptionName("billing");
    spec.setSharedSubscription(false);
    assertEquals(List.of("clientId"), wrong(spec));
    spec.setClientId("desk");
    assertDoesNotThrow(spec::validate);
  }

  @Test
  void anAddressMustFitTheType() {
    BinderyActivationSpec spec = spec();
    spec.setDestination("topic:orders.#");
    assertDoesNotThrow(spec::validate);
    spec.setDestinationType("jakarta.jms.Queue");
    assertEquals(List.of("destination"), wrong(spec));
  }

  @Test
  void anExchangeIsConsumedLikeATopic() throws InvalidPropertyException {
    BinderyActivationSpec spec = spec();
    spec.setDestination("exchange:orders/eu.#");
    assertDoesNotThrow(spec::validate);
    assertTrue(DestinationSource.parse("exchange:orders/eu.#", "").isTopic());
    spec.setDestinationType("jakarta.jms.Queue");
    assertEquals(List.of("destination"), wrong(spec));
  }

  @Test
  void aSubscriptionIsSharedWhenItIsDurableWithoutClientIdentifier() {
    BinderyActivationSpec spec = spec();
    spec.setDestinationType("jakarta.jms.Topic");
    spec.setSubscriptionDurability("Durable");
    spec.setSubscriptionName("billing");
    assertEquals("SHARED_DURABLE", kind(spec));
    spec.setClientId("desk");
    assertEquals("DURABLE", kind(spec));
    spec.setSharedSubscription(true);
    assertEquals("SHARED_DURABLE", kind(spec));
    spec.setSubscriptionDurability("NonDurable");
    assertEquals("SHARED", kind(spec));
    spec.setSharedSubscription(null);
    assertEquals("NON_DURABLE", kind(spec));
  }

  private static String kind(BinderyActivationSpec spec) {
    BrokerAccess access = new BrokerAccess("vm://x", "", "");
    return ActivationSettings.of(spec, access, null, false).subscription().kind().name();
  }

  @Test
  void aConnectionOverTheNetworkComesBackByItselfOnlyWhereItIsSaid() {
    assertEquals("vm://x?dir=y", new BrokerAccess("vm://x?dir=y", "", "").uri());
    assertEquals("amqp://a,b/v?reconnect=0", new BrokerAccess("amqp://a,b/v", "", "").uri());
    assertEquals(
        "AMQPS://a?heartbeat=9&reconnect=0",
        new BrokerAccess("AMQPS://a?heartbeat=9", "", "").uri());
    String said = "amqp://a?heartbeat=9&reconnect=60";
    assertEquals(said, new BrokerAccess(said, "", "").uri());
  }

  @Test
  void noTextShowsAPassword() {
    BinderyActivationSpec spec = spec();
    spec.setPassword("s3cret");
    BinderyResourceAdapter adapter = new BinderyResourceAdapter();
    adapter.setPassword("s3cret");
    BinderyManagedConnectionFactory factory = new BinderyManagedConnectionFactory();
    factory.setPassword("s3cret");
    String all =
        spec.toString()
            + adapter
            + factory
            + adapter.access()
            + new SessionRequest("u", "s3cret", 1, SessionRequest.Domain.ANY);
    assertFalse(all.contains("s3cret"), all);
  }
}
