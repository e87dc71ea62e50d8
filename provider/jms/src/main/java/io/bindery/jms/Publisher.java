package io.bindery.jms;

import io.bindery.engine.AmqpException;
import io.bindery.engine.AmqpMessage;
import io.bindery.engine.PublishOutcome;
import io.bindery.engine.Route;
import io.bindery.engine.Ticket;
import io.bindery.jms.message.JmsMessage;
import io.bindery.jms.message.SendHeaders;
import jakarta.jms.BytesMessage;
import jakarta.jms.CompletionListener;
import jakarta.jms.DeliveryMode;
import jakarta.jms.Destination;
import jakarta.jms.InvalidDestinationException;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageFormatException;
import jakarta.jms.ResourceAllocationException;
import jakarta.jms.StreamMessage;
import java.lang.System.Logger.Level;

/**
 * What a session's producers share: headers, snapshot, publish, and the queue that is made when it
 * is missing.
 */
final class Publisher {
  private static final System.Logger LOG = System.getLogger(Publisher.class.getName());

  private final JmsSession session;
  private final String idPrefix;
  private BinderyDestination ensured;
  private Destination ensuredReplies;
  private long sent;

  Publisher(JmsSession session, String idPrefix) {
    this.session = session;
    this.idPrefix = "ID:" + idPrefix + "-";
  }

  /**
   * How a message is sent: times in milliseconds, counted from the send call.
   *
   * @param withId whether the message gets an identifier
   * @param withTimestamp whether it gets a timestamp
   */
  record Options(
      int deliveryMode,
      int priority,
      long timeToLiveMs,
      long deliveryDelayMs,
      boolean withId,
      boolean withTimestamp) {}

  /** A destination with its route, which a producer keeps, so that no send makes it anew. */
  record Target(BinderyDestination destination, Route route) {
    static Target of(BinderyDestination destination) {
      return new Target(destination, destination.route());
    }
  }

  /** Sends and waits until it is safe (Jakarta Messaging 7.2). */
  void send(Target target, Message message, Options options) throws JMSException {
    JmsMessage own = own(message);
    SendHeaders headers = headers(target.destination(), options);
    own.sent(headers);
    ensureReplies(own.getJMSReplyTo());
    AmqpMessage snapshot = own.snapshot();
    PublishOutcome outcome = await(publish(target, snapshot), target);
    if (outcome == PublishOutcome.UNROUTED && target.route().mandatory()) {
      create(target.destination());
      outcome = await(publish(target, snapshot), target);
    }
    JMSException refusal =
        outcome == PublishOutcome.ROUTED ? null : refusal(target.destination(), outcome);
    if (refusal != null) {
      throw refusal;
    }
    if (own != message) {
      tell(message, headers);
    }
  }

  /** Sends and calls the listener when it is safe, or was refused (Jakarta Messaging 7.3). */
  void send(Target target, Message message, Options options, CompletionListener listener)
      throws JMSException {
    JmsMessage own = own(message);
    SendHeaders headers = headers(target.destination(), options);
    own.sent(headers);
    reset(message);
    ensureReplies(own.getJMSReplyTo());
    // A channel is for one thread at a time, so a missing queue is made here and now, never in the
    // listener's thread.
    ensure(target.destination());
    Ticket<PublishOutcome> ticket = publish(target, own.snapshot());
    if (own != message) {
      tell(message, headers);
    }
    session
        .completions()
        .add(new Completions.Pending(target.destination(), message, listener, ticket));
  }

  /**
   * The API of BytesMessage and StreamMessage: the listener reads the body without a reset. It is
   * done here, so that no other thread touches what the application may clear and write anew.
   */
  private static void reset(Message message) throws JMSException {
    if (message instanceof BytesMessage bytes) {
      bytes.reset();
    } else if (message instanceof StreamMessage stream) {
      stream.reset();
    }
  }

  private void ensure(BinderyDestination destination) throws JMSException {
    if (!destination.equals(ensured) && destination.isMadeByUse()) {
      session.factory().ensure(destination, "sending to " + destination);
    }
    ensured = destination;
  }

  /**
   * The queue for replies is made by who asks for them, because who replies never declares it. That
   * it cannot be made is nothing that the request is at fault for.
   */
  private void ensureReplies(Destination replyTo) {
    if (replyTo == null || replyTo == ensuredReplies) {
      return;
    }
    ensuredReplies = replyTo;
    try {
      BinderyDestination queue = BinderyDestination.of(replyTo);
      if (queue.isMadeByUse()) {
        session.factory().ensure(queue, "asking for replies to " + queue);
      }
    } catch (JMSException e) {
      LOG.log(Level.DEBUG, "A queue for replies could not be made", e);
    }
  }

