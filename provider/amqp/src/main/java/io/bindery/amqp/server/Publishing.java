package io.bindery.amqp.server;

import io.bindery.amqp.codec.BasicMethod;
import io.bindery.amqp.codec.CarriedProperties;
import io.bindery.amqp.codec.MethodType;
import io.bindery.amqp.codec.ProtocolException;
import io.bindery.engine.AmqpException;
import io.bindery.engine.AmqpMessage;
import io.bindery.engine.Arguments;
import io.bindery.engine.PublishOutcome;
import io.bindery.engine.ReplyCode;
import io.bindery.engine.Route;
import io.bindery.engine.Ticket;
import io.bindery.engine.Transaction;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;

/** Publishes of a channel (AMQP 0-9-1, basic.publish). On the event loop. */
final class Publishing {
  private static final String DELAY = "x-delay";

  /** RabbitMQ's limit. */
  private static final long MOST_DELAY_MS = 0xFFFF_FFFFL;

  private final ClientChannel channel;
  private Route latest = new Route("", "", false);
  private boolean reports;
  private boolean published;

  Publishing(ClientChannel channel) {
    this.channel = channel;
  }

  /** From now on failed publishes are told to the consumer of replies, and close nothing. */
  void report() {
    reports = true;
  }

  /** Once for all of a turn, for the engine says how long to rest for what came since. */
  void turnEnded() {
    if (published) {
      published = false;
      int restMs = channel.engine().restMs();
      if (restMs > 0) {
        channel.connection().rest(restMs);
      }
    }
  }

  void publish(ContentAssembly.Content content) throws AmqpException {
    BasicMethod.Publish method = content.publish();
    if (method.exchange().equals(Control.EXCHANGE)) {
      channel.control().perform(method, content.properties().build());
      return;
    }
    Publish publish = new Publish(channel.work().publishing(), method);
    try {
      publish(publish, content.properties().build());
    } catch (AmqpException e) {
      if (!reports) {
        throw e;
      }
      publish.accept(null, e);
    }
  }

  private void publish(Publish publish, AmqpMessage given) throws AmqpException {
    if (publish.method.immediate()) {
      throw new ProtocolException(
          ReplyCode.NOT_IMPLEMENTED, "immediate=true", MethodType.BASIC_PUBLISH);
    }
    AmqpMessage message = checked(given);
    Route route = route(publish.method);
    if (!message.headers().isEmpty()) {
      List<String> copies = copies(message);
      route = copies.isEmpty() ? route : copied(route, copies);
      message = withoutHidden(message);
    }
    publish.message = message;
    Work work = channel.work();
    Ticket<PublishOutcome> ticket = channel.engine().publish(route, message, work.current());
    published = true;
    channel.finishLater();
    if (ticket.isDone()) {
      ticket.whenDone(publish);
    } else {
      int bytes = message.sizeBytes();
      work.untaken();
      channel.connection().intake().began(bytes);
      channel
          .connection()
          .then(
              ticket,
              (outcome, failure) -> {
                channel.connection().intake().ended(bytes);
                publish.accept(outcome, failure);
                work.taken();
              });
    }
  }

  /**
   * The engine remembers what it found out about a route, so the same is the same object. Unless
   * publishes are reported, what is mandatory is this class's business: the engine would fail a
   * commit for it.
   */
  private Route route(BasicMethod.Publish method) {
    boolean mandatory = reports && method.mandatory();
    if (!latest.routingKey().equals(method.routingKey())
        || !latest.exchange().equals(method.exchange())
        || latest.mandatory() != mandatory) {
      latest = new Route(method.exchange(), method.routingKey(), mandatory);
    }
    return latest;
  }

  private static Route copied(Route route, List<String> copies) {
    return new Route(route.exchange(), route.routingKey(), route.mandatory(), copies);
  }

  /** RabbitMQ, "Sender-selected Distribution": the keys in the headers CC and BCC. */
  private static List<String> copies(AmqpMessage message) throws AmqpException {
    List<String> copies = new ArrayList<>(0);
    for (String header : List.of(Arguments.COPIES_HEADER, Arguments.HIDDEN_COPIES_HEADER)) {
      Object keys = message.headers().get(header);
      if (keys instanceof List<?> list) {
        // RabbitMQ passes over what is no key.
        list.stream().filter(String.class::isInstance).map(String.class::cast).forEach(copies::add);
      } else if (keys != null || message.headers().containsKey(header)) {
        throw refused("invalid message: header '" + header + "' must be an array of strings");
      }
    }
    return copies;
  }

  private static AmqpMessage withoutHidden(AmqpMessage message) {
    if (!message.headers().containsKey(Arguments.HIDDEN_COPIES_HEADER)) {
      return message;
    }
    Map<String, Object> headers = new LinkedHashMap<>(message.headers());
    headers.remove(Arguments.HIDDEN_COPIES_HEADER);
    return message.toBuilder().headers(Collections.unmodifiableMap(headers)).build();
  }

