package io.bindery.broker;

import io.bindery.broker.queue.MessageQueue;
import io.bindery.broker.routing.Exchange;
import io.bindery.broker.routing.NoLocal;
import io.bindery.broker.routing.Target;
import io.bindery.broker.store.Ledger;
import io.bindery.broker.store.StoredBinding;
import io.bindery.engine.AmqpException;
import io.bindery.engine.Binding;
import io.bindery.engine.ExchangeSpec;
import io.bindery.engine.QueueSpec;
import io.bindery.engine.SubscriptionSpec;

/**
 * What is declared in a virtual host and outlives the broker, and the ledger that is told of it:
 * durable exchanges, durable queues that no connection has exclusively, and bindings both ends of
 * which outlive it. In a broker that keeps nothing it is nothing. Under the host's monitor.
 */
final class Declarations {
  private final String host;
  private final Ledger ledger;

  Declarations(String host, Ledger ledger) {
    this.host = host;
    this.ledger = ledger;
  }

  void declared(ExchangeSpec exchange) {
    if (keeps(exchange)) {
      ledger.declareExchange(host, exchange);
    }
  }

  void deleted(Exchange exchange) {
    if (keeps(exchange.spec())) {
      ledger.deleteExchange(host, exchange.spec().name());
    }
  }

  private boolean keeps(ExchangeSpec exchange) {
    return ledger.keeps() && exchange.durable();
  }

  /** Answers the queue's number; 0 if it does not outlive the broker. */
  int declared(QueueSpec queue) {
    boolean keeps = ledger.keeps() && queue.durable() && !queue.exclusive();
    return keeps ? ledger.declareQueue(host, queue) : 0;
  }

  void deleted(MessageQueue queue) {
    if (queue.id() != 0) {
      ledger.deleteQueue(queue.id());
    }
  }

  void bound(Exchange source, Target target, Binding binding, NoLocal noLocal) {
    if (keeps(source, target)) {
      ledger.bind(host, stored(binding, noLocal));
    }
  }

  void unbound(Exchange source, Target target, Binding binding) {
    if (keeps(source, target)) {
      ledger.unbind(host, stored(binding, null));
    }
  }

  /** Whether a binding outlives the broker: both its ends do. */
  boolean keeps(Exchange source, Target target) {
    return keeps(source.spec())
        && (target instanceof MessageQueue queue
            ? queue.id() != 0
            : ((Exchange) target).spec().durable());
  }

  /** A queue is that of a durable subscription. */
  void subscribed(MessageQueue queue, SubscriptionSpec spec) {
    if (queue.id() != 0) {
      ledger.subscribe(queue.id(), spec);
    }
  }

  /** All that is declared in it counts as a whole. */
  void together(Ledger.Declaring work) throws AmqpException {
    ledger.together(work);
  }

  /**
   * A binding as it is kept.
   *
   * @param noLocal whose publishes it leaves out, null for nobody's
   */
  static StoredBinding stored(Binding binding, NoLocal noLocal) {
    return noLocal == null
        ? new StoredBinding(binding, "", "")
        : new StoredBinding(binding, noLocal.connectionId(), noLocal.clientId());
  }

  /** Whose publishes a kept binding leaves out, null for nobody's. */
  static NoLocal noLocal(StoredBinding found) {
    boolean all = found.connectionId().isEmpty() && found.clientId().isEmpty();
    return all ? null : new NoLocal(found.connectionId(), found.clientId());
  }
}
