package io.bindery.itests.servers;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/** Where the test finds the servers and archives, and where it works. */
final class Place {
  private static final Path TARGET = Path.of(System.getProperty("bindery.target"));

  private Place() {}

  /** Where the build has put the archives. */
  static Path deploy() {
    return TARGET.resolve("deploy");
  }

  /** A server's home, which the build has unpacked; not to be written to. */
  static Path home(String server) {
    return TARGET.resolve("servers").resolve(server);
  }

  /** The jars of an embedded OpenEJB. */
  static Path openejb() {
    return TARGET.resolveSibling("openejb").resolve("target").resolve("lib");
  }

  /** Where Payara Micro is, which the build has fetched. */
  static Path payaraMicro() {
    return TARGET.resolve("payara").resolve("payara-micro.jar");
  }

  /** An empty folder for a server's configuration, data and output. */
  static Path work(String server) throws IOException {
    Path work = workFolder(server);
    if (Files.exists(work)) {
      for (Path each : under(work).sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(each);
      }
    }
    return Files.createDirectories(work);
  }

  /** The same folder, as it is. */
  static Path workFolder(String server) {
    return TARGET.resolve("servers-work").resolve(server);
  }

  /** Copies a folder, with all that is in it, to where nothing is. */
  static void copy(Path from, Path to) throws IOException {
    for (Path each : under(from).toList()) {
      Files.copy(each, to.resolve(from.relativize(each)));
    }
  }

  /** One of this module's test resources for servers. */
  static Path resource(String name) {
    return TARGET.resolve("test-classes").resolve("servers").resolve(name);
  }

  /** A port of the loopback address on which nobody listens now. */
  static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private static Stream<Path> under(Path folder) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      return all.toList().stream();
    }
  }
}
