package io.bindery.itests.servers;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/** WildFly with its full configuration; deploys by files in a folder that it scans. */
final class WildFly implements Server {
  private static final int HTTP = 8080;
  private static final String CONFIGURATION = "standalone-full.xml";

  private final int port = Place.freePort();
  private final Path deployments;
  private final ServerProcess process;

  WildFly() throws IOException {
    this(prepared("wildfly", text -> text), List.of());
  }

  /**
   * Starts it.
   *
   * @param base its folder, which {@link #prepared} has made
   * @param properties system properties, {@code name=value}
   */
  WildFly(Path base, List<String> properties) throws IOException {
    deployments = base.resolve("deployments");
    List<String> command = new ArrayList<>();
    command.add(home().resolve("bin/standalone.sh").toString());
    command.addAll(List.of("-c", CONFIGURATION, "-b", "127.0.0.1", "-bmanagement", "127.0.0.1"));
    command.add("-Djboss.server.base.dir=" + base);
    command.add("-Djboss.socket.binding.port-offset=" + (port - HTTP));
    properties.forEach(each -> command.add("-D" + each));
    process =
        new ServerProcess(
            base, Map.of("JAVA_OPTS", "-Xmx512m -XX:SoftRefLRUPolicyMSPerMB=0"), command);
    process.await("WildFly has started", () -> process.output().contains("WFLYSRV0025"));
  }

  /**
   * Makes a folder for one.
   *
   * @param configuration changes the text of its configuration
   */
  static Path prepared(String name, UnaryOperator<String> configuration) throws IOException {
    Path base = Place.work(name);
    Files.createDirectory(base.resolve("deployments"));
    Path folder = base.resolve("configuration");
    Place.copy(home().resolve("standalone/configuration"), folder);
    Path full = folder.resolve(CONFIGURATION);
    String text = Files.readString(full).replace("scan-interval=\"5000\"", "scan-interval=\"500\"");
    Files.writeString(full, configuration.apply(text));
    return base;
  }

  private static Path home() throws IOException {
    try (var unpacked = Files.list(Place.home("wildfly"))) {
      return unpacked
          .filter(each -> each.toString().contains("wildfly-"))
          .findFirst()
          .orElseThrow();
    }
  }

  @Override
  public int port() {
    return port;
  }

  @Override
  public ServerProcess process() {
    return process;
  }

  @Override
  public void deploy() throws IOException {
    deploy(List.of(Archives.RAR, Archives.WAR));
  }

  /** Deploys archives, one after the other. */
  void deploy(List<Path> archives) throws IOException {
    for (Path each : archives) {
      Path file = deployments.resolve(each.getFileName());
      Files.copy(each, file, StandardCopyOption.REPLACE_EXISTING);
      Files.createFile(marker(file, "dodeploy"));
      await(file, "deployed");
    }
  }

  @Override
  public void undeploy() throws IOException {
    for (Path each : List.of(Archives.WAR, Archives.RAR)) {
      Path file = deployments.resolve(each.getFileName());
      Files.delete(marker(file, "deployed"));
      await(file, "undeployed");
    }
  }

  private static Path marker(Path file, String state) {
    return file.resolveSibling(file.getFileName() + "." + state);
  }

  private void await(Path file, String state) {
    Path wanted = marker(file, state);
    Path failed = marker(file, "failed");
    process.await(wanted + " is there", () -> Files.exists(wanted) || Files.exists(failed));
    if (Files.exists(failed)) {
      throw process.failure(failed + " is there");
    }
  }
}