  private AmqpMessage checked(AmqpMessage given) throws AmqpException {
    AmqpMessage message = CarriedProperties.taken(given);
    if (message.userId() != null && !message.userId().equals(channel.connection().user())) {
      throw refused(
          "user_id property set to '"
              + message.userId()
              + "' but authenticated user was '"
              + channel.connection().user()
              + "'");
    }
    AmqpMessage checked = message;
    if (message.expiration() != null && message.expiresAtMs() == 0) {
      long expiresAtMs = channel.connection().nowMs() + lifetimeMs(message.expiration());
      checked = checked.toBuilder().expiresAtMs(expiresAtMs).build();
    }
    if (Arguments.REPLY_QUEUE.equals(message.replyTo())) {
      String queue = channel.consuming().replyQueue();
      if (queue == null) {
        throw refused("fast reply consumer does not exist");
      }
      checked = checked.toBuilder().replyTo(queue).build();
    }
    return delayed(checked);
  }

  /** RabbitMQ's plugin for delayed messages: what was delayed says so by the sign. */
  private AmqpMessage delayed(AmqpMessage message) throws AmqpException {
    Object delay = message.headers().get(DELAY);
    if (delay == null) {
      return message;
    }
    if (!(delay instanceof Number number) || delay instanceof Float || delay instanceof Double) {
      throw refused("header '" + DELAY + "' is '" + delay + "', but must be an integer");
    }
    long delayMs = number.longValue();
    if (delayMs <= 0) {
      return message;
    }
    if (delayMs > MOST_DELAY_MS) {
      throw refused("header '" + DELAY + "' is " + delay + ", and the limit is " + MOST_DELAY_MS);
    }
    Map<String, Object> headers = new LinkedHashMap<>(message.headers());
    headers.put(DELAY, -delayMs);
    return message.toBuilder()
        .headers(Collections.unmodifiableMap(headers))
        .deliverAtMs(channel.connection().nowMs() + delayMs)
        .build();
  }

  /** RabbitMQ, "Time-To-Live": milliseconds in decimal. */
  private static long lifetimeMs(String expiration) throws AmqpException {
    try {
      long lifetimeMs = Long.parseLong(expiration);
      if (lifetimeMs >= 0 && lifetimeMs <= Arguments.MOST_TTL_MS) {
        return lifetimeMs;
      }
    } catch (NumberFormatException e) {
      throw refused("invalid expiration '" + expiration + "'");
    }
    throw refused(
        "invalid expiration '" + expiration + "': it must be 0 to " + Arguments.MOST_TTL_MS);
  }

  private static ProtocolException refused(String why) {
    return new ProtocolException(ReplyCode.PRECONDITION_FAILED, why, MethodType.BASIC_PUBLISH);
  }

  /** A publish whose outcome is to come. */
  private final class Publish implements BiConsumer<PublishOutcome, AmqpException> {
    private final long number;
    private final BasicMethod.Publish method;
    private final Transaction within = channel.work().entered();

    /** Whether it is part of a transaction of class tx: that may begin before its outcome comes. */
    private final boolean transactional = channel.work().isTransactional();

    private AmqpMessage message;

    private Publish(long number, BasicMethod.Publish method) {
      this.number = number;
      this.method = method;
    }

    @Override
    public void accept(PublishOutcome outcome, AmqpException failure) {
      if (!channel.isOpen()) {
        return;
      }
      if (failure != null) {
        refused(failure.getMessage());
        failed(failure);
        return;
      }
      if (outcome == PublishOutcome.UNROUTED) {
        unrouted();
      } else if (outcome == PublishOutcome.REJECTED) {
        refused("a queue has reached its length limit and refuses more");
        if (transactional) {
          channel.work().rejected();
        }
      }
      channel.work().published(number, outcome != PublishOutcome.REJECTED);
    }

    private void refused(String why) {
      if (channel.connection().refusals().count(within)) {
        String to = "to exchange '" + method.exchange() + "' with key '" + method.routingKey();
        channel.connection().refusals().add(within, to + "': " + why);
      }
    }

    private void unrouted() {
      if (method.mandatory()) {
        refused("no queue is bound");
      }
      if (reports) {
        report("unrouted", Map.of());
      } else if (method.mandatory() && transactional) {
        channel.work().giveBackLater(this::giveBack);
      } else if (method.mandatory()) {
        giveBack();
      }
    }

    /** What lacked room was not published: who waits for a confirm is told so. */
    private void failed(AmqpException failure) {
      if (reports) {
        report("failed", Command.reasons(failure));
        channel.work().published(number, false);
      } else if (number > 0 && failure.replyCode() == ReplyCode.RESOURCE_ERROR) {
        channel.work().published(number, false);
      } else {
        channel.fail(failure, MethodType.BASIC_PUBLISH);
      }
    }

    private void report(String outcome, Map<String, Object> reasons) {
      Map<String, Object> fields = new LinkedHashMap<>(reasons);
      fields.put("publish", number);
      fields.put("outcome", outcome);
      try {
        channel.consuming().answer("publish", null, fields);
      } catch (AmqpException e) {
        channel.fail(e, MethodType.BASIC_PUBLISH);
      }
    }

    private void giveBack() {
      BasicMethod.Return returned =
          new BasicMethod.Return(
              ReplyCode.NO_ROUTE.code(), "NO_ROUTE", method.exchange(), method.routingKey());
      try {
        channel.connection().content(channel.number(), returned, message);
      } catch (AmqpException e) {
        channel.fail(e, MethodType.BASIC_PUBLISH);
      }
    }
  }
}
