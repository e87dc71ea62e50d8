package io.bindery.amqp.server;

import io.bindery.amqp.codec.BasicMethod;
import io.bindery.amqp.codec.MethodType;
import io.bindery.amqp.codec.ProtocolException;
import io.bindery.engine.AmqpException;
import io.bindery.engine.Arguments;
import io.bindery.engine.ConsumeSpec;
import io.bindery.engine.Delivery;
import io.bindery.engine.Outcome;
import io.bindery.engine.QueueSpec;
import io.bindery.engine.QueueStatus;
import io.bindery.engine.ReplyCode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * The consumers of a channel, what it may hold, and single gets (AMQP 0-9-1, class basic). On the
 * event loop.
 */
final class Consuming {
  private final ClientChannel channel;
  private final Map<String, WireConsumer> consumers = new LinkedHashMap<>(2);
  private int consumerPrefetch;
  private int channelPrefetch;
  private boolean flows = true;
  private long lastTag;
  private String replyQueue;
  private WireConsumer replies;

  Consuming(ClientChannel channel) {
    this.channel = channel;
  }

  void method(BasicMethod method) throws AmqpException {
    if (method instanceof BasicMethod.Consume consume) {
      consume(consume);
    } else if (method instanceof BasicMethod.Cancel cancel) {
      cancel(cancel);
    } else if (method instanceof BasicMethod.Get get) {
      get(get);
    } else if (method instanceof BasicMethod.Qos qos) {
      qos(qos);
    } else if (!(method instanceof BasicMethod.CancelOk)) {
      throw ClientChannel.invalid(method);
    }
  }

  // --- limits ---

  /** RabbitMQ, "Consumer Prefetch": global is the channel, otherwise each consumer to come. */
  private void qos(BasicMethod.Qos qos) throws ProtocolException {
    if (qos.prefetchSize() != 0) {
      throw new ProtocolException(
          ReplyCode.NOT_IMPLEMENTED, "prefetch_size!=0 (" + qos.prefetchSize() + ")", qos.type());
    }
    if (qos.global()) {
      channelPrefetch = qos.prefetchCount();
    } else {
      consumerPrefetch = qos.prefetchCount();
    }
    channel.reply(new BasicMethod.QosOk());
    resume();
  }

  void flow(boolean active) {
    flows = active;
    resume();
  }

  /** How many may be delivered now, at most so many. */
  int credit(int max, boolean noAck) {
    if (!flows || !channel.isOpen() || !channel.connection().out().isWritable()) {
      return 0;
    }
    if (channelPrefetch == 0 || noAck) {
      return max;
    }
    int held = channel.work().settling().unsettled().consumed();
    return Math.max(0, Math.min(max, channelPrefetch - held));
  }

  /** There may be more credit: consumers that have work go on. */
  void resume() {
    for (WireConsumer each : consumers.values()) {
      each.resume();
    }
  }

  // --- consumers ---

  private void consume(BasicMethod.Consume consume) throws AmqpException {
    if (consume.queue().equals(Arguments.REPLY_QUEUE)) {
      consumeReplies(consume);
      return;
    }
    if (Arguments.isReplyQueue(consume.queue())) {
      throw new ProtocolException(
          ReplyCode.ACCESS_REFUSED, "Only its own channel reads a reply queue", consume.type());
    }
    start(consume, channel.topology().queueNamed(consume.queue(), consume.type()));
  }

  private WireConsumer start(BasicMethod.Consume consume, String queue) throws AmqpException {
    Map<String, Object> arguments = Topology.given(consume.arguments(), consume.type());
    Object selector = arguments.getOrDefault(Arguments.SELECTOR, "");
    Object noLocal = arguments.getOrDefault(Arguments.NO_LOCAL, false);
    ConsumeSpec spec =
        new ConsumeSpec(
            queue,
            consume.consumerTag(),
            consume.noAck() ? 0 : consumerPrefetch,
            consume.exclusive(),
            String.valueOf(selector),
            consume.noLocal() || Boolean.TRUE.equals(noLocal),
            arguments);
    WireConsumer consumer = new WireConsumer(channel, consume.noAck());
    channel.answer(
        channel.engine().consume(spec, consumer),
        consume.type(),
        started -> {
          consumers.put(started.tag(), consumer);
          if (!consume.noWait()) {
            channel.reply(new BasicMethod.ConsumeOk(started.tag()));
          }
          consumer.started(started);
        });
    return consumer;
  }

