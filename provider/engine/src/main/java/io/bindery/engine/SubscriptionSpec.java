package io.bindery.engine;

import java.util.Objects;

/**
 * A topic subscription (Jakarta Messaging 8.3).
 *
 * @param kind which of the four
 * @param clientId empty for none; not for an unshared durable one
 * @param name empty only for {@link Kind#NON_DURABLE}
 * @param topic exchange and binding key, which may hold {@code *} and {@code #}
 * @param selector empty for none
 * @param noLocal whether what the own connection, or one with the same client identifier, publishes
 *     is left out
 */
public record SubscriptionSpec(
    Kind kind, String clientId, String name, Route topic, String selector, boolean noLocal) {
  /** Checks that nothing is null. */
  public SubscriptionSpec {
    Objects.requireNonNull(kind);
    Objects.requireNonNull(clientId);
    Objects.requireNonNull(name);
    Objects.requireNonNull(topic);
    Objects.requireNonNull(selector);
  }

  /** The four kinds of Jakarta Messaging 8.3. */
  public enum Kind {
    /** Unshared, gone with its consumer. */
    NON_DURABLE(false, false),
    /** Shared by name, gone with its last consumer. */
    SHARED(false, true),
    /** Unshared: one consumer at a time, kept until unsubscribed. */
    DURABLE(true, false),
    /** Shared by name, kept until unsubscribed. */
    SHARED_DURABLE(true, true);

    private final boolean durable;
    private final boolean shared;

    Kind(boolean durable, boolean shared) {
      this.durable = durable;
      this.shared = shared;
    }

    /** Whether it is kept until unsubscribed. */
    public boolean durable() {
      return durable;
    }

    /** Whether several consumers may share it. */
    public boolean shared() {
      return shared;
    }
  }

  /**
   * The name of its queue, made injectively of client identifier and name: {@code sub/NAME} or
   * {@code sub/CLIENT/NAME} for durable ones, {@code shared/…} for shared non-durable ones. Empty
   * for {@link Kind#NON_DURABLE}, whose queue the engine names.
   */
  public String queueName() {
    if (kind == Kind.NON_DURABLE) {
      return "";
    }
    return QueueNames.subscription(kind.durable() ? "sub" : "shared", clientId, name);
  }
}
