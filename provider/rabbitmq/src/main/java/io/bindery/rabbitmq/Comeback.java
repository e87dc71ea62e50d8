package io.bindery.rabbitmq;

import io.bindery.engine.AmqpException;
import io.bindery.engine.Binding;
import io.bindery.engine.Channel;
import io.bindery.engine.ExchangeSpec;
import io.bindery.engine.QueueSpec;
import io.bindery.engine.ReplyCode;
import io.bindery.engine.Subscription;
import io.bindery.engine.Ticket;
import java.lang.System.Logger.Level;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Supplier;

/**
 * Brings a connection back that was lost: connects, and makes again what it had, in the order in
 * which one thing needs another. Waits, so on a keeper's thread.
 */
final class Comeback {
  private static final System.Logger LOG = System.getLogger(Comeback.class.getName());

  /** After one that was lost so soon, a pause comes first. */
  private static final long SHORT_MS = 1_000;

  /** How long each answer may take while things are made again. */
  private static final long ANSWER_MS = 30_000;

  private final RabbitEngine engine;
  private final LastingConnection connection;
  private final Pace pace;
  private final Backoff backoff = new Backoff(() -> ThreadLocalRandom.current().nextDouble());
  private final long beganMs;
  private final long endMs;

  /** The channels, on the connection that is to go on. */
  private final Map<LastingChannel, RabbitChannel> made = new LinkedHashMap<>();

  Comeback(RabbitEngine engine, LastingConnection connection) {
    this.engine = engine;
    this.connection = connection;
    this.pace = engine.pace();
    this.beganMs = pace.nowMs();
    this.endMs = beganMs + engine.reconnectMs();
  }

  private boolean isOver() {
    return connection.over().getCount() == 0;
  }

  void run(RabbitConnection gone, AmqpException why) {
    if (isOver()) {
      return;
    }
    List<LastingChannel> channels = connection.unbind();
    LOG.log(
        Level.WARNING,
        "The connection ''{0}'' to {1} was lost: {2}; connecting to {3}, for at most {4} s",
        connection.spec().name(),
        gone.peer(),
        why.getMessage(),
        engine.uri(),
        engine.reconnectMs() / 1_000);
    AmqpException last = why;
    boolean goesOn = beganMs - connection.sinceMs() >= SHORT_MS || pause();
    for (int attempt = 1; goesOn && !isOver(); attempt++) {
      try {
        RabbitConnection fresh = attempt(channels);
        resume(fresh, channels);
        LOG.log(
            Level.INFO,
            "Connected again as ''{0}'' to {1} after {2} ms and {3} attempts{4}",
            connection.spec().name(),
            fresh.peer(),
            pace.nowMs() - beganMs,
            attempt,
            fresh.identity().equals(gone.identity()) ? "" : ": it is another broker");
        return;
      } catch (AmqpException e) {
        last = e;
        LOG.log(Level.DEBUG, "An attempt to connect again failed", e);
        goesOn = !Losses.isFinal(e) && pause();
      }
    }
    if (!isOver()) {
      AmqpException failure =
          Losses.isFinal(last) ? last : Losses.gaveUp(engine.reconnectMs() / 1_000, last);
      LOG.log(
          Level.ERROR,
          "The connection ''{0}'' is given up: {1}",
          connection.spec().name(),
          failure.getMessage());
      connection.fail(failure);
    }
  }

  /** False when the time is over. */
  private boolean pause() {
    long leftMs = endMs - pace.nowMs();
    if (leftMs <= 0) {
      return false;
    }
    pace.pause(Math.min(leftMs, backoff.nextMs()), connection.over());
    return true;
  }

  private RabbitConnection attempt(List<LastingChannel> channels) throws AmqpException {
    RabbitConnection fresh = engine.dial(connection.spec());
    try {
      restore(fresh, channels);
      return fresh;
    } catch (AmqpException e) {
      fresh.fail(e);
      throw e;
    }
  }