  /**
   * RabbitMQ, "Direct Reply-to": a queue of no other name than the request's reply-to, for this
   * channel while it consumes.
   */
  private void consumeReplies(BasicMethod.Consume consume) throws ProtocolException {
    if (!consume.noAck()) {
      throw new ProtocolException(
          ReplyCode.PRECONDITION_FAILED,
          "reply consumer cannot acknowledge: consume with no-ack",
          consume.type());
    }
    if (replyQueue != null) {
      throw new ProtocolException(
          ReplyCode.PRECONDITION_FAILED, "reply consumer already set", consume.type());
    }
    String name = Arguments.REPLY_QUEUE + "." + UUID.randomUUID();
    QueueSpec spec = new QueueSpec(name, false, false, true, QueueSpec.Defaults.AMQP, Map.of());
    channel.answer(
        channel.engine().declareQueue(spec), consume.type(), made -> startReplies(consume, made));
  }

  private void startReplies(BasicMethod.Consume consume, QueueStatus made) {
    try {
      replies = start(consume, made.name());
      replyQueue = made.name();
    } catch (AmqpException e) {
      channel.fail(e, consume.type());
    }
  }

  /** The queue to which replies of this channel come, or null. */
  String replyQueue() {
    return replyQueue;
  }

  private void cancel(BasicMethod.Cancel cancel) {
    WireConsumer consumer = consumers.remove(cancel.consumerTag());
    if (consumer != null) {
      forgetReplies(consumer);
      consumer.stop();
    }
    if (!cancel.noWait()) {
      channel.reply(new BasicMethod.CancelOk(cancel.consumerTag()));
    }
  }

  private void forgetReplies(WireConsumer consumer) {
    if (consumer == replies) {
      replies = null;
      replyQueue = null;
    }
  }

  /** The engine ended a consumer (RabbitMQ, "Consumer Cancel Notification"). */
  void ended(WireConsumer consumer) {
    if (consumers.remove(consumer.tag(), consumer)) {
      forgetReplies(consumer);
      if (channel.connection().clientCan("consumer_cancel_notify")) {
        channel.reply(new BasicMethod.Cancel(consumer.tag(), true));
      }
    }
  }

  /** The channel closes. */
  void stop() {
    consumers.values().forEach(WireConsumer::stop);
    consumers.clear();
  }

  // --- deliveries ---

  /** Sends a delivery of a consumer. */
  void deliver(WireConsumer consumer, Delivery delivery) throws AmqpException {
    long tag = lastTag + 1;
    BasicMethod.Deliver deliver =
        new BasicMethod.Deliver(
            consumer.tag(),
            tag,
            delivery.redelivered(),
            delivery.route().exchange(),
            delivery.route().routingKey());
    channel.connection().content(channel.number(), deliver, delivery.message());
    sent(delivery, tag, consumer.noAck(), true);
  }

  private void sent(Delivery delivery, long tag, boolean noAck, boolean consumed) {
    lastTag = tag;
    if (noAck) {
      channel.engine().settle(delivery, Outcome.ACCEPTED, channel.engine().autoCommit());
    } else {
      channel.work().settling().unsettled().add(new Unsettled.Held(tag, delivery, consumed));
    }
  }

  private void get(BasicMethod.Get get) throws AmqpException {
    String queue = channel.topology().queueNamed(get.queue(), get.type());
    channel.answer(
        channel.engine().checkQueue(queue),
        get.type(),
        status ->
            channel.answer(
                channel.engine().get(queue, ""),
                get.type(),
                delivery -> got(get, delivery, status.messages())));
  }

  private void got(BasicMethod.Get get, Delivery delivery, long wereReady) {
    if (delivery == null) {
      channel.reply(new BasicMethod.GetEmpty());
      return;
    }
    long tag = lastTag + 1;
    BasicMethod.GetOk ok =
        new BasicMethod.GetOk(
            tag,
            delivery.redelivered(),
            delivery.route().exchange(),
            delivery.route().routingKey(),
            Math.max(0, wereReady - 1));
    try {
      channel.connection().content(channel.number(), ok, delivery.message());
      sent(delivery, tag, get.noAck(), false);
    } catch (AmqpException e) {
      undelivered(new ArrayList<>(List.of(delivery)), e, MethodType.BASIC_GET);
    }
  }

  /** Something cannot be sent: back with what nobody saw, and an end of the channel. */
  void undelivered(List<Delivery> unseen, AmqpException why, MethodType about) {
    channel.engine().giveBack(List.of(), unseen);
    channel.fail(why, about);
  }
}
