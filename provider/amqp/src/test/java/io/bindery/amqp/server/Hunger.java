package io.bindery.amqp.server;

import io.bindery.engine.AmqpConnection;
import io.bindery.engine.AmqpException;
import io.bindery.engine.Channel;
import io.bindery.engine.ConsumeSpec;
import io.bindery.engine.Consumer;
import io.bindery.engine.Engine;
import io.bindery.engine.Observation.QueueView;
import io.bindery.engine.Ticket;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.UnaryOperator;

/**
 * Looks at the consumers that clients have: none of them may starve, with free hands beside a queue
 * that has something for it. It stands between a server and its engine, and so knows what each
 * consumer asked for; whether its channel may deliver it asks the connection.
 */
final class Hunger {
  private static final String ONE_ACTIVE = "x-single-active-consumer";

  private final Engine engine;
  private final List<Guest> guests = new CopyOnWriteArrayList<>();

  /** What passes by: what a call came to, as the caller is to see it. */
  private interface Passing {
    Object passes(String call, Object[] arguments, Object result);
  }

  /** One that consumes, on which channel of the engine, and how. */
  private static final class Guest {
    private final Channel channel;
    private final ConsumeSpec spec;
    private final Consumer consumer;
    private volatile boolean paused;

    private Guest(Channel channel, ConsumeSpec spec, Consumer consumer) {
      this.channel = channel;
      this.spec = spec;
      this.consumer = consumer;
      this.paused = spec.paused();
    }

    /** Whether it wants whatever there is: a selector may want nothing of it. */
    private boolean wantsAll() {
      return !paused && !consumer.isClosed() && spec.selector().isEmpty() && !spec.noLocal();
    }

    /** Whether its channel may deliver more to it. */
    private boolean isServedBy(ClientConnection connection) {
      boolean[] served = new boolean[1];
      connection
          .channels()
          .each(
              each ->
                  served[0] |=
                      each.engine() == channel
                          && each.consuming().find(consumer.tag()) != null
                          && each.consuming().credit(1, false) > 0);
      return served[0];
    }

    /**
     * Whether a queue that has something does not give it. Its hands are free whoever holds what is
     * in delivery; where one consumer is active, the others wait for it.
     */
    private boolean isLeftBy(QueueView queue) {
      return queue.name().equals(spec.queue())
          && queue.virtualHost().equals(channel.connection().virtualHost())
          && queue.ready() > 0
          && (spec.prefetch() == 0 || queue.unacknowledged() < spec.prefetch())
          && !queue.spec().arguments().containsKey(ONE_ACTIVE);
    }
  }

  Hunger(Engine engine) {
    this.engine = engine;
  }

  /** The engine, with which a server is to work. */
  Engine engine() {
    return passing(
        Engine.class,
        engine,
        (call, arguments, result) ->
            call.equals("connect") ? then((Ticket<?>) result, this::connection) : result);
  }

  private Object connection(Object real) {
    return passing(
        AmqpConnection.class,
        (AmqpConnection) real,
        (call, arguments, result) ->
            call.equals("openChannel") ? then((Ticket<?>) result, this::channel) : result);
  }

  private Object channel(Object real) {
    Channel[] seen = new Channel[1];
    seen[0] =
        passing(
            Channel.class,
            (Channel) real,
            (call, arguments, result) ->
                call.equals("consume")
                    ? then(
                        (Ticket<?>) result,
                        made -> consumer(seen[0], (ConsumeSpec) arguments[0], (Consumer) made))
                    : result);
    return seen[0];
  }

  private Object consumer(Channel channel, ConsumeSpec spec, Consumer real) {
    Guest guest = new Guest(channel, spec, real);
    guests.add(guest);
    return passing(
        Consumer.class,
        real,
        (call, arguments, result) -> {
          if (call.equals("pause")) {
            guest.paused = (boolean) arguments[0];
          }
          return result;
        });
  }

  private static Ticket<Object> then(Ticket<?> first, UnaryOperator<Object> as) {
    Ticket<Object> ticket = new Ticket<>();
    first.whenDone(
        (value, failure) -> {
          if (failure == null) {
            ticket.complete(as.apply(value));
          } else {
            ticket.fail(failure);
          }
        });
    return ticket;
  }

  private static <T> T passing(Class<T> type, T real, Passing how) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (proxy, method, arguments) -> {
              try {
                return how.passes(method.getName(), arguments, method.invoke(real, arguments));
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            }));
  }

  /**
   * Whether somebody on a connection starves now. What engines do on other threads may still be
   * under way; nobody may starve for long.
   */
  boolean isIn(ClientConnection connection) {
    guests.removeIf(each -> each.consumer.isClosed());
    List<Guest> ready =
        guests.stream().filter(each -> each.wantsAll() && each.isServedBy(connection)).toList();
    return !ready.isEmpty()
        && queues().stream()
            .anyMatch(queue -> ready.stream().anyMatch(each -> each.isLeftBy(queue)));
  }

  private List<QueueView> queues() {
    try {
      return engine.observe().queues();
    } catch (AmqpException e) {
      throw new AssertionError("nothing is observed", e);
    }
  }
}
