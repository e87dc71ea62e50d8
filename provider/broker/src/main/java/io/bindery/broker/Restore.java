package io.bindery.broker;

import io.bindery.broker.queue.Entry;
import io.bindery.broker.queue.MessageQueue;
import io.bindery.broker.store.KeptBranch;
import io.bindery.broker.store.KeptEntry;
import io.bindery.broker.store.KeptQueue;
import io.bindery.broker.store.KeptState;
import io.bindery.broker.store.StoredBinding;
import io.bindery.engine.AmqpException;
import io.bindery.engine.ExchangeSpec;
import io.bindery.engine.ReplyCode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Makes a broker of what the one before has left. One thread, before anybody uses the broker. */
final class Restore {
  private final KeptState found;
  private final Map<String, VirtualHost> hosts;
  private final Map<String, Subscriptions> subscriptions;
  private final XaRegistry branches;
  private final Map<Integer, List<KeptEntry>> reserved = new HashMap<>();
  private final Map<Integer, List<Long>> accepted = new HashMap<>();
  private final Map<Integer, Map<Long, Entry>> promised = new HashMap<>();

  Restore(
      KeptState found,
      Map<String, VirtualHost> hosts,
      Map<String, Subscriptions> subscriptions,
      XaRegistry branches) {
    this.found = found;
    this.hosts = hosts;
    this.subscriptions = subscriptions;
    this.branches = branches;
  }

  void run() throws AmqpException {
    for (String name : found.hosts()) {
      for (ExchangeSpec exchange : found.exchanges(name)) {
        host(name).restore(exchange);
      }
    }
    for (KeptBranch branch : found.branches()) {
      branch.enqueued().forEach(each -> listOf(reserved, each.queueId()).add(each));
      branch.accepted().forEach(each -> listOf(accepted, each.queueId()).add(each.sequence()));
    }
    for (KeptQueue queue : found.queues()) {
      restore(queue);
    }
    for (String name : found.hosts()) {
      for (StoredBinding binding : found.bindings(name)) {
        host(name).restore(binding);
      }
    }
    found.branches().forEach(this::restore);
    found.heuristics().forEach(branches::restore);
  }

  private static <T> List<T> listOf(Map<Integer, List<T>> lists, int queue) {
    return lists.computeIfAbsent(queue, any -> new ArrayList<>());
  }

  private VirtualHost host(String name) throws AmqpException {
    VirtualHost host = hosts.get(name);
    if (host == null) {
      throw new AmqpException(
          ReplyCode.PRECONDITION_FAILED,
          "The store has the virtual host '"
              + name
              + "', and the broker has only "
              + hosts.keySet());
    }
    return host;
  }

  private void restore(KeptQueue found) throws AmqpException {
    MessageQueue queue = host(found.host()).restore(found);
    promised.put(
        found.id(),
        queue
            .persistence()
            .restore(
                found,
                reserved.getOrDefault(found.id(), List.of()),
                accepted.getOrDefault(found.id(), List.of())));
    if (found.subscription() != null) {
      subscriptions.get(found.host()).restore(found.subscription(), queue);
    }
  }

  /** What went to a queue that was deleted meanwhile is not there any more. */
  private void restore(KeptBranch branch) {
    List<Entry> enqueued = new ArrayList<>();
    branch.enqueued().forEach(each -> add(each.queueId(), each.sequence(), enqueued));
    List<Entry> taken = new ArrayList<>();
    branch.accepted().forEach(each -> add(each.queueId(), each.sequence(), taken));
    branches.restore(branch, enqueued, taken);
  }

  private void add(int queue, long sequence, List<Entry> into) {
    Entry entry = promised.getOrDefault(queue, Map.of()).get(sequence);
    if (entry != null) {
      into.add(entry);
    }
  }
}
