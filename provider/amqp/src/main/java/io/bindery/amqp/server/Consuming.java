package io.bindery.amqp.server;

import io.bindery.amqp.codec.BasicMethod;
import io.bindery.amqp.codec.MethodType;
import io.bindery.amqp.codec.ProtocolException;
import io.bindery.engine.AmqpException;
import io.bindery.engine.AmqpMessage;
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
import java.util.function.BiConsumer;

/**
 * The consumers of a channel, what it may hold, and single gets (AMQP 0-9-1, class basic). On the
 * event loop.
 */
final class Consuming {
  private static final Feed[] NONE = {};

  private final ClientChannel channel;
  private final Map<String, Feed> feeds = new LinkedHashMap<>(2);

  /**
   * The same, for who goes through them: what they do may end some of them. Null when it is to be
   * made anew.
   */
  private Feed[] all = NONE;

  private int consumerPrefetch;
  private int channelPrefetch;
  private boolean flows = true;
  private boolean held;
  private long lastTag;
  private String replyQueue;
  private Feed replies;

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

  /** Holds deliveries back for a moment; who lets them go resumes. */
  void hold(boolean back) {
    held = back;
  }

  /** How many may be delivered now, at most so many. */
  int credit(int max, boolean noAck) {
    if (!flows || held || !channel.isOpen() || !channel.connection().out().isWritable()) {
      return 0;
    }
    if (channelPrefetch == 0 || noAck) {
      return max;
    }
    int held = channel.work().settling().unsettled().consumed();
    return Math.max(0, Math.min(max, channelPrefetch - held));
  }

  /** What a consumer to come may hold, 0 for no limit. */
  int prefetch() {
    return consumerPrefetch;
  }

  /** There may be more credit: consumers that have work go on. */
  void resume() {
    for (Feed each : all()) {
      each.resume();
    }
  }

  // --- consumers ---

  private void consume(BasicMethod.Consume consume) throws AmqpException {
    if (consume.queue().equals(Arguments.REPLY_QUEUE)) {
      consumeReplies(consume);
      return;
    }
    Consumption asked =
        new Consumption(
                channel.topology().workedQueue(consume.queue(), consume.type()),
                consume.consumerTag(),
                consume.noAck(),
                consume.exclusive(),
                Topology.given(consume.arguments(), consume.type()))
            .withSelector("", consume.noLocal());
    start(asked, consumerPrefetch, (feed, failure) -> started(consume, feed, failure));
  }

  private void started(BasicMethod.Consume consume, Feed feed, AmqpException failure) {
    if (failure != null) {
      channel.fail(failure, consume.type());
      return;
    }
    if (!consume.noWait()) {
      channel.reply(new BasicMethod.ConsumeOk(feed.tag()));
    }
    feed.begin();
  }

  /** Starts what delivers; whoever is told lets it begin. */
  void start(Consumption asked, int prefetch, BiConsumer<Feed, AmqpException> then)
      throws AmqpException {
    asked.check();
    if (feeds.containsKey(asked.tag())) {
      throw new AmqpException(
          ReplyCode.NOT_ALLOWED, "attempt to reuse consumer tag '" + asked.tag() + "'");
    }
    if (asked.looks()) {
      look(asked, then);
    } else {
      take(asked.spec(prefetch), asked.noAck(), then);
    }
  }

  private void take(ConsumeSpec spec, boolean noAck, BiConsumer<Feed, AmqpException> then) {
    WireConsumer consumer = new WireConsumer(channel, noAck);
    channel.await(
        channel.engine().consume(spec, consumer),
        (started, failure) -> {
          if (failure == null) {
            consumer.started(started);
            add(consumer);
          }
          then.accept(consumer, failure);
        });
  }

