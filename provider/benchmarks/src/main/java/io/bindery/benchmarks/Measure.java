package io.bindery.benchmarks;

import com.sun.management.OperatingSystemMXBean;
import com.sun.management.ThreadMXBean;
import jakarta.jms.Connection;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.JMSException;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.List;

/**
 * Measures one load with one provider: warms up until the rate is known, then runs rounds of about
 * a second and a half. Prints a row of tab-separated values: load, provider, deliveries a second
 * (median of the rounds), the slowest and the fastest round, bytes allocated and processor
 * microseconds a delivery.
 */
public final class Measure {
  private static final double ROUND_S = 1.5;
  private static final int WARM_UPS = 4;
  private static final int ROUNDS = 5;
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private static final OperatingSystemMXBean SYSTEM =
      (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

  private Measure() {}

  static ConnectionFactory factory(String type, String url) throws ReflectiveOperationException {
    return (ConnectionFactory) Class.forName(type).getConstructor(String.class).newInstance(url);
  }

  /**
   * Arguments: load, label, a connection factory's class, its URL; {@code --list} names the loads,
   * {@code --list-networked} those for brokers over the network.
   */
  public static void main(String[] arguments) throws JMSException, ReflectiveOperationException {
    if (arguments[0].startsWith("--list")) {
      List<Load> loads = arguments[0].equals("--list-networked") ? Load.networked() : Load.all();
      loads.forEach(load -> System.out.println(load.name()));
      return;
    }
    Load load = Load.wanted(arguments[0]);
    try (Connection connection = factory(arguments[2], arguments[3]).createConnection()) {
      connection.start();
      System.out.println(
          load.name()
              + "\t"
              + arguments[1]
              + "\t"
              + measured(load, new Throughput(connection, load)));
    }
    System.exit(0);
  }

  private static String measured(Load load, Throughput throughput) throws JMSException {
    int unit = load.producers() * load.batch();
    int messages = 20 * unit;
    for (int warm = 0; warm < WARM_UPS || seconds(throughput, messages) < ROUND_S / 2; warm++) {
      double took = seconds(throughput, messages);
      double growth = Math.min(10, ROUND_S / took);
      messages = Math.max(1, (int) (messages * growth) / unit) * unit;
    }
    double[] rates = new double[ROUNDS];
    long allocated = allocatedBytes();
    long processorNs = SYSTEM.getProcessCpuTime();
    for (int round = 0; round < ROUNDS; round++) {
      rates[round] = load.deliveries(messages) / seconds(throughput, messages);
    }
    double deliveries = (double) load.deliveries(messages) * ROUNDS;
    double bytesEach = (allocatedBytes() - allocated) / deliveries;
    double processorUsEach = (SYSTEM.getProcessCpuTime() - processorNs) / 1e3 / deliveries;
    Arrays.sort(rates);
    return String.format(
        "%.0f\t%.0f\t%.0f\t%.0f\t%.2f",
        rates[ROUNDS / 2], rates[0], rates[ROUNDS - 1], bytesEach, processorUsEach);
  }

  private static double seconds(Throughput throughput, int messages) throws JMSException {
    long startNs = System.nanoTime();
    throughput.round(messages);
    return (System.nanoTime() - startNs) / 1e9;
  }

  private static long allocatedBytes() {
    long sum = 0;
    for (long bytes : THREADS.getThreadAllocatedBytes(THREADS.getAllThreadIds())) {
      sum += Math.max(0, bytes);
    }
    return sum;
  }
}
