package io.bindery.ra;

import io.bindery.engine.SubscriptionSpec;
import java.util.Objects;

/**
 * One activation as it runs: checked, looked up, defaults filled in.
 *
 * @param access which broker, as whom
 * @param source what to consume
 * @param selector empty for none
 * @param subscription how to subscribe; only for topics
 * @param limits numbers
 * @param mode how deliveries end
 * @param objectMessageAllow which classes an ObjectMessage may hold
 */
record ActivationSettings(
    BrokerAccess access,
    DestinationSource source,
    String selector,
    SubscriptionName subscription,
    Limits limits,
    Mode mode,
    String objectMessageAllow) {
  private static final int PLAIN_PREFETCH = 32;

  /**
   * Under which name a topic is subscribed.
   *
   * @param kind one of the four of Jakarta Messaging 8.3
   * @param clientId empty for none
   * @param name empty for none
   */
  record SubscriptionName(SubscriptionSpec.Kind kind, String clientId, String name) {}

  /**
   * The numbers of an activation.
   *
   * @param sessions how many sessions
   * @param prefetch how many messages a session takes at a time
   * @param redeliveryDelayMs how long a session holds what failed
   * @param pauseAfterFailures 0 for never
   * @param probeIntervalMs how often a paused activation tries one message
   */
  record Limits(
      int sessions,
      int prefetch,
      long redeliveryDelayMs,
      int pauseAfterFailures,
      long probeIntervalMs) {}

  /** How a delivery ends. */
  enum Mode {
    /** In the transaction of the container. */
    TRANSACTED,
    /** Acknowledged each, when the bean has returned. */
    AUTO,
    /** Acknowledged together, when several were processed. */
    DUPS_OK
  }

  /** Puts a checked specification together with what was found for it. */
  static ActivationSettings of(
      BinderyActivationSpec spec,
      BrokerAccess access,
      DestinationSource source,
      boolean transacted) {
    Mode plain =
        "Dups-ok-acknowledge".equalsIgnoreCase(spec.getAcknowledgeMode())
            ? Mode.DUPS_OK
            : Mode.AUTO;
    Mode mode = transacted ? Mode.TRANSACTED : plain;
    int usual = transacted ? 1 : PLAIN_PREFETCH;
    Limits limits =
        new Limits(
            spec.getMaxSessions(),
            spec.getPrefetch() == 0 ? usual : spec.getPrefetch(),
            spec.getRedeliveryDelayMs(),
            spec.getPauseAfterFailures(),
            spec.getProbeIntervalMs());
    return new ActivationSettings(
        access,
        source,
        spec.getMessageSelector(),
        subscription(spec),
        limits,
        mode,
        spec.getObjectMessageAllow());
  }

  private static SubscriptionName subscription(BinderyActivationSpec spec) {
    boolean durable = "Durable".equalsIgnoreCase(spec.getSubscriptionDurability());
    boolean sharedByDefault = durable && spec.getClientId().isEmpty();
    boolean shared = Objects.requireNonNullElse(spec.getSharedSubscription(), sharedByDefault);
    SubscriptionSpec.Kind kind;
    if (durable) {
      kind = shared ? SubscriptionSpec.Kind.SHARED_DURABLE : SubscriptionSpec.Kind.DURABLE;
    } else {
      kind = shared ? SubscriptionSpec.Kind.SHARED : SubscriptionSpec.Kind.NON_DURABLE;
    }
    String name = kind == SubscriptionSpec.Kind.NON_DURABLE ? "" : spec.getSubscriptionName();
    return new SubscriptionName(kind, spec.getClientId(), name);
  }

  /** The subscription to open for a topic. */
  SubscriptionSpec subscriptionSpec() {
    return new SubscriptionSpec(
        subscription.kind(),
        subscription.clientId(),
        subscription.name(),
        source.topic(),
        selector,
        false);
  }
}
