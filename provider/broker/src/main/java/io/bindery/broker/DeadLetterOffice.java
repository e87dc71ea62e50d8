package io.bindery.broker;

import io.bindery.broker.journal.Completion;
import io.bindery.broker.journal.JournalException;
import io.bindery.broker.queue.DeadLetters;
import io.bindery.broker.queue.Entry;
import io.bindery.broker.queue.MessageQueue;
import io.bindery.broker.queue.QueueDefinition;
import io.bindery.broker.queue.QueueEnvironment;
import io.bindery.broker.queue.StoredMessages;
import io.bindery.broker.routing.Exchange;
import io.bindery.broker.routing.Publication;
import io.bindery.broker.routing.Routing;
import io.bindery.broker.runtime.Environment;
import io.bindery.broker.store.Ledger;
import io.bindery.engine.AmqpException;
import io.bindery.engine.AmqpMessage;
import io.bindery.engine.Arguments;
import io.bindery.engine.QueueNames;
import io.bindery.engine.QueueSpec;
import io.bindery.engine.Route;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Publishes dead letters (RabbitMQ, "Dead Letter Exchanges"): to the queue's dead-letter exchange,
 * or for a queue that JMS created and that has none to the queue {@code bindery.dead.<queue>}. The
 * headers {@code x-death}, {@code x-first-death-…} and {@code x-last-death-…} tell the history.
 * Thread-safe.
 */
final class DeadLetterOffice implements DeadLetters {
  private static final System.Logger LOG = System.getLogger(DeadLetterOffice.class.getName());

  private static final int ATTEMPTS = 3;

  private final VirtualHost host;
  private final MemoryBudget memory;
  private final Environment environment;
  private final Ledger ledger;
  private final StoredMessages messages;

  DeadLetterOffice(VirtualHost host, MemoryBudget memory, QueueEnvironment outside) {
    this.host = host;
    this.memory = memory;
    this.environment = outside.environment();
    this.ledger = outside.ledger();
    this.messages = new StoredMessages(outside.store(), memory);
  }

  @Override
  public void deadLetter(Entry entry, Reason reason) {
    QueueDefinition.Limits limits = entry.source().definition().limits();
    AmqpMessage dead = buried(entry, reason);
    LOG.log(
        Level.DEBUG,
        "message {0} of queue {1} is dead: {2}",
        dead.messageId(),
        entry.queue(),
        reason.text());
    if (limits.deadLetterExchange() == null) {
      keep(entry, dead);
      return;
    }
    String key = limits.deadLetterRoutingKey();
    Route route =
        key == null
            ? new Route(
                limits.deadLetterExchange(), entry.route().routingKey(), false, copies(dead))
            : new Route(limits.deadLetterExchange(), key, false);
    try {
      Exchange to = route.exchange().isEmpty() ? null : host.exchange(route.exchange());
      if (!deliver(entry, publication(entry, dead, route), to)) {
        dropped(entry, "no queue is bound to '" + route.exchange() + "', or it goes in a circle");
      }
    } catch (AmqpException e) {
      dropped(entry, e.getMessage());
    }
  }

  /** The further keys that its sender selected and did not hide. */
  private static List<String> copies(AmqpMessage message) {
    return message.headers().get(Arguments.COPIES_HEADER) instanceof List<?> keys
        ? keys.stream().filter(String.class::isInstance).map(String.class::cast).toList()
        : List.of();
  }

  private static void dropped(Entry entry, String why) {
    entry.source().forget(entry);
    LOG.log(
        Level.WARNING,
        "a dead letter of queue {0} has nowhere to go and is dropped: {1}",
        entry.queue(),
        why);
  }

  private Publication publication(Entry entry, AmqpMessage dead, Route route) {
    return new Publication(dead, route, entry.publication().source(), messages);
  }