  /** The exception for what became of a message, or null when it was sent. */
  static JMSException refusal(BinderyDestination destination, PublishOutcome outcome) {
    if (outcome == PublishOutcome.REJECTED) {
      return new ResourceAllocationException(
          "sending to " + destination + ": a queue has reached its length limit and refuses more",
          "506 RESOURCE_ERROR");
    }
    if (outcome == PublishOutcome.UNROUTED && destination.route().mandatory()) {
      return new InvalidDestinationException(
          "sending to "
              + destination
              + (destination.route().exchange().isEmpty()
                  ? ": it does not exist"
                  : ": no queue is bound to the exchange with this key"),
          "312 NO_ROUTE");
    }
    return null;
  }

  private static JmsMessage own(Message message) throws JMSException {
    if (message instanceof JmsMessage own) {
      return own;
    }
    if (message == null) {
      throw new MessageFormatException("send: the message is null");
    }
    return JmsMessage.convert(message);
  }

  private SendHeaders headers(BinderyDestination destination, Options options) {
    long nowMs = System.currentTimeMillis();
    return new SendHeaders(
        destination,
        options.deliveryMode(),
        options.priority(),
        options.withTimestamp() ? nowMs : 0,
        options.timeToLiveMs() == 0 ? 0 : after(nowMs, options.timeToLiveMs()),
        // Without a delay the timestamp says it too; where that is disabled it must be told apart.
        options.deliveryDelayMs() == 0 && options.withTimestamp()
            ? 0
            : after(nowMs, options.deliveryDelayMs()),
        options.withId() ? idPrefix + ++sent : null);
  }

  /** A span that passes the end of time ends there. */
  private static long after(long nowMs, long spanMs) {
    return spanMs > Long.MAX_VALUE - nowMs ? Long.MAX_VALUE : nowMs + spanMs;
  }

  private Ticket<PublishOutcome> publish(Target target, AmqpMessage snapshot) {
    return session.channel().publish(target.route(), snapshot, session.mode().transaction());
  }

  private static PublishOutcome await(Ticket<PublishOutcome> ticket, Target target)
      throws JMSException {
    try {
      return ticket.await();
    } catch (AmqpException e) {
      throw JmsExceptions.of(e, "sending to " + target.destination());
    }
  }

  /**
   * Makes a queue that nobody has used before; what is temporary or reached by an exchange is its
   * owner's to make.
   */
  private void create(BinderyDestination destination) throws JMSException {
    if (!destination.isMadeByUse()) {
      throw refusal(destination, PublishOutcome.UNROUTED);
    }
    session.factory().create(destination, "sending to " + destination);
  }

  /**
   * Sets the headers on a message of another provider, with the methods that are made for that
   * (3.4.11).
   */
  private static void tell(Message foreign, SendHeaders headers) throws JMSException {
    foreign.setJMSDestination(headers.destination());
    foreign.setJMSDeliveryMode(headers.deliveryMode());
    foreign.setJMSPriority(headers.priority());
    foreign.setJMSTimestamp(headers.timestampMs());
    foreign.setJMSExpiration(headers.expirationMs());
    foreign.setJMSDeliveryTime(
        headers.deliveryTimeMs() == 0 ? headers.timestampMs() : headers.deliveryTimeMs());
    foreign.setJMSMessageID(headers.messageId());
  }

  /** Checks a delivery mode (Jakarta Messaging 7.7). */
  static int checkedDeliveryMode(int deliveryMode) throws JMSException {
    if (deliveryMode != DeliveryMode.PERSISTENT && deliveryMode != DeliveryMode.NON_PERSISTENT) {
      throw new JMSException(
          "The delivery mode "
              + deliveryMode
              + " is neither NON_PERSISTENT (1) nor PERSISTENT (2)");
    }
    return deliveryMode;
  }

  /** Checks a priority (Jakarta Messaging 3.4.10). */
  static int checkedPriority(int priority) throws JMSException {
    if (priority < 0 || priority > 9) {
      throw new JMSException("The priority " + priority + " is not within 0 to 9");
    }
    return priority;
  }

  /** Checks a time span. */
  static long checkedMs(String what, long ms) throws JMSException {
    if (ms < 0) {
      throw new JMSException("The " + what + " of " + ms + " ms is negative");
    }
    return ms;
  }
}
