package io.bindery.broker;

import io.bindery.broker.queue.MessageQueue;
import io.bindery.broker.routing.NoLocal;
import io.bindery.engine.AmqpException;
import io.bindery.engine.Arguments;
import io.bindery.engine.Binding;
import io.bindery.engine.QueueSpec;
import io.bindery.engine.ReplyCode;
import io.bindery.engine.Route;
import io.bindery.engine.Subscription;
import io.bindery.engine.SubscriptionSpec;
import io.bindery.engine.SubscriptionSpec.Kind;
import io.bindery.engine.selector.Selector;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.Map;

/**
 * The topic subscriptions of a virtual host (Jakarta Messaging 8.3): what they were asked for, and
 * who uses them. Serialised by its monitor, outside which queues are deleted.
 */
final class Subscriptions {
  private static final Route NOWHERE = new Route("", "", false);

  private final VirtualHost host;
  private final Map<String, Stored> byQueue = new HashMap<>();

  Subscriptions(VirtualHost host) {
    this.host = host;
  }

  private static final class Stored {
    private final SubscriptionSpec spec;
    private final MessageQueue queue;
    private int uses;

    private Stored(SubscriptionSpec spec, MessageQueue queue) {
      this.spec = spec;
      this.queue = queue;
    }

    boolean isFor(SubscriptionSpec asked) {
      return spec.kind() == asked.kind()
          && spec.topic().exchange().equals(asked.topic().exchange())
          && spec.topic().routingKey().equals(asked.topic().routingKey())
          && spec.selector().equals(asked.selector())
          && spec.noLocal() == asked.noLocal();
    }

    String shown() {
      return "Subscription '"
          + spec.name()
          + "'"
          + (spec.clientId().isEmpty() ? "" : " of '" + spec.clientId() + "'");
    }
  }

  /**
   * Opens a subscription.
   *
   * @param queue the name of its queue
   */
  Use subscribe(SubscriptionSpec spec, String queue, BrokerConnection user) throws AmqpException {
    Limits.checkName("Binding key", spec.topic().routingKey());
    host.exchange(spec.topic().exchange());
    Stored replaced = null;
    try {
      synchronized (this) {
        Stored stored = stored(queue);
        Subscription.Outcome outcome = Subscription.Outcome.ATTACHED;
        if (stored == null) {
          stored = create(null, spec, queue, user);
          outcome = Subscription.Outcome.CREATED;
        } else if (!stored.isFor(spec)) {
          checkReplaceable(stored, spec);
          replaced = stored;
          stored = create(replaced, spec, queue, user);
          outcome = Subscription.Outcome.REPLACED;
        } else if (!spec.kind().shared() && stored.uses > 0) {
          throw new AmqpException(
              ReplyCode.RESOURCE_LOCKED, stored.shown() + " is in use, and is not shared");
        }
        stored.uses++;
        return new Use(stored, outcome);
      }
    } finally {
      if (replaced != null && host.queueOrNull(queue) != replaced.queue) {
        replaced.queue.delete();
      }
    }
  }

  /**
   * The durable ones by their queues, of which some may be gone: another queue of the same name is
   * no subscription's.
   */
  synchronized Map<MessageQueue, SubscriptionSpec> durable() {
    Map<MessageQueue, SubscriptionSpec> durable = new IdentityHashMap<>();
    byQueue
        .values()
        .forEach(
            stored -> {
              if (stored.spec.kind().durable()) {
                durable.put(stored.queue, stored.spec);
              }
            });
    return durable;
  }

  /** A durable one that was found. */
  synchronized void restore(SubscriptionSpec spec, MessageQueue queue) {
    byQueue.put(queue.name(), new Stored(spec, queue));
  }

  private Stored stored(String name) {
    Stored stored = byQueue.get(name);
    if (stored != null && host.queueOrNull(name) != stored.queue) {
      // Somebody deleted the queue: the subscription went with it.
      byQueue.remove(name);
      return null;
    }
    return stored;
  }

  private static void checkReplaceable(Stored stored, SubscriptionSpec asked) throws AmqpException {
    if (stored.spec.kind() != asked.kind()) {
      throw new AmqpException(
          stored.uses > 0 ? ReplyCode.RESOURCE_LOCKED : ReplyCode.PRECONDITION_FAILED,
          stored.shown()
              + " is there as "
              + stored.spec.kind()
              + ", and cannot be opened as "
              + asked.kind()
              + "; unsubscribe it first, or use another name");
    }
    if (stored.uses > 0) {
      throw new AmqpException(
          ReplyCode.RESOURCE_LOCKED,
          stored.shown()
              + " is in use with another topic, selector or no-local, and cannot be changed now");
    }
    // What is asked may be wrong, and must not cost what is there.
    Selector.parse(asked.selector());
  }

