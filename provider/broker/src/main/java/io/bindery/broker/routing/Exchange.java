package io.bindery.broker.routing;

import io.bindery.engine.AmqpException;
import io.bindery.engine.Arguments;
import io.bindery.engine.Binding;
import io.bindery.engine.ExchangeSpec;
import io.bindery.engine.ReplyCode;
import io.bindery.engine.selector.Selector;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/**
 * An exchange (AMQP 0-9-1, 3.1). Routing reads what is bound without a lock; binding is serialised
 * by the exchange's monitor.
 */
public abstract sealed class Exchange implements Target
    permits DirectExchange, TopicExchange, FanoutExchange, HeadersExchange {
  private final ExchangeSpec spec;
  private final Map<Binding, Bound> bindings = new LinkedHashMap<>();
  private final LongAdder published = new LongAdder();

  Exchange(ExchangeSpec spec) {
    this.spec = spec;
  }

  /**
   * A new exchange without bindings.
   *
   * @throws AmqpException COMMAND_INVALID for an unknown type
   */
  public static Exchange create(ExchangeSpec spec) throws AmqpException {
    return switch (spec.type()) {
      case "direct" -> new DirectExchange(spec);
      case "topic" -> new TopicExchange(spec);
      case "fanout" -> new FanoutExchange(spec);
      case "headers" -> new HeadersExchange(spec);
      default ->
          throw new AmqpException(
              ReplyCode.COMMAND_INVALID,
              "Exchange '"
                  + spec.name()
                  + "': unknown type '"
                  + spec.type()
                  + "'; use direct, topic, fanout or headers");
    };
  }

  /** What was declared. */
  public final ExchangeSpec spec() {
    return spec;
  }

  /**
   * Adds a binding; one that is there stays as it is.
   *
   * @param noLocal whose publishes are left out, or null
   * @throws AmqpException PRECONDITION_FAILED for a wrong selector or argument
   */
  public final synchronized void bind(Binding binding, Target target, NoLocal noLocal)
      throws AmqpException {
    if (bindings.containsKey(binding)) {
      return;
    }
    Bound bound = new Bound(binding, target, selector(binding), noLocal);
    check(binding);
    bindings.put(binding, bound);
    insert(bound);
  }

  private static Selector selector(Binding binding) throws AmqpException {
    Object text = binding.arguments().get(Arguments.SELECTOR);
    return text == null ? Selector.ALL : Selector.parse(text.toString());
  }

  /**
   * Removes a binding.
   *
   * @return whether it was there
   */
  public final synchronized boolean unbind(Binding binding) {
    Bound bound = bindings.remove(binding);
    if (bound != null) {
      remove(bound);
    }
    return bound != null;
  }

  /**
   * Removes all bindings to a target.
   *
   * @return whether there were any
   */
  public final synchronized boolean unbindTarget(Target target) {
    List<Bound> gone =
        bindings.values().stream().filter(bound -> bound.target() == target).toList();
    gone.forEach(bound -> unbind(bound.binding()));
    return !gone.isEmpty();
  }

  /** All bindings, oldest first. */
  public final synchronized List<Binding> bindings() {
    return new ArrayList<>(bindings.keySet());
  }

  /** Whether anything is bound. */
  public final synchronized boolean hasBindings() {
    return !bindings.isEmpty();
  }

  /** Counts a publish to it. */
  public final void countPublished() {
    published.increment();
  }

  /** How many messages were published to it. */
  public final long published() {
    return published.sum();
  }

  /** Adds the targets of a publication. Takes no lock. */
  public abstract void route(Publication publication, Routing into);

  /** Refuses arguments that the type cannot use. */
  void check(Binding binding) throws AmqpException {}

  /** Puts a binding where routing finds it. Under the exchange's monitor. */
  abstract void insert(Bound bound);

  /** Takes it away. Under the exchange's monitor. */
  abstract void remove(Bound bound);
}
