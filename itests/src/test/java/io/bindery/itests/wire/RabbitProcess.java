package io.bindery.itests.wire;

import io.bindery.itests.interop.Figures;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Debian's RabbitMQ as a process of the user who builds, on loopback ports that are free, with its
 * data below the build's target, and with a port mapper of its own. Ends with this virtual machine.
 */
final class RabbitProcess {
  private static final Path SERVER = Path.of("/usr/lib/rabbitmq/bin/rabbitmq-server");
  private static final String READY = "Server startup complete";
  private static final Pattern VERSION = Pattern.compile("RabbitMQ \\d+[.\\d]*");
  private static final String LOOPBACK = "127.0.0.1";
  private static final long LIMIT_NS = TimeUnit.MINUTES.toNanos(3);
  private static final long STEP_NS = TimeUnit.MILLISECONDS.toNanos(50);

  private final Path work = Path.of(System.getProperty("bindery.target"), "interop", "rabbitmq");
  private final List<Process> started = new ArrayList<>();
  private final int port = freePort();

  RabbitProcess() throws IOException {
    if (Files.exists(work)) {
      try (var all = Files.walk(work)) {
        for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(each);
        }
      }
    }
    Files.createDirectories(work);
    Runtime.getRuntime().addShutdownHook(new Thread(this::kill));
  }

  int port() {
    return port;
  }

  /** Starts it; returns when it serves. */
  void start() throws IOException {
    if (!Files.isExecutable(SERVER)) {
      throw new IOException("cannot run " + SERVER + "; apt-get install rabbitmq-server");
    }
    Path settings =
        Files.writeString(
            work.resolve("rabbitmq.conf"),
            "load_definitions = "
                + Brokers.definitions()
                + "\nmax_message_size = "
                + Brokers.MESSAGE_BYTES
                + "\n");
    String mapperPort = Integer.toString(freePort());
    process(Map.of(), "mapper.log", "epmd", "-port", mapperPort, "-address", LOOPBACK);
    Process server =
        process(
            variables(
                "HOME",
                work.toString(),
                "ERL_EPMD_PORT",
                mapperPort,
                "RABBITMQ_NODENAME",
                "wire" + port + "@localhost",
                "RABBITMQ_NODE_IP_ADDRESS",
                LOOPBACK,
                "RABBITMQ_NODE_PORT",
                Integer.toString(port),
                "RABBITMQ_DIST_PORT",
                Integer.toString(freePort()),
                "RABBITMQ_CONFIG_FILE",
                settings.toString(),
                "RABBITMQ_MNESIA_BASE",
                work.resolve("data").toString(),
                "RABBITMQ_ENABLED_PLUGINS_FILE",
                work.resolve("plugins").toString(),
                "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS",
                "-kernel inet_dist_use_interface {127,0,0,1}",
                "RABBITMQ_LOGS",
                "-"),
            "console.log",
            SERVER.toString());
    Path log = work.resolve("console.log");
    long endNs = System.nanoTime() + LIMIT_NS;
    while (!Files.readString(log, StandardCharsets.UTF_8).contains(READY)) {
      if (!server.isAlive() || System.nanoTime() - endNs > 0) {
        throw new AssertionError(
            "RabbitMQ did not get ready:\n" + Files.readString(log, StandardCharsets.UTF_8));
      }
      LockSupport.parkNanos(STEP_NS);
    }
    Matcher version = VERSION.matcher(Files.readString(log, StandardCharsets.UTF_8));
    Figures.add("peer: " + (version.find() ? version.group() : "RabbitMQ"));
  }

  private static Map<String, String> variables(String... namesAndValues) {
    Map<String, String> variables = new HashMap<>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      variables.put(namesAndValues[i], namesAndValues[i + 1]);
    }
    return variables;
  }

  private Process process(Map<String, String> environment, String log, String... command)
      throws IOException {
    ProcessBuilder builder = new ProcessBuilder(command).directory(work.toFile());
    builder.environment().put("ERL_EPMD_ADDRESS", LOOPBACK);
    builder.environment().putAll(environment);
    Process process =
        builder.redirectErrorStream(true).redirectOutput(work.resolve(log).toFile()).start();
    started.add(process);
    return process;
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private void kill() {
    for (Process each : started) {
      each.descendants().forEach(ProcessHandle::destroyForcibly);
      each.destroyForcibly();
    }
  }
}
