package io.bindery.benchmarks;

import jakarta.jms.Connection;
import jakarta.jms.JMSException;
import java.lang.management.ManagementFactory;

/**
 * How long the first connection in a new virtual machine takes, the start of the broker and the
 * loading of all classes included. The MBean server of the JDK, which every application server has
 * started already, is counted by itself.
 */
public final class Start {
  private Start() {}

  /** Arguments: a label, a connection factory's class, its URL. */
  public static void main(String[] arguments) throws JMSException, ReflectiveOperationException {
    long startNs = System.nanoTime();
    ManagementFactory.getPlatformMBeanServer();
    long beansNs = System.nanoTime();
    try (Connection connection = Measure.factory(arguments[1], arguments[2]).createConnection()) {
      connection.start();
      System.out.printf(
          "%-10s first connection after %4d ms (the JDK's MBean server before it: %d ms)%n",
          arguments[0], (System.nanoTime() - beansNs) / 1_000_000, (beansNs - startNs) / 1_000_000);
    }
    System.exit(0);
  }
}
