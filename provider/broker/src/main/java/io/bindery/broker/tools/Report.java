package io.bindery.broker.tools;

import io.bindery.broker.journal.JournalException;
import io.bindery.broker.journal.JournalReader;
import io.bindery.broker.store.KeptBranch;
import io.bindery.broker.store.KeptEntry;
import io.bindery.broker.store.KeptQueue;
import io.bindery.broker.store.KeptState;
import io.bindery.broker.store.StoreReader;
import io.bindery.broker.store.StoredBinding;
import io.bindery.engine.ExchangeSpec;
import io.bindery.engine.SubscriptionSpec;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A store as a text for people. */
final class Report {
  private static final String INDENT = "  ";
  private static final int PERCENT = 100;

  private final String location;
  private final Optional<String> holder;
  private final StoreReader store;
  private final KeptState state;
  private final StringBuilder text = new StringBuilder();

  Report(String location, Optional<String> holder, StoreReader store) {
    this.location = location;
    this.holder = holder;
    this.store = store;
    this.state = store.state();
  }

  /** The text. */
  String text() throws JournalException {
    head();
    segments();
    for (String host : state.hosts()) {
      text.append("\nvirtual host ").append(host).append('\n');
      queues(host);
      subscriptions(host);
      exchanges(host);
      bindings(host);
    }
    branches();
    return text.toString();
  }

  private void head() {
    line("store", location);
    line("in use by", holder.orElse("nobody"));
    if (holder.isPresent()) {
      line("", "so this is what was on disk a moment ago, and may not be all");
    }
    line("identity", state.identity().isEmpty() ? "none yet" : state.identity());
    line(
        "formats",
        "segments of version "
            + JournalReader.version()
            + ", checkpoints up to version "
            + StoreReader.checkpointVersion());
    line("checkpoint", store.checkpoint() == null ? "none yet" : store.checkpoint());
    line("a start replays", "from " + store.replayFrom());
  }

  private void line(String name, String value) {
    text.append(String.format("%-16s%s%n", name, value));
  }

  private void print(String heading, TextTable table) {
    if (!table.isEmpty()) {
      text.append(heading);
      table.print(INDENT + INDENT, text);
    }
  }

  private void segments() {
    TextTable table = new TextTable("segment", "opened", "bytes", "needed %");
    for (JournalReader.SegmentFile each : store.segments()) {
      long needed = each.bytes() == 0 ? 0 : store.liveBytes(each.number()) * PERCENT / each.bytes();
      table.row(
          each.name(),
          Instant.ofEpochMilli(each.createdMs()),
          each.bytes(),
          Math.max(0, Math.min(PERCENT, needed)));
    }
    print("\njournal\n", table);
  }

  private void queues(String host) throws JournalException {
    TextTable table =
        new TextTable("queue", "messages", "last sequence", "may be delivered below", "arguments");
    for (KeptQueue each : state.queues()) {
      if (each.host().equals(host)) {
        table.row(
            each.spec().name(),
            store.depth(each),
            each.lastSequence(),
            marks(each.marks()),
            arguments(each.spec().arguments()));
      }
    }
    print(INDENT + "queues\n", table);
  }

  private static String marks(long[] marks) {
    Map<Integer, Long> byLane = new TreeMap<>();
    for (int lane = 0; lane < marks.length; lane++) {
      if (marks[lane] > 0) {
        byLane.put(lane, marks[lane]);
      }
    }
    return byLane.entrySet().stream()
        .map(
            each ->
                (each.getValue() == Long.MAX_VALUE ? "all" : each.getValue().toString())
                    + " (priority "
                    + each.getKey()
                    + ")")
        .collect(Collectors.joining(", "));
  }

  private static String arguments(Map<String, Object> arguments) {
    return new TreeMap<>(arguments)
        .entrySet().stream()
            .map(each -> each.getKey() + "=" + each.getValue())
            .collect(Collectors.joining(" "));
  }

  private void subscriptions(String host) {
    TextTable table =
        new TextTable("subscription", "client", "exchange", "topic", "selector", "queue");
    for (KeptQueue each : state.queues()) {
      SubscriptionSpec of = each.subscription();
      if (of != null && each.host().equals(host)) {
        table.row(
            of.name(),
            of.clientId(),
            of.topic().exchange(),
            of.topic().routingKey(),
            of.selector(),
            each.spec().name());
      }
    }
    print(INDENT + "durable subscriptions\n", table);
  }

  private void exchanges(String host) {
    TextTable table = new TextTable("exchange", "type", "arguments");
    for (ExchangeSpec each : state.exchanges(host)) {
      table.row(each.name(), each.type(), arguments(each.arguments()));
    }
    print(INDENT + "exchanges, without those that every broker has\n", table);
  }

  private void bindings(String host) {
    TextTable table = new TextTable("from exchange", "to", "name", "routing key", "arguments");
    for (StoredBinding each : state.bindings(host)) {
      table.row(
          each.binding().source(),
          each.binding().destinationType().name().toLowerCase(java.util.Locale.ROOT),
          each.binding().destination(),
          each.binding().routingKey(),
          arguments(each.binding().arguments()));
    }
    print(INDENT + "bindings\n", table);
  }

  private void branches() {
    TextTable table = new TextTable("branch", "prepared", "publishes", "acknowledges", "queues");
    for (KeptBranch each : state.branches()) {
      table.row(
          each.xid(),
          each.preparedAtMs() == 0 ? "unknown" : Instant.ofEpochMilli(each.preparedAtMs()),
          each.enqueued().size(),
          each.accepted().size(),
          String.join(", ", queues(each)));
    }
    print("\nprepared branches, which wait for their transaction manager\n", table);
    TextTable decided = new TextTable("branch", "an operator");
    state
        .heuristics()
        .forEach((id, commit) -> decided.row(id, commit ? "committed it" : "rolled it back"));
    print("\nbranches whose transaction manager does not know yet\n", decided);
  }

  private TreeSet<String> queues(KeptBranch branch) {
    Map<Integer, String> names =
        state.queues().stream()
            .collect(Collectors.toMap(KeptQueue::id, each -> each.spec().name()));
    return Stream.concat(
            branch.enqueued().stream().map(KeptEntry::queueId),
            branch.accepted().stream().map(KeptBranch.Accepted::queueId))
        .map(id -> names.getOrDefault(id, "(deleted)"))
        .collect(Collectors.toCollection(TreeSet::new));
  }
}
