package io.bindery.rabbitmq;

import io.bindery.engine.Binding;
import io.bindery.engine.Binding.DestinationType;
import io.bindery.engine.ExchangeSpec;
import io.bindery.engine.QueueSpec;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/**
 * What a connection declared and a server may lose with it, or with its own restart: exchanges and
 * queues that are exclusive, auto-delete or not durable, and their bindings. What is durable is the
 * server's to keep. Thread-safe.
 */
final class Topology {
  private final Map<String, ExchangeSpec> exchanges = new LinkedHashMap<>();
  private final Map<String, QueueSpec> queues = new LinkedHashMap<>();
  private final Set<Binding> bindings = new LinkedHashSet<>();

  /** What there is to declare again. */
  record Snapshot(List<ExchangeSpec> exchanges, List<QueueSpec> queues, List<Binding> bindings) {
    boolean isEmpty() {
      return exchanges.isEmpty() && queues.isEmpty();
    }
  }

  synchronized Snapshot snapshot() {
    return new Snapshot(
        List.copyOf(exchanges.values()), List.copyOf(queues.values()), List.copyOf(bindings));
  }

  synchronized void declared(ExchangeSpec spec) {
    if (!spec.durable() || spec.autoDelete()) {
      exchanges.put(spec.name(), spec);
    }
  }

  synchronized void exchangeDeleted(String name) {
    exchanges.remove(name);
    bindings.removeIf(
        each -> each.source().equals(name) || leadsTo(each, DestinationType.EXCHANGE, name));
  }

  synchronized void declared(QueueSpec spec) {
    if (!spec.durable() || spec.exclusive() || spec.autoDelete()) {
      queues.put(spec.name(), spec);
    }
  }

  synchronized void queueDeleted(String name) {
    if (queues.remove(name) != null) {
      unbind(each -> leadsTo(each, DestinationType.QUEUE, name));
    }
  }

  private static boolean leadsTo(Binding binding, DestinationType type, String name) {
    return binding.destinationType() == type && binding.destination().equals(name);
  }

  /** Its last consumer left a queue. */
  synchronized void left(String queue) {
    QueueSpec spec = queues.get(queue);
    if (spec != null && spec.autoDelete()) {
      queueDeleted(queue);
    }
  }

  synchronized void bound(Binding binding) {
    boolean queue = binding.destinationType() == DestinationType.QUEUE;
    if (exchanges.containsKey(binding.source())
        || (queue ? queues : exchanges).containsKey(binding.destination())) {
      bindings.add(binding);
    }
  }

  synchronized void unbound(Binding binding) {
    unbind(binding::equals);
  }

  /** An exchange that goes with its last binding has gone then. */
  private void unbind(Predicate<Binding> which) {
    List<Binding> removed = new ArrayList<>(bindings);
    removed.removeIf(which.negate());
    bindings.removeAll(removed);
    for (Binding each : removed) {
      ExchangeSpec source = exchanges.get(each.source());
      if (source != null
          && source.autoDelete()
          && bindings.stream().noneMatch(other -> other.source().equals(source.name()))) {
        exchangeDeleted(source.name());
      }
    }
  }
}
