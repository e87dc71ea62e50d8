package io.bindery.broker;

import io.bindery.broker.queue.DeadLetters;
import io.bindery.broker.queue.Entry;
import io.bindery.broker.queue.MessageQueue;
import io.bindery.broker.queue.QueueDefinition;
import io.bindery.broker.routing.Exchange;
import io.bindery.broker.routing.Publication;
import io.bindery.broker.routing.Routing;
import io.bindery.broker.runtime.Environment;
import io.bindery.engine.AmqpException;
import io.bindery.engine.AmqpMessage;
import io.bindery.engine.Arguments;
import io.bindery.engine.QueueNames;
import io.bindery.engine.QueueSpec;
import io.bindery.engine.Route;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
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

  private final VirtualHost host;
  private final MemoryBudget memory;
  private final Environment environment;

  DeadLetterOffice(VirtualHost host, MemoryBudget memory, Environment environment) {
    this.host = host;
    this.memory = memory;
    this.environment = environment;
  }

  @Override
  public void deadLetter(Entry entry, Reason reason) {
    QueueDefinition definition = entry.source().definition();
    AmqpMessage dead = buried(entry, reason);
    String exchange = definition.limits().deadLetterExchange();
    String key = definition.limits().deadLetterRoutingKey();
    Route route =
        exchange == null
            ? new Route("", QueueNames.deadLetters(entry.queue()), false)
            : new Route(exchange, key == null ? entry.route().routingKey() : key, false);
    LOG.log(
        Level.DEBUG,
        "message {0} of queue {1} is dead: {2}",
        dead.messageId(),
        entry.queue(),
        reason.text());
    try {
      if (exchange == null) {
        keep(route.routingKey());
      }
      Exchange to = route.exchange().isEmpty() ? null : host.exchange(route.exchange());
      deliver(
          new Publication(
              dead, route, entry.publication().connectionId(), entry.publication().clientId()),
          to);
    } catch (AmqpException e) {
      LOG.log(
          Level.WARNING,
          "a dead letter of queue {0} has nowhere to go and is dropped: {1}",
          entry.queue(),
          e.getMessage());
    }
  }

  private void keep(String queue) throws AmqpException {
    if (host.queueOrNull(queue) == null) {
      LOG.log(Level.INFO, "queue {0} is made for dead letters", queue);
      synchronized (host) {
        if (host.queueOrNull(queue) == null) {
          host.make(QueueSpec.durable(queue, Map.of()), null);
        }
      }
    }
  }

  private void deliver(Publication publication, Exchange exchange) {
    Routing routing = new Routing();
    host.route(exchange, publication, routing);
    long nowMs = environment.nowMs();
    publication.hold();
    // Dead letters are exempt from back-pressure: they were in memory before.
    memory.charged(publication.message().sizeBytes());
    for (int i = 0; i < routing.size(); i++) {
      if (routing.get(i) instanceof MessageQueue queue
          && !circles(publication.message(), queue.name())) {
        queue.offer(publication, nowMs);
      }
    }
    memory.freed(publication.release());
  }

  /**
   * A message that comes to a queue again, and never because somebody rejected it, would go on for
   * ever.
   */
  private static boolean circles(AmqpMessage message, String queue) {
    List<Map<String, Object>> deaths = deaths(message);
    boolean again = deaths.stream().anyMatch(death -> queue.equals(death.get("queue")));
    return again
        && deaths.stream()
            .map(death -> death.get("reason"))
            .noneMatch(reason -> reason.equals("rejected") || reason.equals("delivery_limit"));
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
    Map<String, Object> headers = new HashMap<>(message.headers());
    Map<String, Object> death = death(entry, reason, deaths);
    deaths.removeIf(
        other ->
            entry.queue().equals(other.get("queue")) && reason.text().equals(other.get("reason")));
    deaths.add(0, death);
    headers.put(Arguments.DEATH_HEADER, deaths.stream().map(Map::copyOf).toList());
    headers.putIfAbsent("x-first-death-queue", entry.queue());
    headers.putIfAbsent("x-first-death-reason", reason.text());
    headers.putIfAbsent("x-first-death-exchange", entry.route().exchange());
    headers.put("x-last-death-queue", entry.queue());
    headers.put("x-last-death-reason", reason.text());
    headers.put("x-last-death-exchange", entry.route().exchange());
    return message.toBuilder()
        .headers(Map.copyOf(headers))
        .expiration(null)
        .expiresAtMs(0)
        .deliverAtMs(0)
        .build();
  }

  private Map<String, Object> death(Entry entry, Reason reason, List<Map<String, Object>> earlier) {
    long count = 1;
    for (Map<String, Object> other : earlier) {
      boolean same =
          entry.queue().equals(other.get("queue")) && reason.text().equals(other.get("reason"));
      count += same && other.get("count") instanceof Number before ? before.longValue() : 0;
    }
    Map<String, Object> death = new HashMap<>();
    death.put("queue", entry.queue());
    death.put("reason", reason.text());
    death.put("count", count);
    death.put("exchange", entry.route().exchange());
    death.put("routing-keys", List.of(entry.route().routingKey()));
    death.put("time", new java.util.Date(environment.nowMs()));
    if (entry.message().expiration() != null) {
      death.put("original-expiration", entry.message().expiration());
    }
    return death;
  }
}
