package io.bindery.benchmarks;

import io.bindery.engine.AmqpConnection;
import io.bindery.engine.AmqpException;
import io.bindery.engine.AmqpMessage;
import io.bindery.engine.Channel;
import io.bindery.engine.ConnectSpec;
import io.bindery.engine.ConsumeSpec;
import io.bindery.engine.Consumer;
import io.bindery.engine.Delivery;
import io.bindery.engine.Engine;
import io.bindery.engine.Engines;
import io.bindery.engine.Outcome;
import io.bindery.engine.QueueSpec;
import io.bindery.engine.Route;
import io.bindery.engine.Subscription;
import io.bindery.engine.SubscriptionSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What a message costs the broker with few and many selectors, on one thread, so that no wake-up is
 * in the figures: an operation publishes a message, and the one consumer that it is for takes and
 * settles it. The time should hardly grow.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class SelectorsBenchmark {
  /** How many consumers there are, each with another value in its selector. */
  @Param({"1", "10", "100", "1000"})
  public int selectors;

  /** What they consume from. */
  @Param({"queue", "topic"})
  public String from;

  private final List<Consumer> consumers = new ArrayList<>();
  private final List<Delivery> taken = new ArrayList<>();
  private Engine engine;
  private Channel channel;
  private Route route;
  private AmqpMessage[] messages;
  private int next;

  /** Makes the consumers. */
  @Setup(Level.Trial)
  public void consume() throws AmqpException {
    engine = Engines.find("vm://selectors");
    AmqpConnection connection = engine.connect(ConnectSpec.anonymous("benchmark")).await();
    channel = connection.openChannel().await();
    boolean ofQueue = from.equals("queue");
    route = ofQueue ? Route.toQueue("q") : new Route("amq.topic", "t", false);
    if (ofQueue) {
      channel.declareQueue(QueueSpec.durable("q", Map.of())).await();
    }
    messages = new AmqpMessage[selectors];
    for (int i = 0; i < selectors; i++) {
      String selector = "colour = 'c" + i + "'";
      messages[i] = AmqpMessage.builder().headers(Map.of("colour", "c" + i)).build();
      ConsumeSpec spec =
          ofQueue
              ? ConsumeSpec.of("q", 0).withSelector(selector)
              : ConsumeSpec.of(subscribed(selector), 0);
      consumers.add(channel.consume(spec, () -> {}).await());
    }
  }

  private String subscribed(String selector) throws AmqpException {
    Subscription subscription =
        channel
            .subscribe(
                new SubscriptionSpec(
                    SubscriptionSpec.Kind.NON_DURABLE, "", "", route, selector, false))
            .await();
    return subscription.queue();
  }

  /** Publishes a message, takes and settles it. */
  @Benchmark
  public int message() {
    next = next + 1 == selectors ? 0 : next + 1;
    channel.publish(route, messages[next], channel.autoCommit());
    taken.clear();
    int count = consumers.get(next).drain(1, taken);
    if (count != 1) {
      throw new IllegalStateException("the consumer took " + count + " messages");
    }
    channel.settle(taken.get(0), Outcome.ACCEPTED, channel.autoCommit());
    return count;
  }

  /** Ends the broker. */
  @TearDown(Level.Trial)
  public void close() {
    engine.close();
  }
}
