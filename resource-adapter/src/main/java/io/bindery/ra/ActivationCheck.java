package io.bindery.ra;

import io.bindery.engine.selector.Selector;
import io.bindery.engine.selector.SelectorException;
import jakarta.resource.spi.InvalidPropertyException;
import java.beans.IntrospectionException;
import java.beans.PropertyDescriptor;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The one checker of an activation: {@code validate()} calls it and the activation calls it again,
 * because not every server does the first. It looks at the properties alone, never at a broker.
 */
final class ActivationCheck {
  static final String QUEUE = "jakarta.jms.Queue";
  static final String TOPIC = "jakarta.jms.Topic";
  private static final int MAX_SESSIONS = 1000;
  private static final int MAX_PREFETCH = 1000;
  private static final long HOUR_MS = 3_600_000;
  private static final long DAY_MS = 24 * HOUR_MS;

  private final BinderyActivationSpec spec;
  private final Map<String, String> wrong = new LinkedHashMap<>();

  private ActivationCheck(BinderyActivationSpec spec) {
    this.spec = spec;
  }

  /**
   * Checks every property.
   *
   * @throws InvalidPropertyException that names all that are wrong
   */
  static void check(BinderyActivationSpec spec) throws InvalidPropertyException {
    ActivationCheck check = new ActivationCheck(spec);
    check.destination();
    check.selector();
    check.subscription();
    check.numbers();
    check.uri();
    if (!check.wrong.isEmpty()) {
      throw check.failure();
    }
  }

  private void destination() {
    String type = spec.getDestinationType();
    oneOf("destinationType", type, List.of("", QUEUE, TOPIC));
    String name = spec.getDestination();
    if (name.isEmpty() && spec.getDestinationLookup().isEmpty()) {
      wrong.put("destination", "is missing: give destination or destinationLookup");
    }
    if (!name.isEmpty() && DestinationSource.isAddress(name)) {
      try {
        DestinationSource.parse(name, type);
      } catch (InvalidPropertyException e) {
        wrong.put("destination", e.getMessage());
      }
    }
    oneOf(
        "acknowledgeMode",
        spec.getAcknowledgeMode(),
        List.of("", "Auto-acknowledge", "Dups-ok-acknowledge"));
  }

  private void selector() {
    try {
      Selector.parse(spec.getMessageSelector());
    } catch (SelectorException e) {
      wrong.put("messageSelector", "is malformed: " + e.getMessage());
    }
  }

  private void subscription() {
    String durability = spec.getSubscriptionDurability();
    oneOf("subscriptionDurability", durability, List.of("", "Durable", "NonDurable"));
    if (QUEUE.equals(spec.getDestinationType())) {
      return;
    }
    boolean durable = "Durable".equalsIgnoreCase(durability);
    boolean shared = Boolean.TRUE.equals(spec.getSharedSubscription());
    if ((durable || shared) && spec.getSubscriptionName().isEmpty()) {
      wrong.put(
          "subscriptionName",
          "is missing: a " + (durable ? "durable" : "shared") + " subscription needs a name");
    }
    if (durable
        && Boolean.FALSE.equals(spec.getSharedSubscription())
        && spec.getClientId().isEmpty()) {
      wrong.put(
          "clientId",
          "is missing: an unshared durable subscription needs one; or set sharedSubscription=true");
    }
  }

  private void numbers() {
    range("maxSessions", spec.getMaxSessions(), 1, MAX_SESSIONS);
    range("prefetch", spec.getPrefetch(), 0, MAX_PREFETCH);
    range("redeliveryDelayMs", spec.getRedeliveryDelayMs(), 0, HOUR_MS);
    range("pauseAfterFailures", spec.getPauseAfterFailures(), 0, Integer.MAX_VALUE);
    range("probeIntervalMs", spec.getProbeIntervalMs(), 1, DAY_MS);
  }

  private void uri() {
    String problem = spec.getUri().isEmpty() ? "" : uriProblem(spec.getUri());
    if (!problem.isEmpty()) {
      wrong.put("uri", problem);
    }
  }

  /**
   * What is wrong with the form of a broker URI, without repeating it (it may hold a password);
   * empty for nothing.
   */
  static String uriProblem(String uri) {
    try {
      return new URI(uri).getScheme() == null ? "has no scheme: write vm://NAME" : "";
    } catch (URISyntaxException e) {
      return "is malformed at character "
          + (e.getIndex() + 1)
          + ": "
          + e.getReason()
          + "; write vm://NAME";
    }
  }

  private void oneOf(String property, String value, List<String> allowed) {
    if (allowed.stream().noneMatch(value::equalsIgnoreCase)) {
      wrong.put(property, "is '" + value + "', allowed are " + allowed.subList(1, allowed.size()));
    }
  }

  private void range(String property, Number value, long least, long most) {
    if (value == null || value.longValue() < least || value.longValue() > most) {
      wrong.put(property, "is " + value + ", allowed is " + least + " to " + most);
    }
  }

  private InvalidPropertyException failure() {
    StringBuilder text = new StringBuilder("Wrong activation properties:");
    List<PropertyDescriptor> descriptors = new ArrayList<>();
    wrong.forEach(
        (property, why) -> {
          text.append(descriptors.isEmpty() ? " " : "; ").append(property).append(' ').append(why);
          descriptors.add(descriptor(property));
        });
    InvalidPropertyException failure = new InvalidPropertyException(text.toString());
    failure.setInvalidPropertyDescriptors(descriptors.toArray(PropertyDescriptor[]::new));
    return failure;
  }

  private static PropertyDescriptor descriptor(String property) {
    try {
      return new PropertyDescriptor(property, BinderyActivationSpec.class);
    } catch (IntrospectionException e) {
      throw new IllegalStateException("BinderyActivationSpec has no property " + property, e);
    }
  }
}
