package io.bindery.itests.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * What others wrote for other languages against the standalone broker: Python's pika and kombu, C's
 * amqp-tools, JavaScript's amqplib, each client a script in {@code src/test/interop}; and
 * RabbitMQ's PerfTest. What is not installed is a failure that names the package.
 */
class ForeignClientsIT {
  private static final Path SCRIPTS =
      Path.of(System.getProperty("bindery.root"), "itests/src/test/interop");
  private static final Path WORK = Path.of(System.getProperty("bindery.target"), "interop");

  private static BrokerProcess broker;

  @BeforeAll
  static void start() throws IOException {
    broker = new BrokerProcess("foreign");
    broker.start();
  }

  @AfterAll
  static void stop() throws InterruptedException {
    assertEquals(143, broker.stop(), "an orderly stop by SIGTERM");
  }

  @Test
  void pika() throws IOException, InterruptedException {
    client("pika", "python3-pika", "/usr/bin/python3", SCRIPTS.resolve("pika_client.py"));
  }

  @Test
  void kombu() throws IOException, InterruptedException {
    client("kombu", "python3-kombu", "/usr/bin/python3", SCRIPTS.resolve("kombu_client.py"));
  }

  @Test
  void amqpTools() throws IOException, InterruptedException {
    client("amqp-tools", "amqp-tools", "bash", SCRIPTS.resolve("amqp_tools.sh"));
  }

  @Test
  void amqplib() throws IOException, InterruptedException {
    Path modules = Files.createDirectories(WORK.resolve("npm"));
    run(
        "npm",
        List.of(
            "npm",
            "install",
            "--no-audit",
            "--no-fund",
            "--prefix",
            modules.toString(),
            "amqplib@2.3.1"));
    Path script = modules.resolve("amqplib_client.js");
    Files.copy(SCRIPTS.resolve("amqplib_client.js"), script, StandardCopyOption.REPLACE_EXISTING);
    client("amqplib", "nodejs", "node", script);
  }

  /** Each load ends when all that its producers sent has come to its consumers. */
  @Test
  void perfTest() throws IOException, InterruptedException {
    Path jars = WORK.resolve("perftest");
    run(
        "perftest-jars",
        List.of(
            "mvn",
            "-B",
            "-q",
            "-f",
            System.getProperty("bindery.root") + "/provider/benchmarks/peers/perftest/pom.xml",
            "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies",
            "-DoutputDirectory=" + jars));
    List<String> loads =
        List.of(
            "-x 1 -C 20000 -y 1 -D 20000 -s 256 -c 100 -q 100 -f persistent",
            "-x 1 -C 20000 -y 1 -D 20000 -s 256 -a -t topic -k a.b.c",
            "-x 3 -C 5000 -y 1 -D 15000 -s 4096 -c 10 -q 200 -A 20 -t fanout",
            "-x 1 -C 2000 -y 1 -D 2000 -s 256 -c 1 -q 1 -f persistent -f mandatory",
            "-x 1 -C 20 -y 1 -D 20 -s 3000000 -q 2 -f persistent");
    for (int i = 0; i < loads.size(); i++) {
      List<String> command =
          new ArrayList<>(
              List.of(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-cp",
                  jars + "/*",
                  "com.rabbitmq.perf.PerfTest",
                  "--uri",
                  broker.url(),
                  "-u",
                  "perftest" + i));
      command.addAll(List.of(loads.get(i).split(" ")));
      String printed = String.join("\n", run("perftest-" + i, command));
      assertTrue(printed.matches("(?s).*receiving rate avg: [1-9]\\d* msg/s.*"), printed);
    }
    Figures.add("perftest: " + loads.size() + " checks");
  }

  private static void client(String name, String packageOf, String program, Path script)
      throws IOException, InterruptedException {
    List<String> lines;
    try {
      lines = run(name, List.of(program, script.toString()));
    } catch (IOException e) {
      throw new IOException(
          "cannot run " + program + "; apt-get install " + packageOf + ": " + e.getMessage(), e);
    }
    String last = lines.get(lines.size() - 1);
    assertTrue(last.matches(name + ": [1-9]\\d* checks"), last);
    Figures.add(last);
  }

  /** Runs it to its end; answers the lines that it has printed. */
  private static List<String> run(String name, List<String> command)
      throws IOException, InterruptedException {
    Path log = WORK.resolve(name + ".log");
    ProcessBuilder builder = new ProcessBuilder(new ArrayList<>(command));
    builder.environment().put("AMQP_URL", broker.url());
    Process process = builder.redirectErrorStream(true).redirectOutput(log.toFile()).start();
    boolean ended = process.waitFor(3, TimeUnit.MINUTES);
    process.destroyForcibly();
    String printed = Files.readString(log, StandardCharsets.UTF_8);
    assertTrue(ended, () -> name + " did not end within three minutes:\n" + printed);
    assertEquals(0, process.exitValue(), () -> name + " failed:\n" + printed);
    return Arrays.asList(printed.strip().split("\n"));
  }
}