  /** Takes a subscription out; whoever does deletes its queue outside the monitor. */
  private void remove(Stored stored) {
    byQueue.remove(stored.queue.name(), stored);
    host.detach(stored.queue);
  }

  /** Makes a subscription instead of another one or none: on disk, too, there are never both. */
  private Stored create(Stored replaced, SubscriptionSpec spec, String name, BrokerConnection user)
      throws AmqpException {
    host.together(
        () -> {
          // It may have gone since it was looked at, and must not cost what is there.
          host.exchange(spec.topic().exchange());
          if (replaced != null) {
            remove(replaced);
          }
          create(spec, name, user);
        });
    return byQueue.get(name);
  }

  private void create(SubscriptionSpec spec, String name, BrokerConnection user)
      throws AmqpException {
    if (host.queueOrNull(name) != null) {
      throw new AmqpException(
          ReplyCode.PRECONDITION_FAILED,
          "Queue '"
              + name
              + "' is there, and is no subscription's: delete it, or give the subscription another"
              + " name");
    }
    boolean exclusive = spec.kind() == Kind.NON_DURABLE;
    MessageQueue queue =
        host.make(
            new QueueSpec(
                name, spec.kind().durable(), exclusive, false, QueueSpec.Defaults.JMS, Map.of()),
            // Whose connection ends just now must not fail behind what is replaced.
            exclusive ? user : null);
    Map<String, Object> arguments = new HashMap<>();
    if (!spec.selector().isBlank()) {
      arguments.put(Arguments.SELECTOR, spec.selector());
    }
    NoLocal noLocal = null;
    if (spec.noLocal()) {
      arguments.put(Arguments.NO_LOCAL, true);
      // A durable subscription outlives its connection: then the client identifier tells who is
      // local.
      noLocal = new NoLocal(spec.kind().durable() ? "" : user.id(), spec.clientId());
    }
    try {
      host.bind(
          Binding.queue(spec.topic().exchange(), name, spec.topic().routingKey(), arguments),
          noLocal,
          user);
    } catch (AmqpException e) {
      host.detach(queue);
      throw e;
    }
    host.kept().subscribed(queue, spec);
    byQueue.put(name, new Stored(spec, queue));
  }

  /** The queue of a durable subscription. */
  static String durableQueue(String clientId, String name) {
    return new SubscriptionSpec(Kind.DURABLE, clientId, name, NOWHERE, "", false).queueName();
  }

  void unsubscribe(String clientId, String name) throws AmqpException {
    Stored stored;
    synchronized (this) {
      stored = stored(durableQueue(clientId, name));
      if (stored == null) {
        throw new AmqpException(
            ReplyCode.NOT_FOUND,
            "There is no durable subscription '"
                + name
                + "'"
                + (clientId.isEmpty() ? "" : " of '" + clientId + "'"));
      }
      if (stored.uses > 0) {
        throw new AmqpException(
            ReplyCode.RESOURCE_LOCKED,
            stored.shown() + " is in use: close its consumers before unsubscribing");
      }
      long unsettled = stored.queue.unacknowledgedCount();
      if (unsettled > 0) {
        throw new AmqpException(
            ReplyCode.RESOURCE_LOCKED,
            stored.shown()
                + " has "
                + unsettled
                + " messages that were delivered and are not acknowledged, or are in a transaction:"
                + " acknowledge, commit or roll back before unsubscribing");
      }
      remove(stored);
    }
    stored.queue.delete();
  }

  private void left(Stored stored) {
    synchronized (this) {
      stored.uses--;
      if (stored.uses > 0 || stored.spec.kind().durable()) {
        return;
      }
      remove(stored);
    }
    stored.queue.delete();
  }

  /** One use of a subscription. */
  final class Use implements Subscription {
    private final Stored stored;
    private final Outcome outcome;
    private boolean closed;

    private Use(Stored stored, Outcome outcome) {
      this.stored = stored;
      this.outcome = outcome;
    }

    @Override
    public String queue() {
      return stored.queue.name();
    }

    synchronized boolean isClosed() {
      return closed;
    }

    @Override
    public Outcome outcome() {
      return outcome;
    }

    @Override
    public void close() {
      synchronized (this) {
        if (closed) {
          return;
        }
        closed = true;
      }
      left(stored);
    }
  }
}
