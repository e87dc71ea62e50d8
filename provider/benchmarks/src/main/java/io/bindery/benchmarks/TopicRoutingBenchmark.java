package io.bindery.benchmarks;

import io.bindery.broker.routing.Exchange;
import io.bindery.broker.routing.Publication;
import io.bindery.broker.routing.Routing;
import io.bindery.broker.routing.Target;
import io.bindery.engine.AmqpException;
import io.bindery.engine.AmqpMessage;
import io.bindery.engine.Binding;
import io.bindery.engine.ExchangeSpec;
import io.bindery.engine.Route;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Topic routing with few and many bindings, each key reaching three queues: the time should hardly
 * grow.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 3, time = 1)
public class TopicRoutingBenchmark {
  /** How many bindings there are. */
  @Param({"10", "1000", "100000"})
  public int bindings;

  private final Routing routing = new Routing();
  private Exchange exchange;
  private Publication[] publications;
  private int next;

  /** Binds: a third each of exact keys, patterns with a star, and patterns with a hash. */
  @Setup
  public void bind() throws AmqpException {
    exchange = Exchange.create(ExchangeSpec.durable("x", "topic"));
    for (int i = 0; i < bindings; i++) {
      int group = i / 3;
      String pattern =
          switch (i % 3) {
            case 0 -> "orders." + group + ".express";
            case 1 -> "orders." + group + ".*";
            default -> "orders." + group + ".#";
          };
      exchange.bind(Binding.queue("x", "q" + i, pattern), new Target() {}, null);
    }
    int groups = Math.max(1, bindings / 3);
    publications = new Publication[1024];
    for (int i = 0; i < publications.length; i++) {
      publications[i] =
          new Publication(
              AmqpMessage.builder().build(),
              new Route("x", "orders." + (i * 7 % groups) + ".express", false),
              new Publication.Source("", ""),
              any -> {});
    }
  }

  /** Routes one publication. */
  @Benchmark
  public int route() {
    routing.clear();
    next = (next + 1) & 1023;
    exchange.route(publications[next], routing, (name, publication) -> null);
    return routing.size();
  }
}
