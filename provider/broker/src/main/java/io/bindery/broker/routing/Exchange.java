package io.bindery.broker.routing;

import io.bindery.engine.AmqpException;
import io.bindery.engine.AmqpMessage;
import io.bindery.engine.Arguments;
import io.bindery.engine.Binding;
import io.bindery.engine.ExchangeSpec;
import io.bindery.engine.ReplyCode;
import io.bindery.engine.selector.Selector;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BiConsumer;
import java.util.function.Predicate;

/**
 * An exchange (AMQP 0-9-1, 3.1). Routing reads what is bound without a lock; binding is serialised
 * by the exchange's monitor.
 */
public abstract sealed class Exchange implements Target
    permits DirectExchange, TopicExchange, FanoutExchange, HeadersExchange {
  private static final Predicate<AmqpMessage> ANY = message -> true;

  private final ExchangeSpec spec;
  private final String alternate;
  private final Map<Binding, Bound> bindings = new LinkedHashMap<>();
  private final Map<Target, Set<Binding>> byTarget = new IdentityHashMap<>();
  private final LongAdder published = new LongAdder();

  Exchange(ExchangeSpec spec) {
    this.spec = spec;
    this.alternate = (String) spec.arguments().get(Arguments.ALTERNATE_EXCHANGE);
  }

  /**
   * A new exchange without bindings.
   *
   * @throws AmqpException COMMAND_INVALID for an unknown type, PRECONDITION_FAILED for an alternate
   *     exchange that is no text
   */
  public static Exchange create(ExchangeSpec spec) throws AmqpException {
    Object alternate = spec.arguments().get(Arguments.ALTERNATE_EXCHANGE);
    if (alternate != null && !(alternate instanceof String)) {
      throw new AmqpException(
          ReplyCode.PRECONDITION_FAILED,
          "Exchange '"
              + spec.name()
              + "': argument "
              + Arguments.ALTERNATE_EXCHANGE
              + " is a "
              + alternate.getClass().getSimpleName()
              + ", but must be the name of an exchange");
    }
    return switch (spec.type()) {
      case "direct" -> new DirectExchange(spec);
      case "topic" -> new TopicExchange(spec);
      case "fanout" -> new FanoutExchange(spec);
      case "headers" -> new HeadersExchange(spec);
      default ->
          throw new AmqpException(
              ReplyCode.COMMAND_INVALID,
              "unknown exchange type '" + spec.type() + "'; use direct, topic, fanout or headers");
    };
  }

  /** Whether its routing keys are words with dots between them. */
  public final boolean isTopic() {
    return this instanceof TopicExchange;
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
    Bound bound = new Bound(binding, target, condition(binding), selector(binding), noLocal);
    bindings.put(binding, bound);
    byTarget.computeIfAbsent(target, made -> new LinkedHashSet<>(2)).add(binding);
    insert(bound);
  }

  private static Selector selector(Binding binding) throws AmqpException {
    Object text = binding.arguments().get(Arguments.SELECTOR);
    if (text != null && !(text instanceof String)) {
      throw new AmqpException(
          ReplyCode.PRECONDITION_FAILED,
          "Binding of '"
              + binding.source()
              + "': "
              + Arguments.SELECTOR
              + " is a "
              + text.getClass().getSimpleName()
              + ", but must be a string");
    }
    return Selector.parse((String) text);
  }

  /**
   * Removes a binding.
   *
   * @return whether it was there
   */
  public final synchronized boolean unbind(Binding binding) {
    Bound bound = bindings.remove(binding);
    if (bound == null) {
      return false;
    }
    Set<Binding> siblings = byTarget.get(bound.target());
    siblings.remove(binding);
    if (siblings.isEmpty()) {
      byTarget.remove(bound.target());
    }
    remove(bound);
    return true;
  }

  /**
   * Removes all bindings to a target.
   *
   * @return whether there were any
   */
  public final synchronized boolean unbindTarget(Target target) {
    Set<Binding> gone = byTarget.remove(target);
    if (gone == null) {
      return false;
    }
    gone.forEach(binding -> remove(bindings.remove(binding)));
    return true;
  }

  /** All bindings, oldest first. */
  public final synchronized List<Binding> bindings() {
    return new ArrayList<>(bindings.keySet());
  }

  /** Shows all bindings with whose publishes they leave out, null for nobody's. */
  public final synchronized void forEach(BiConsumer<Binding, NoLocal> visitor) {
    bindings.forEach((binding, bound) -> visitor.accept(binding, bound.noLocal()));
  }

  /** Whether anything is bound. */
  public final synchronized boolean hasBindings() {
    return !bindings.isEmpty();
  }

  /** How many messages came to it, from clients, other exchanges and as dead letters. */
  public final long published() {
    return published.sum();
  }

  /** Finds the target that an alternate exchange is. */
  @FunctionalInterface
  public interface Alternates {
    /** The target of that name for a publication, or null when there is none. */
    Target of(String exchange, Publication publication);
  }

  /**
   * Adds the targets of a publication, also those behind exchanges that are bound to this one,
   * however long the chain. An exchange of which no binding matches hands the message to its
   * alternate (RabbitMQ, "Alternate Exchanges"). Takes no lock.
   */
  public final void route(Publication publication, Routing into, Alternates alternates) {
    int next = into.size();
    pass(publication, into, alternates);
    for (; next < into.size(); next++) {
      if (into.get(next) instanceof Exchange exchange) {
        exchange.pass(publication, into, alternates);
      }
    }
  }

  private void pass(Publication publication, Routing into, Alternates alternates) {
    published.increment();
    int before = into.matches();
    reach(publication, into);
    if (alternate != null && into.matches() == before) {
      Target instead = alternates.of(alternate, publication);
      if (instead != null) {
        into.add(instead);
      }
    }
  }

  /** Adds what its own bindings lead to. Takes no lock. */
  abstract void reach(Publication publication, Routing into);

  /**
   * What a binding's arguments ask of a message by the exchange's type: nothing, unless it says so.
   *
   * @throws AmqpException PRECONDITION_FAILED for arguments that the type cannot use
   */
  Predicate<AmqpMessage> condition(Binding binding) throws AmqpException {
    return ANY;
  }

  /** Puts a binding where routing finds it. Under the exchange's monitor. */
  abstract void insert(Bound bound);

  /** Takes it away. Under the exchange's monitor. */
  abstract void remove(Bound bound);
}
