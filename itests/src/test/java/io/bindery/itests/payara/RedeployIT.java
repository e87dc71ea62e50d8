package io.bindery.itests.payara;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import org.jboss.shrinkwrap.api.ShrinkWrap;
import org.jboss.shrinkwrap.api.exporter.ZipExporter;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.Test;

/**
 * Deploy, use and undeploy, again and again in one server, without a leak. The detector is in
 * {@link RedeployDriver}, the program that this test starts.
 */
class RedeployIT {
  private static final int ROUNDS = 3;

  /** Longer than the program takes on a busy machine, whose own limit says more. */
  private static final long PATIENCE_S = 900;

  @Test
  void nothingOfOursIsLeftAfterAnUndeploy() throws IOException, InterruptedException {
    Path target = Path.of(System.getProperty("bindery.target"));
    Files.createDirectories(target.resolve("redeploy"));
    Path log = target.resolve("redeploy/server.log");
    impatientDesk(target);
    Process process =
        new ProcessBuilder(command(target, freePort()))
            .directory(log.getParent().toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    boolean ended = process.waitFor(PATIENCE_S, TimeUnit.SECONDS);
    process.destroyForcibly();
    assertTrue(ended, () -> "the rounds did not end in " + PATIENCE_S + " s; see " + log);
    List<String> rounds;
    try (Stream<String> lines = Files.lines(log)) {
      rounds = lines.filter(line -> line.matches("(round|left).*")).toList();
    }
    assertEquals(0, process.exitValue(), () -> rounds + "; see " + log);
    assertEquals(ROUNDS + 1, rounds.size(), rounds::toString);
  }

  /** The order desk with a pool that the server looks at every two seconds. */
  private static void impatientDesk(Path target) {
    ShrinkWrap.createFromZipFile(WebArchive.class, target.resolve("deploy/order-desk.war").toFile())
        .setWebXML("payara/redeploy-web.xml")
        .as(ZipExporter.class)
        .exportTo(target.resolve("redeploy/order-desk.war").toFile(), true);
  }

  private static List<String> command(Path target, int port) throws IOException {
    Path micro = target.resolve("payara/payara-micro.jar");
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx512m", "-XX:SoftRefLRUPolicyMSPerMB=0"));
    command.addAll(opens(micro.toFile()));
    command.addAll(List.of("-cp", micro + File.pathSeparator + target.resolve("test-classes")));
    command.addAll(program(target, port));
    return command;
  }

  /** What {@code java -jar} takes from the manifest, and a class path does not. */
  private static List<String> opens(File micro) throws IOException {
    try (JarFile jar = new JarFile(micro)) {
      Attributes manifest = jar.getManifest().getMainAttributes();
      return Stream.of("Add-Opens", "Add-Exports")
          .flatMap(
              name ->
                  Arrays.stream(manifest.getValue(name).trim().split("\\s+"))
                      .map(
                          what ->
                              "--" + name.toLowerCase(Locale.ROOT) + "=" + what + "=ALL-UNNAMED"))
          .toList();
    }
  }

  private static List<String> program(Path target, int port) {
    return List.of(
        RedeployDriver.class.getName(),
        target.resolve("deploy/bindery.rar").toString(),
        target.resolve("redeploy/order-desk.war").toString(),
        Integer.toString(port),
        Integer.toString(ROUNDS),
        "--port",
        Integer.toString(port),
        "--nohazelcast",
        "--disablephonehome",
        "--prebootcommandfile",
        target.resolve("test-classes/payara/redeploy-pre-boot.txt").toString());
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
