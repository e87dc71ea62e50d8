package io.bindery.benchmarks;

import jakarta.jms.Connection;
import jakarta.jms.JMSException;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * {@link Load#END_TO_END} under JMH, for its profilers: an operation is one message, sent and
 * received.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 4, time = 2)
@Measurement(iterations = 5, time = 2)
public class EndToEndBenchmark {
  private static final int MESSAGES = 20_000;

  /** The connection factory's class. */
  @Param("io.bindery.jms.BinderyConnectionFactory")
  public String factory;

  /** Its URL. */
  @Param("vm://bench")
  public String url;

  private Connection connection;
  private Throughput throughput;

  /** Connects. */
  @Setup
  public void connect() throws JMSException, ReflectiveOperationException {
    connection = Measure.factory(factory, url).createConnection();
    connection.start();
    throughput = new Throughput(connection, Load.END_TO_END);
  }

  /** Sends and receives. */
  @Benchmark
  @OperationsPerInvocation(MESSAGES)
  public void messages() throws JMSException {
    throughput.round(MESSAGES);
  }

  /** Closes. */
  @TearDown
  public void close() throws JMSException {
    connection.close();
  }
}
