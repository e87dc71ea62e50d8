package io.bindery.broker.queue;

import io.bindery.broker.routing.Publication;
import io.bindery.broker.store.Ledger;
import io.bindery.broker.store.Store;
import io.bindery.engine.AmqpException;
import io.bindery.engine.AmqpMessage;
import io.bindery.engine.Delivery;
import io.bindery.engine.QueueSpec;
import io.bindery.engine.Route;
import io.bindery.engine.Signal;
import io.bindery.engine.selector.Selector;
import io.bindery.stress.StillEnvironment;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A queue in memory, and what is done with it. */
final class StressQueue {
  private static final QueueDefinition DEFINITION = definition();
  private static final AmqpMessage MESSAGE = AmqpMessage.builder().persistent(true).build();
  private static final Route ROUTE = Route.toQueue("q");
  private static final Publication.Source SOURCE = new Publication.Source("", "");
  private static final MemoryMeter NO_METER =
      new MemoryMeter() {
        @Override
        public void charged(long bytes) {
          // Not counted.
        }

        @Override
        public void freed(long bytes) {
          // Not counted.
        }

        @Override
        public long excessBytes() {
          return 0;
        }
      };

  final MessageQueue queue;

  StressQueue() {
    this(Ledger.NONE, 0);
  }

  StressQueue(Ledger ledger, int id) {
    queue =
        new MessageQueue(
            DEFINITION,
            new QueueEnvironment(
                new StillEnvironment(), Store.NONE, ledger, NO_METER, (entry, reason) -> {}),
            id);
  }

  private static QueueDefinition definition() {
    try {
      return QueueDefinition.parse("/", QueueSpec.durable("q", Map.of()));
    } catch (AmqpException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Publication publication() {
    return new Publication(MESSAGE, ROUTE, SOURCE, any -> {});
  }

  void offer() {
    queue.offer(publication(), 0, new Wakes());
  }

  /** Publishes as a transaction does, so that the message is kept when the queue is. */
  void offerInTransaction() {
    QueueConsumer woken = queue.ready(queue.reserve(publication()), 0);
    if (woken != null) {
      new Wakes().wake(woken);
    }
  }

  QueueConsumer consumer(int prefetch, Signal signal) {
    try {
      return queue.consume(
          new ConsumerSettings("", prefetch, false, Selector.ALL, null, 0, this), signal);
    } catch (AmqpException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Takes one message, which must be there. */
  static Entry taken(QueueConsumer consumer) {
    List<Delivery> taken = new ArrayList<>(1);
    consumer.drain(1, taken);
    return (Entry) taken.get(0);
  }

  /** Ready ones, and ten for each that is in delivery. */
  int left() {
    return (int) (queue.readyCount() + 10 * queue.unacknowledgedCount());
  }
}