  private void resume(RabbitConnection fresh, List<LastingChannel> channels) {
    // Before what waits for the connection, which may be a channel's next.
    channels.forEach(each -> each.resume(made.get(each)));
    if (!connection.resume(fresh)) {
      fresh.close();
    }
  }

  // --- what it had ---

  private void restore(RabbitConnection fresh, List<LastingChannel> channels) throws AmqpException {
    if (!connection.clientId().isEmpty()) {
      whenFree(() -> fresh.claimClientId(connection.clientId()));
    }
    declare(fresh);
    made.clear();
    for (LastingChannel each : channels) {
      made.put(each, (RabbitChannel) answer(fresh.openChannel()));
    }
    Map<String, String> queues = new HashMap<>();
    for (LastingChannel each : channels) {
      for (LastingSubscription subscription : each.subscriptions()) {
        subscribe(made.get(each), subscription, queues);
      }
    }
    for (LastingChannel each : channels) {
      for (LastingConsumer consumer : each.consumers()) {
        consume(made.get(each), consumer, queues);
      }
    }
  }

  private void declare(RabbitConnection fresh) throws AmqpException {
    Topology.Snapshot topology = connection.topology().snapshot();
    if (topology.isEmpty()) {
      return;
    }
    Channel channel = answer(fresh.openChannel());
    for (ExchangeSpec each : topology.exchanges()) {
      again("exchange '" + each.name() + "'", () -> channel.declareExchange(each));
    }
    for (QueueSpec each : topology.queues()) {
      again("queue '" + each.name() + "'", () -> channel.declareQueue(each));
    }
    for (Binding each : topology.bindings()) {
      again("binding of '" + each.destination() + "'", () -> channel.bind(each));
    }
    channel.close();
  }

  private void subscribe(
      RabbitChannel on, LastingSubscription subscription, Map<String, String> queues)
      throws AmqpException {
    Subscription fresh =
        again(
            "subscription '" + subscription.spec().name() + "'",
            () -> on.subscribe(subscription.spec()));
    if (fresh != null) {
      queues.put(subscription.queue(), fresh.queue());
      subscription.prepare(fresh);
    }
  }

  private void consume(RabbitChannel on, LastingConsumer consumer, Map<String, String> queues)
      throws AmqpException {
    String queue = queues.getOrDefault(consumer.queue(), consumer.queue());
    RabbitConsumer fresh =
        (RabbitConsumer)
            again(
                "consumer of '" + queue + "'",
                () -> on.consume(consumer.successor(queue), consumer.signal()));
    if (fresh == null) {
      consumer.end();
    } else {
      consumer.prepare(fresh);
    }
  }

  /** Makes one thing again; null when the server refuses it, which concerns only that. */
  private <T> T again(String what, Supplier<Ticket<T>> question) throws AmqpException {
    try {
      return whenFree(question);
    } catch (AmqpException e) {
      switch (e.replyCode()) {
        case CHANNEL_ERROR, CONNECTION_FORCED, RESOURCE_LOCKED, RESOURCE_ERROR -> throw e;
        default -> {
          LOG.log(Level.WARNING, "The {0} did not come back: {1}", what, e.getMessage());
          return null;
        }
      }
    }
  }

  /** A server may not have noticed yet that the connection is gone that has it. */
  private <T> T whenFree(Supplier<Ticket<T>> question) throws AmqpException {
    while (true) {
      try {
        return answer(question.get());
      } catch (AmqpException e) {
        if (e.replyCode() != ReplyCode.RESOURCE_LOCKED || isOver() || !pause()) {
          throw e;
        }
      }
    }
  }

  private static <T> T answer(Ticket<T> ticket) throws AmqpException {
    if (!ticket.awaitDone(ANSWER_MS)) {
      throw new AmqpException(
          ReplyCode.CONNECTION_FORCED,
          "The server has not answered within " + ANSWER_MS + " ms what was to come back");
    }
    return ticket.await();
  }
}
