package io.bindery.broker;

import io.bindery.broker.queue.ConsumerSettings;
import io.bindery.broker.queue.Entry;
import io.bindery.broker.queue.MessageQueue;
import io.bindery.broker.queue.QueueConsumer;
import io.bindery.engine.AmqpException;
import io.bindery.engine.Arguments;
import io.bindery.engine.ConsumeSpec;
import io.bindery.engine.Delivery;
import io.bindery.engine.ReplyCode;
import io.bindery.engine.Signal;
import io.bindery.engine.Ticket;
import io.bindery.engine.selector.Selector;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Who takes messages for a channel, and so has its unsettled deliveries: its consumers by their
 * tags, and for {@code get} one taker on each queue. Threads as the channel.
 */
final class ChannelConsumers {
  private final BrokerChannel channel;
  private final Map<String, ChannelConsumer> consumers = new ConcurrentHashMap<>();

  /** What is over, and holds deliveries, which stay the channel's; its tag is free. */
  private final Set<ChannelConsumer> over = ConcurrentHashMap.newKeySet();

  private final Map<MessageQueue, QueueConsumer> takers = new ConcurrentHashMap<>();
  private long tagNumber;

  ChannelConsumers(BrokerChannel channel) {
    this.channel = channel;
  }

  /** Adds a consumer. */
  ChannelConsumer consume(MessageQueue queue, ConsumeSpec spec, Signal signal)
      throws AmqpException {
    over.removeIf(each -> !each.holdsDeliveries());
    consumers.values().stream().filter(ChannelConsumer::isClosed).forEach(this::freeTag);
    if (consumers.size() + over.size() >= Limits.CONSUMERS) {
      throw Limits.tooManyConsumers();
    }
    ConsumerSettings settings = settings(spec);
    ChannelConsumer consumer = new ChannelConsumer(this, queue.consume(settings, signal), queue);
    consumers.put(settings.tag(), consumer);
    if (spec.paused()) {
      consumer.pause(true);
    }
    if (channel.isClosed()) {
      consumer.close();
      consumer.release();
      throw channel.closedException();
    }
    return consumer;
  }

  private ConsumerSettings settings(ConsumeSpec spec) throws AmqpException {
    String tag =
        spec.tag().isEmpty() ? "amq.ctag-" + channel.home().id() + "-" + ++tagNumber : spec.tag();
    if (consumers.containsKey(tag)) {
      throw new AmqpException(ReplyCode.NOT_ALLOWED, "attempt to reuse consumer tag '" + tag + "'");
    }
    return new ConsumerSettings(
        tag,
        spec.prefetch(),
        spec.exclusive(),
        Selector.parse(spec.selector()),
        spec.noLocal() ? channel.local() : null,
        priority(spec),
        channel);
  }

  private int priority(ConsumeSpec spec) throws AmqpException {
    Object priority = spec.arguments().getOrDefault(Arguments.CONSUMER_PRIORITY, 0);
    boolean whole =
        priority instanceof Integer || priority instanceof Short || priority instanceof Byte;
    if (whole || (priority instanceof Long wide && wide == wide.intValue())) {
      return ((Number) priority).intValue();
    }
    throw new AmqpException(
        ReplyCode.PRECONDITION_FAILED,
        "invalid arg '"
            + Arguments.CONSUMER_PRIORITY
            + "' for queue '"
            + spec.queue()
            + "' in vhost '"
            + channel.home().host().name()
            + "': it is '"
            + priority
            + "', but must be a whole number of 32 bits");
  }

  /** A consumer was closed. */
  void cancelled(ChannelConsumer consumer) {
    freeTag(consumer);
    channel.home().host().consumerLeft(consumer.queueOf());
  }

  private void freeTag(ChannelConsumer closed) {
    if (closed.holdsDeliveries()) {
      over.add(closed);
    }
    consumers.remove(closed.tag(), closed);
  }

  /** Takes one message; null when there is none. */
  Ticket<Delivery> take(MessageQueue from, Selector selector) {
    Ticket<Entry> taken = new Ticket<>();
    from.take(taker(from), selector, taken);
    Ticket<Delivery> answer = new Ticket<>();
    taken.whenDone((entry, failure) -> deliver(entry, failure, answer));
    return answer;
  }

  private void deliver(Entry taken, AmqpException failure, Ticket<Delivery> answer) {
    if (failure != null) {
      answer.fail(failure);
    } else if (channel.isClosed() && taken != null) {
      taken.source().giveBack(List.of(), List.of(taken));
      answer.fail(channel.closedException());
    } else {
      if (taken != null) {
        taken.message();
      }
      answer.complete(taken);
    }
  }

  private QueueConsumer taker(MessageQueue queue) {
    QueueConsumer taker = takers.get(queue);
    if (taker == null) {
      takers
          .entrySet()
          .removeIf(each -> each.getKey().isDeleted() && !holds(each.getKey(), each.getValue()));
      taker = queue.taker(channel);
      takers.put(queue, taker);
    }
    return taker;
  }

  /** Whether anything that they took is not settled yet. */
  boolean holdDeliveries() {
    return consumers.values().stream().anyMatch(ChannelConsumer::holdsDeliveries)
        || over.stream().anyMatch(ChannelConsumer::holdsDeliveries)
        || takers.entrySet().stream().anyMatch(each -> holds(each.getKey(), each.getValue()));
  }

  private static boolean holds(MessageQueue queue, QueueConsumer taker) {
    return !queue.heldBy(taker).isEmpty();
  }

  /** The channel is closed: they go, and what they hold goes back to its queues. */
  void close() {
    for (ChannelConsumer consumer : List.copyOf(consumers.values())) {
      consumer.close();
      consumer.release();
    }
    over.forEach(ChannelConsumer::release);
    takers.forEach((queue, taker) -> queue.giveBack(List.of(), queue.heldBy(taker)));
  }
}
