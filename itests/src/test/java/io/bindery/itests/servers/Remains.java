package io.bindery.itests.servers;

import com.sun.tools.attach.AttachNotSupportedException;
import com.sun.tools.attach.VirtualMachine;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.lang.management.ThreadMXBean;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import javax.management.JMException;
import javax.management.MBeanServerConnection;
import javax.management.ObjectName;
import javax.management.remote.JMXConnector;
import javax.management.remote.JMXConnectorFactory;
import javax.management.remote.JMXServiceURL;

/** What a virtual machine holds of ours, seen from outside. */
final class Remains implements AutoCloseable {
  /** A class of the archive with instances for good: one line of a histogram for each loader. */
  private static final String IN_EACH_LOADER = "io.bindery.engine.ReplyCode";

  private static final int COLLECTIONS = 10;

  private final JMXConnector connector;
  private final MBeanServerConnection server;
  private final ThreadMXBean threads;

  private Remains(JMXConnector connector) throws IOException {
    this.connector = connector;
    server = connector.getMBeanServerConnection();
    threads =
        ManagementFactory.newPlatformMXBeanProxy(
            server, ManagementFactory.THREAD_MXBEAN_NAME, ThreadMXBean.class);
  }

  /** Looks into a virtual machine of this user. */
  static Remains of(ProcessHandle process) throws IOException {
    try {
      VirtualMachine machine = VirtualMachine.attach(Long.toString(process.pid()));
      try {
        JMXServiceURL address = new JMXServiceURL(machine.startLocalManagementAgent());
        return new Remains(JMXConnectorFactory.connect(address));
      } finally {
        machine.detach();
      }
    } catch (AttachNotSupportedException e) {
      throw new IOException("cannot look into process " + process.pid(), e);
    }
  }

  /** The names of our threads. */
  List<String> threads() {
    return Arrays.stream(threads.getThreadInfo(threads.getAllThreadIds()))
        .filter(Objects::nonNull)
        .map(ThreadInfo::getThreadName)
        .filter(name -> name.startsWith("bindery"))
        .sorted()
        .toList();
  }

  /** The names of our MBeans. */
  List<String> mbeans() throws IOException, JMException {
    return server.queryNames(new ObjectName("io.bindery*:*"), null).stream()
        .map(ObjectName::getCanonicalName)
        .sorted()
        .toList();
  }

  /**
   * How many class loaders hold the archive after so many collections as are needed for no more
   * than this, at most ten: what one frees may have held what the next frees.
   */
  long loaders(long enough) throws IOException, JMException {
    long count = loaders();
    for (int i = 1; i < COLLECTIONS && count > enough; i++) {
      count = loaders();
    }
    return count;
  }

  private long loaders() throws IOException, JMException {
    String histogram =
        (String)
            server.invoke(
                new ObjectName("com.sun.management:type=DiagnosticCommand"),
                "gcClassHistogram", // collects before it counts
                new Object[] {new String[0]},
                new String[] {String[].class.getName()});
    return Stream.of(histogram.split("\n"))
        .map(line -> line.strip().split("\\s+"))
        .filter(cells -> cells.length > 3 && cells[3].equals(IN_EACH_LOADER))
        .count();
  }

  @Override
  public void close() throws IOException {
    connector.close();
  }
}