  /** To the queue for dead letters that is made when it is missing. */
  private void keep(Entry entry, AmqpMessage dead) {
    Route route = new Route("", QueueNames.deadLetters(entry.queue()), false);
    try {
      // Somebody may delete the queue just now, so once more.
      for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
        makeIfMissing(route.routingKey());
        if (deliver(entry, publication(entry, dead, route), null)) {
          return;
        }
      }
      dropped(entry, "queue '" + route.routingKey() + "' is deleted again and again");
    } catch (AmqpException e) {
      dropped(entry, e.getMessage());
    }
  }

  private void makeIfMissing(String queue) throws AmqpException {
    synchronized (host) {
      if (host.queueOrNull(queue) == null) {
        LOG.log(Level.INFO, "queue {0} is made for dead letters", queue);
        host.make(QueueSpec.durable(queue, Map.of()), null);
      }
    }
  }

  /**
   * Delivers it; once it has arrived its old queue forgets it.
   *
   * @return false when no queue takes it
   */
  private boolean deliver(Entry entry, Publication publication, Exchange exchange) {
    Routing routing = new Routing();
    host.route(exchange, publication, routing);
    List<MessageQueue> queues = new ArrayList<>(1);
    for (int i = 0; i < routing.size(); i++) {
      if (routing.get(i) instanceof MessageQueue queue
          && !circles(publication.message(), queue.name())) {
        queues.add(queue);
      }
    }
    if (queues.isEmpty()) {
      return false;
    }
    publication.hold();
    // Dead letters are exempt from back-pressure: they were in memory before.
    memory.charged(publication.sizeBytes());
    move(entry, Enqueue.reserve(publication, queues, environment));
    memory.freed(publication.release());
    return true;
  }

  /** In one step on disk, or the message could be in both queues after a crash, or in none. */
  private void move(Entry entry, Enqueue enqueue) {
    enqueue.stage(ledger);
    Ledger.Unit unit =
        new Ledger.Unit(
            enqueue.kept(), entry.kept() ? List.of(entry) : List.of(), environment.nowMs());
    Completion moved =
        new Completion() {
          @Override
          public void durable() {
            entry.written();
            enqueue.durable();
            entry.source().forget(entry);
          }

          @Override
          public void afterGroup() {
            enqueue.afterGroup();
          }

          @Override
          public void failed(JournalException why) {
            // The broker fails with its store; what is on disk decides where the message is.
          }
        };
    if (unit.isEmpty()) {
      moved.durable();
      moved.afterGroup();
    } else {
      ledger.commit(unit, moved);
    }
  }

  /**
   * A message that comes to a queue again, and since it was there last nobody rejected it, would go
   * on for ever.
   */
  private static boolean circles(AmqpMessage message, String queue) {
    for (Map<String, Object> death : deaths(message)) {
      Object reason = death.get("reason");
      if (Reason.REJECTED.text().equals(reason) || Reason.DELIVERY_LIMIT.text().equals(reason)) {
        return false;
      }
      if (queue.equals(death.get("queue"))) {
        return true;
      }
    }
    return false;
  }

  private static List<Map<String, Object>> deaths(AmqpMessage message) {
    List<Map<String, Object>> deaths = new ArrayList<>();
    if (message.headers().get(Arguments.DEATH_HEADER) instanceof List<?> list) {
      for (Object element : list) {
        if (element instanceof Map<?, ?> table) {
          Map<String, Object> death = new HashMap<>();
          table.forEach((name, value) -> death.put(String.valueOf(name), value));
          deaths.add(death);
        }
      }
    }
    return deaths;
  }

  private AmqpMessage buried(Entry entry, Reason reason) {
    AmqpMessage message = entry.message();
    List<Map<String, Object>> deaths = deaths(message);
    Map<String, Object> death = death(entry, reason);
    for (Map<String, Object> earlier : deaths) {
      if (isSame(death, earlier)) {
        deaths.remove(earlier);
        death = again(earlier);
        break;
      }
    }
    deaths.add(0, death);
    // A header may be void, which Map.copyOf does not take.
    Map<String, Object> headers = new HashMap<>(message.headers());
    if (entry.source().definition().limits().deadLetterRoutingKey() != null) {
      // Copies went to the keys that its sender selected, and that one takes their place.
      headers.remove(Arguments.COPIES_HEADER);
    }
    headers.put(Arguments.DEATH_HEADER, deaths.stream().map(Collections::unmodifiableMap).toList());
    headers.putIfAbsent("x-first-death-queue", entry.queue());
    headers.putIfAbsent("x-first-death-reason", reason.text());
    headers.putIfAbsent("x-first-death-exchange", entry.route().exchange());
    headers.put("x-last-death-queue", entry.queue());
    headers.put("x-last-death-reason", reason.text());
    headers.put("x-last-death-exchange", entry.route().exchange());
    return message.toBuilder()
        .headers(Collections.unmodifiableMap(headers))
        .expiration(null)
        .expiresAtMs(0)
        .deliverAtMs(0)
        .build();
  }

  /** Deaths are told apart by queue and reason. */
  private static boolean isSame(Map<String, Object> death, Map<String, Object> other) {
    return death.get("queue").equals(other.get("queue"))
        && death.get("reason").equals(other.get("reason"));
  }

  /** All but the count is told of the first time. */
  private static Map<String, Object> again(Map<String, Object> earlier) {
    long count = earlier.get("count") instanceof Number before ? before.longValue() : 0;
    Map<String, Object> death = new HashMap<>(earlier);
    death.put("count", count + 1);
    return death;
  }

  private Map<String, Object> death(Entry entry, Reason reason) {
    Map<String, Object> death = new HashMap<>();
    death.put("queue", entry.queue());
    death.put("reason", reason.text());
    death.put("count", 1L);
    death.put("exchange", entry.route().exchange());
    List<Object> keys = new ArrayList<>();
    keys.add(entry.route().routingKey());
    keys.addAll(copies(entry.message()));
    death.put("routing-keys", List.copyOf(keys));
    death.put("time", new Date(environment.nowMs()));
    if (entry.message().expiration() != null) {
      death.put("original-expiration", entry.message().expiration());
    }
    return death;
  }
}
