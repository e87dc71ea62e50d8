package io.bindery.broker.store;

import io.bindery.engine.Binding;
import io.bindery.engine.ExchangeSpec;
import io.bindery.engine.XidKey;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * All that outlives a broker: what a checkpoint holds, and what replaying makes of it. One thread.
 */
public final class KeptState {
  private final Map<String, Map<String, ExchangeSpec>> exchanges = new TreeMap<>();
  private final Map<String, Map<Binding, StoredBinding>> bindings = new TreeMap<>();
  private final Map<Integer, KeptQueue> queues = new TreeMap<>();
  private final Map<XidKey, KeptBranch> branches = new LinkedHashMap<>();
  private final Map<XidKey, Boolean> heuristics = new LinkedHashMap<>();
  private final List<PageRef> ownPages = new ArrayList<>();
  private String identity = "";
  private long replayFrom;
  private int lastQueueId;

  /** A page was written for this checkpoint alone. */
  public void own(PageRef page) {
    ownPages.add(page);
  }

  List<PageRef> ownPages() {
    return ownPages;
  }

  /** The broker's identity, empty for a new one. */
  public String identity() {
    return identity;
  }

  /** Sets the broker's identity. */
  public void identity(String value) {
    identity = value;
  }

  /** From where the journal says what changed since. */
  long replayFrom() {
    return replayFrom;
  }

  void replayFrom(long position) {
    replayFrom = position;
  }

  /** The greatest number that a queue was given. */
  int lastQueueId() {
    return lastQueueId;
  }

  void lastQueueId(int id) {
    lastQueueId = Math.max(lastQueueId, id);
  }

  /** The durable exchanges of a virtual host. */
  public List<ExchangeSpec> exchanges(String host) {
    return List.copyOf(exchanges.getOrDefault(host, Map.of()).values());
  }

  /** The kept bindings of a virtual host. */
  public List<StoredBinding> bindings(String host) {
    return List.copyOf(bindings.getOrDefault(host, Map.of()).values());
  }

  /** The durable queues of all virtual hosts. */
  public List<KeptQueue> queues() {
    return List.copyOf(queues.values());
  }

  /** The branches that wait for their decisions. */
  public List<KeptBranch> branches() {
    return List.copyOf(branches.values());
  }

  /** The virtual hosts that have anything. */
  public List<String> hosts() {
    List<String> hosts = new ArrayList<>(exchanges.keySet());
    bindings.keySet().stream().filter(host -> !hosts.contains(host)).forEach(hosts::add);
    queues.values().stream()
        .map(KeptQueue::host)
        .filter(host -> !hosts.contains(host))
        .distinct()
        .forEach(hosts::add);
    return hosts;
  }

  /** An exchange is there. */
  public void add(String host, ExchangeSpec exchange) {
    exchanges.computeIfAbsent(host, any -> new LinkedHashMap<>()).put(exchange.name(), exchange);
  }

  /** A binding is there. */
  public void add(String host, StoredBinding binding) {
    bindings.computeIfAbsent(host, any -> new LinkedHashMap<>()).put(binding.binding(), binding);
  }

  /** A queue is there. */
  public void add(KeptQueue queue) {
    lastQueueId(queue.id());
    queues.putIfAbsent(queue.id(), queue);
  }

  /** A branch is prepared. */
  public void add(KeptBranch branch) {
    branches.putIfAbsent(new XidKey(branch.xid()), branch);
    for (KeptEntry entry : branch.enqueued()) {
      // The queue may be gone: while the branch names it, its number must not be another's.
      lastQueueId(entry.queueId());
      KeptQueue queue = queues.get(entry.queueId());
      if (queue != null) {
        queue.given(entry.sequence());
      }
    }
    branch.accepted().forEach(each -> lastQueueId(each.queueId()));
  }

  /** A broker has started with it: what was parked is that broker's alone. */
  void started() {
    queues.values().forEach(queue -> queue.parked(false));
  }

  /** Whether anything is parked. */
  boolean hasParked() {
    return queues.values().stream().anyMatch(KeptQueue::parked);
  }

  KeptQueue queue(int id) {
    return queues.get(id);
  }

  void removeExchange(String host, String name) {
    exchanges.getOrDefault(host, Map.of()).remove(name);
    bindings
        .getOrDefault(host, Map.of())
        .keySet()
        .removeIf(
            binding ->
                binding.source().equals(name)
                    || binding.destinationType() == Binding.DestinationType.EXCHANGE
                        && binding.destination().equals(name));
  }

  void removeBinding(String host, Binding binding) {
    bindings.getOrDefault(host, Map.of()).remove(binding);
  }

  void removeQueue(int id) {
    KeptQueue queue = queues.remove(id);
    if (queue != null) {
      unbindQueue(queue);
    }
  }

  private void unbindQueue(KeptQueue queue) {
    bindings
        .getOrDefault(queue.host(), Map.of())
        .keySet()
        .removeIf(
            binding ->
                binding.destinationType() == Binding.DestinationType.QUEUE
                    && binding.destination().equals(queue.spec().name()));
  }

  /**
   * A queue is declared. Bindings that are there are those of a former queue of that name, which
   * the checkpoint may not know any more; its own follow.
   */
  void declare(KeptQueue queue) {
    unbindQueue(queue);
    add(queue);
  }

  /** All of a transaction counts. */
  void commit(List<KeptEntry> enqueued, List<KeptBranch.Accepted> accepted) {
    for (KeptEntry entry : enqueued) {
      KeptQueue queue = queues.get(entry.queueId());
      if (queue != null) {
        queue.enqueued(entry);
      }
    }
    for (KeptBranch.Accepted each : accepted) {
      KeptQueue queue = queues.get(each.queueId());
      if (queue != null) {
        queue.left(each.sequence(), each.sequence());
      }
    }
  }

  /** An operator has decided a branch, and its coordinator does not know yet. */
  public void decided(XidKey xid, boolean committed) {
    heuristics.put(xid, committed);
  }

  /** The branches that an operator has decided, and whether they were committed. */
  public Map<XidKey, Boolean> heuristics() {
    return heuristics;
  }

  /** A branch was decided, at a time if that is known. */
  void decide(XidKey xid, Ledger.Decision decision, long nowMs) {
    if (decision.isHeuristic()) {
      heuristics.put(xid, decision.commits());
    } else if (decision == Ledger.Decision.FORGOTTEN) {
      heuristics.remove(xid);
      return;
    }
    KeptBranch branch = branches.remove(xid);
    if (branch != null && decision.commits()) {
      commit(
          branch.enqueued().stream().map(each -> each.enqueuedAt(nowMs)).toList(),
          branch.accepted());
    } else if (branch != null) {
      // An orderly end of the broker, which forgets the marks, may have come in between.
      for (KeptBranch.Accepted each : branch.accepted()) {
        KeptQueue queue = queues.get(each.queueId());
        if (queue != null) {
          queue.delivered().add(each.sequence(), each.sequence());
        }
      }
    }
  }
}