  private void look(Consumption asked, BiConsumer<Feed, AmqpException> then) {
    String tag = asked.tag().isEmpty() ? "amq.ctag-" + UUID.randomUUID() : asked.tag();
    channel.await(
        channel.engine().browse(asked.queue(), asked.selector()),
        (browser, failure) -> {
          Feed feed = failure == null ? new WireBrowser(channel, tag, browser) : null;
          if (feed != null) {
            add(feed);
          }
          then.accept(feed, failure);
        });
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
        channel.engine().declareQueue(spec), consume.type(), made -> takeReplies(consume, made));
  }

  private void takeReplies(BasicMethod.Consume consume, QueueStatus made) {
    take(
        new ConsumeSpec(
            made.name(), consume.consumerTag(), 0, consume.exclusive(), "", false, Map.of(), false),
        true,
        (feed, failure) -> {
          if (failure == null) {
            replies = feed;
            replyQueue = made.name();
          }
          started(consume, feed, failure);
        });
  }

  /** Whether there are consumers of anything but replies. */
  boolean consumes() {
    return feeds.size() > (replies == null ? 0 : 1);
  }

  /** The queue to which replies of this channel come, or null. */
  String replyQueue() {
    return replyQueue;
  }

  /** The one with a tag, or null. */
  Feed find(String tag) {
    return feeds.get(tag);
  }

  /** The one with a tag; NOT_FOUND when there is none. */
  Feed feed(String tag) throws AmqpException {
    Feed feed = feeds.get(tag);
    if (feed == null) {
      throw new AmqpException(
          ReplyCode.NOT_FOUND, "There is no consumer with the tag '" + tag + "' on the channel");
    }
    return feed;
  }

  private void cancel(BasicMethod.Cancel cancel) {
    cancel(cancel.consumerTag());
    if (!cancel.noWait()) {
      channel.reply(new BasicMethod.CancelOk(cancel.consumerTag()));
    }
  }

  /** Ends the one with a tag, if there is one. */
  void cancel(String tag) {
    Feed feed = feeds.get(tag);
    if (feed != null) {
      forget(feed);
      feed.stop();
    }
  }

  private void add(Feed feed) {
    feeds.put(feed.tag(), feed);
    all = null;
  }

  private Feed[] all() {
    if (all == null) {
      all = feeds.values().toArray(NONE);
    }
    return all;
  }

  /** False when it was not there any more. */
  private boolean forget(Feed feed) {
    boolean was = feeds.remove(feed.tag(), feed);
    all = null;
    forgetReplies(feed);
    return was;
  }

  private void forgetReplies(Feed feed) {
    if (feed == replies) {
      replies = null;
      replyQueue = null;
    }
  }

  /** One is over (RabbitMQ, "Consumer Cancel Notification"). */
  void ended(Feed feed) {
    if (forget(feed) && channel.connection().clientCan("consumer_cancel_notify")) {
      channel.reply(new BasicMethod.Cancel(feed.tag(), true));
    }
  }

  /** The channel is about to close: what it gives back is for others. */
  void pause() {
    for (Feed each : all()) {
      if (each != replies) {
        each.pause(true);
      }
    }
  }

  /** The channel closes. */
  void stop() {
    Feed[] over = all();
    all = NONE;
    feeds.clear();
    for (Feed each : over) {
      each.stop();
    }
  }

  // --- deliveries ---

  /** Sends a delivery of a consumer. */
  void deliver(WireConsumer consumer, Delivery delivery) throws AmqpException {
    long tag = send(consumer.tag(), delivery, message(delivery));
    sent(delivery, tag, consumer.noAck(), consumer);
  }

  /** Sends what is only looked at. */
  void show(Feed feed, Delivery delivery) throws AmqpException {
    send(feed.tag(), delivery, message(delivery));
  }

  private AmqpMessage message(Delivery delivery) {
    return Delivered.message(delivery, channel.connection().knowsControl());
  }

  /** Sends a message, and tells its delivery tag. */
  private long send(String consumer, Delivery delivery, AmqpMessage message) throws AmqpException {
    BasicMethod.Deliver deliver =
        new BasicMethod.Deliver(
            consumer,
            lastTag + 1,
            delivery.redelivered(),
            delivery.route().exchange(),
            delivery.route().routingKey());
    channel.connection().content(channel.number(), deliver, message);
    return ++lastTag;
  }

  /** The delivery tag of the latest delivery. */
  long lastTag() {
    return lastTag;
  }

  /** Tells the consumer of replies what became of something; nobody if there is none any more. */
  void answer(String subject, String correlationId, Map<String, Object> fields)
      throws AmqpException {
    if (replies == null) {
      return;
    }
    BasicMethod.Deliver deliver =
        new BasicMethod.Deliver(replies.tag(), lastTag + 1, false, Control.EXCHANGE, subject);
    AmqpMessage message =
        AmqpMessage.builder().headers(fields).correlationId(correlationId).build();
    channel.connection().content(channel.number(), deliver, message);
    lastTag++;
  }

  /** Answers a command with a message that it took. */
  void got(Command command, Delivery delivery, boolean noAck) {
    try {
      Map<String, Object> mark = Map.of("x-bindery-get", command.correlationId());
      AmqpMessage message = Delivered.with(message(delivery), mark);
      sent(delivery, send(replies.tag(), delivery, message), noAck, null);
      command.finished();
    } catch (AmqpException e) {
      channel.engine().giveBack(List.of(), List.of(delivery));
      command.fail(e);
    }
  }

  private void sent(Delivery delivery, long tag, boolean noAck, Feed consumer) {
    if (noAck) {
      channel.engine().settle(delivery, Outcome.ACCEPTED, channel.engine().autoCommit());
    } else {
      channel.work().settling().unsettled().add(new Unsettled.Held(tag, delivery, consumer));
    }
  }

  private void get(BasicMethod.Get get) throws AmqpException {
    String queue = channel.topology().workedQueue(get.queue(), get.type());
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
      channel.connection().content(channel.number(), ok, message(delivery));
      lastTag = tag;
      sent(delivery, tag, get.noAck(), null);
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
