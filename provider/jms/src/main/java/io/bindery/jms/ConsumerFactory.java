package io.bindery.jms;

import io.bindery.engine.AmqpException;
import io.bindery.engine.Channel;
import io.bindery.engine.ConsumeSpec;
import io.bindery.engine.Consumer;
import io.bindery.engine.QueueSpec;
import io.bindery.engine.ReplyCode;
import io.bindery.engine.Subscription;
import io.bindery.engine.SubscriptionSpec;
import io.bindery.engine.SubscriptionSpec.Kind;
import io.bindery.engine.selector.Selector;
import jakarta.jms.Destination;
import jakarta.jms.InvalidDestinationException;
import jakarta.jms.JMSException;
import jakarta.jms.TemporaryTopic;
import jakarta.jms.Topic;
import java.util.Map;
import java.util.function.Function;

/**
 * Makes consumers on a session's channel: declares, subscribes and consumes (Jakarta Messaging 8.2,
 * 8.3).
 *
 * @param <R> what receives
 */
final class ConsumerFactory<R extends Receiver> {
  private final JmsSession session;
  private final Function<ConsumerSettings, R> maker;

  ConsumerFactory(JmsSession session, Function<ConsumerSettings, R> maker) {
    this.session = session;
    this.maker = maker;
  }

  /** A consumer of a queue, or of a non-durable unshared subscription of a topic. */
  R any(Destination destination, String selector, boolean noLocal) throws JMSException {
    BinderyDestination own = BinderyDestination.of(destination);
    return own instanceof Topic
        ? topic(Kind.NON_DURABLE, own, new Named("", selector, noLocal))
        : queue(own, selector, noLocal);
  }

  /** A consumer of a subscription that has a name. */
  R named(Kind kind, Topic topic, Named named) throws JMSException {
    BinderyDestination own = BinderyDestination.of(topic);
    String method = "creating a consumer of the subscription '" + named.name() + "'";
    if (named.name() == null || named.name().isEmpty()) {
      throw new JMSException("creating a consumer of a subscription: the subscription has no name");
    }
    if (kind.durable() && own instanceof TemporaryTopic) {
      throw new InvalidDestinationException(
          method + ": a subscription to a temporary topic cannot be durable");
    }
    if (kind == Kind.DURABLE && session.connection().clientId().isEmpty()) {
      throw JmsExceptions.illegalState(
          method
              + ": an unshared durable subscription needs a client identifier, and the connection has none");
    }
    return topic(kind, own, named);
  }

  /**
   * What a subscription is created with.
   *
   * @param name empty for none
   * @param selector null or blank for none
   */
  record Named(String name, String selector, boolean noLocal) {}

  private R topic(Kind kind, BinderyDestination topic, Named named) throws JMSException {
    String doing = "creating a consumer of " + topic;
    session.connection().temporaries().checkConsumer(topic);
    String selector = checkedSelector(named.selector(), doing);
    // Jakarta Messaging 8.3.1: a non-durable subscription knows its connection; all others are the
    // client's.
    String clientId = kind == Kind.NON_DURABLE ? "" : session.connection().clientId();
    SubscriptionSpec spec =
        new SubscriptionSpec(
            kind, clientId, named.name(), topic.route(), selector, named.noLocal());
    Subscription subscription = null;
    try {
      subscription = session.channel().subscribe(spec).await();
      ConsumerSettings settings =
          new ConsumerSettings(topic, selector, named.noLocal(), prefetch(topic));
      return consume(
          ConsumeSpec.of(subscription.queue(), engineLimit(settings)), settings, subscription);
    } catch (AmqpException e) {
      if (subscription != null) {
        subscription.close();
      }
      throw JmsExceptions.of(e, doing);
    }
  }

  private R queue(BinderyDestination queue, String selector, boolean noLocal) throws JMSException {
    String doing = "creating a consumer of " + queue;
    session.connection().temporaries().checkConsumer(queue);
    if (!queue.route().exchange().isEmpty()) {
      throw new InvalidDestinationException(
          doing + ": messages are received from queues and topics, not from an exchange");
    }
    ConsumerSettings settings =
        new ConsumerSettings(queue, checkedSelector(selector, doing), noLocal, prefetch(queue));
    ensure(queue, doing);
    ConsumeSpec spec =
        new ConsumeSpec(
            queue.route().routingKey(),
            "",
            engineLimit(settings),
            false,
            settings.selector(),
            noLocal,
            Map.of(),
            false);
    try {
      return consume(spec, settings, null);
    } catch (AmqpException e) {
      throw e.replyCode() == ReplyCode.RESOURCE_LOCKED
          ? JmsExceptions.invalidDestination(e, doing)
          : JmsExceptions.of(e, doing);
    }
  }

  private int prefetch(BinderyDestination destination) {
    int own = destination.getPrefetch();
    return own == BinderyDestination.PREFETCH_OF_CONNECTION ? session.connection().prefetch() : own;
  }

  private int engineLimit(ConsumerSettings settings) {
    return session.mode().engineLimit(settings.prefetch());
  }

  private R consume(ConsumeSpec spec, ConsumerSettings settings, Subscription subscription)
      throws AmqpException {
    R consumer = maker.apply(settings);
    Consumer source = session.channel().consume(spec.withPaused(), consumer).await();
    consumer.attach(source, subscription);
    return consumer;
  }

  /** Creates a queue that is missing; one that exists is taken as it is, whatever its arguments. */
  void ensure(BinderyDestination queue, String doing) throws JMSException {
    String name = queue.route().routingKey();
    Channel channel = session.channel();
    try {
      channel.checkQueue(name).await();
    } catch (AmqpException e) {
      if (e.replyCode() == ReplyCode.RESOURCE_LOCKED || !queue.isMadeByUse()) {
        throw JmsExceptions.invalidDestination(e, doing);
      }
      if (e.replyCode() != ReplyCode.NOT_FOUND) {
        throw JmsExceptions.of(e, doing);
      }
      create(queue, doing);
    }
  }

  /** Fails for a temporary destination that was deleted, or went with its connection. */
  void checkStillThere(BinderyDestination destination, String doing) throws JMSException {
    if (!Temporaries.isTemporary(destination)) {
      return;
    }
    try {
      session.channel().checkQueue(destination.route().routingKey()).await();
    } catch (AmqpException e) {
      // Another connection's is locked, and so it is there.
      if (e.replyCode() != ReplyCode.RESOURCE_LOCKED) {
        throw JmsExceptions.of(e, doing);
      }
    }
  }

  /** Creates a queue that was missing just now. */
  void create(BinderyDestination queue, String doing) throws JMSException {
    try {
      session.channel().declareQueue(QueueSpec.jms(queue.route().routingKey())).await();
    } catch (AmqpException e) {
      // Somebody may have made it, with other arguments, since we looked; then it is taken as it
      // is.
      if (e.replyCode() != ReplyCode.PRECONDITION_FAILED) {
        throw JmsExceptions.invalidDestination(e, doing);
      }
    }
  }

  /** A selector that is understood; empty for none. */
  static String checkedSelector(String selector, String doing) throws JMSException {
    if (selector == null || selector.isBlank()) {
      return "";
    }
    try {
      Selector.parse(selector);
      return selector;
    } catch (AmqpException e) {
      throw JmsExceptions.of(e, doing);
    }
  }
}
