package io.bindery.engine;

import java.util.Map;
import java.util.Objects;

/**
 * A consumer (AMQP 0-9-1, basic.consume).
 *
 * @param queue its queue
 * @param tag its name on the channel; empty to let the engine make one
 * @param prefetch how many unsettled deliveries it may hold; 0 for no limit, as in AMQP
 * @param exclusive whether it must be the only one
 * @param selector a JMS selector, empty for none
 * @param noLocal whether what its own connection published is left out
 * @param arguments RabbitMQ's names, e.g. {@code x-priority}
 * @param paused whether it begins paused: see {@link Consumer#pause}
 */
public record ConsumeSpec(
    String queue,
    String tag,
    int prefetch,
    boolean exclusive,
    String selector,
    boolean noLocal,
    Map<String, Object> arguments,
    boolean paused) {
  /** Checks and copies. */
  public ConsumeSpec {
    Objects.requireNonNull(queue);
    Objects.requireNonNull(tag);
    Objects.requireNonNull(selector);
    if (prefetch < 0) {
      throw new IllegalArgumentException("prefetch " + prefetch + " is negative");
    }
    arguments = Map.copyOf(arguments);
  }

  /** A consumer of a queue with a prefetch and nothing else. */
  public static ConsumeSpec of(String queue, int prefetch) {
    return new ConsumeSpec(queue, "", prefetch, false, "", false, Map.of(), false);
  }

  /** The same with a selector. */
  public ConsumeSpec withSelector(String value) {
    return new ConsumeSpec(queue, tag, prefetch, exclusive, value, noLocal, arguments, paused);
  }

  /** The same, exclusive. */
  public ConsumeSpec withExclusive() {
    return new ConsumeSpec(queue, tag, prefetch, true, selector, noLocal, arguments, paused);
  }

  /** The same without the messages of its own connection. */
  public ConsumeSpec withNoLocal() {
    return new ConsumeSpec(queue, tag, prefetch, exclusive, selector, true, arguments, paused);
  }

  /** The same, paused. */
  public ConsumeSpec withPaused() {
    return new ConsumeSpec(queue, tag, prefetch, exclusive, selector, noLocal, arguments, true);
  }
}
