package io.bindery.broker.queue;

import io.bindery.broker.routing.Publication;
import io.bindery.broker.runtime.Environment;
import io.bindery.broker.store.Ledger;
import io.bindery.broker.store.Store;
import io.bindery.engine.AmqpException;
import io.bindery.engine.AmqpMessage;
import io.bindery.engine.Body;
import io.bindery.engine.QueueSpec;
import io.bindery.engine.Route;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A queue's outside with a clock that is moved by hand, and its dead letters in a list. One thread.
 */
final class TestEnvironment implements Environment, MemoryMeter {
  final List<String> dead = new ArrayList<>();
  final AtomicLong usedBytes = new AtomicLong();

  /** How short memory is. */
  long excessBytes;

  private final TreeMap<Long, List<Runnable>> tasks = new TreeMap<>();
  private long nowMs = 1_000;

  static Publication publication(String text) {
    return publication(AmqpMessage.builder().body(new Body.Text(text)).build());
  }

  static Publication publication(AmqpMessage message) {
    return new Publication(
        message, new Route("", "q", false), new Publication.Source("connection", ""), any -> {});
  }

  static String text(io.bindery.engine.Delivery delivery) {
    return ((Body.Text) delivery.message().body()).content();
  }

  MessageQueue queue(Store store, Map<String, Object> arguments) throws AmqpException {
    return new MessageQueue(
        QueueDefinition.parse("/", QueueSpec.durable("q", arguments)),
        new QueueEnvironment(this, store, Ledger.NONE, this, this::died),
        0);
  }

  private void died(Entry entry, DeadLetters.Reason reason) {
    dead.add(text(entry) + ":" + reason.text());
    entry.source().forget(entry);
  }

  @Override
  public long nowMs() {
    return nowMs;
  }

  @Override
  public long nanos() {
    return nowMs * 1_000_000;
  }

  @Override
  public Scheduled schedule(Runnable task, long delayMs) {
    List<Runnable> at =
        tasks.computeIfAbsent(nowMs + Math.max(0, delayMs), any -> new ArrayList<>());
    at.add(task);
    return () -> at.remove(task);
  }

  @Override
  public Worker worker(String name, Step step) {
    throw new UnsupportedOperationException("a queue has no thread");
  }

  void advance(long ms) {
    long until = nowMs + ms;
    while (!tasks.isEmpty() && tasks.firstKey() <= until) {
      Map.Entry<Long, List<Runnable>> due = tasks.pollFirstEntry();
      nowMs = Math.max(nowMs, due.getKey());
      List.copyOf(due.getValue()).forEach(Runnable::run);
    }
    nowMs = until;
  }

  @Override
  public long random() {
    return 4;
  }

  @Override
  public void close() {
    tasks.clear();
  }

  @Override
  public void charged(long bytes) {
    usedBytes.addAndGet(bytes);
  }

  @Override
  public long excessBytes() {
    return excessBytes;
  }

  @Override
  public void freed(long bytes) {
    usedBytes.addAndGet(-bytes);
  }
}
