package io.bindery.benchmarks;

import io.bindery.engine.AmqpException;
import io.bindery.engine.ConnectSpec;
import io.bindery.engine.Engine;
import io.bindery.engine.Engines;
import jakarta.jms.Connection;
import jakarta.jms.JMSException;
import java.lang.management.ManagementFactory;

/**
 * How long the first connection in a new virtual machine takes, the start of the broker and the
 * loading of all classes included; and then how long a second broker takes, for which they are
 * there. The MBean server of the JDK, which every application server has started already, is
 * counted by itself. Of our own broker also how much of the first connection is its start, with its
 * classes but without those of JMS.
 */
public final class Start {
  private Start() {}

  /** Arguments: a label, a connection factory's class, and the URLs of two brokers. */
  public static void main(String[] arguments) throws JMSException, ReflectiveOperationException {
    long startNs = System.nanoTime();
    ManagementFactory.getPlatformMBeanServer();
    double beansMs = millisecondsSince(startNs);
    boolean ours = arguments[2].startsWith("vm://bench") && arguments[1].contains(".bindery.jms.");
    startNs = System.nanoTime();
    double brokerMs = ours ? OwnBroker.started(arguments[2]) : 0;
    connect(arguments[1], arguments[2]);
    double firstMs = millisecondsSince(startNs);
    startNs = System.nanoTime();
    connect(arguments[1], arguments[3]);
    double secondMs = millisecondsSince(startNs);
    System.out.printf(
        "%-10s %8.0f %8s %12.1f %14.0f%n",
        arguments[0], firstMs, ours ? String.format("%.0f", brokerMs) : "", secondMs, beansMs);
    System.exit(0);
  }

  private static void connect(String factory, String url)
      throws JMSException, ReflectiveOperationException {
    // Not closed: a broker may go with its last connection.
    Connection connection = Measure.factory(factory, url).createConnection();
    connection.start();
  }

  private static double millisecondsSince(long startNs) {
    return (System.nanoTime() - startNs) / 1e6;
  }

  /** Loaded for our own broker only: peers run without its classes. */
  private static final class OwnBroker {
    private OwnBroker() {}

    static double started(String uri) {
      long startNs = System.nanoTime();
      try {
        Engine engine = Engines.find(uri);
        engine.connect(ConnectSpec.anonymous("start")).await();
      } catch (AmqpException e) {
        throw new IllegalStateException("The broker does not start", e);
      }
      return millisecondsSince(startNs);
    }
  }
}
