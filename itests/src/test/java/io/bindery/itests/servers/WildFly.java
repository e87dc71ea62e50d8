package io.bindery.itests.servers;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;

/** WildFly with its full configuration; deploys by files in a folder that it scans. */
final class WildFly implements Server {
  private static final int HTTP = 8080;

  private final int port = Place.freePort();
  private final Path deployments;
  private final ServerProcess process;

  WildFly() throws IOException {
    Path home;
    try (var unpacked = Files.list(Place.home("wildfly"))) {
      home =
          unpacked.filter(each -> each.toString().contains("wildfly-")).findFirst().orElseThrow();
    }
    Path base = Place.work("wildfly");
    deployments = Files.createDirectory(base.resolve("deployments"));
    Path configuration = base.resolve("configuration");
    Place.copy(home.resolve("standalone/configuration"), configuration);
    Path full = configuration.resolve("standalone-full.xml");
    Files.writeString(
        full, Files.readString(full).replace("scan-interval=\"5000\"", "scan-interval=\"500\""));
    process =
        new ServerProcess(
            base,
            Map.of("JAVA_OPTS", "-Xmx512m -XX:SoftRefLRUPolicyMSPerMB=0"),
            List.of(
                home.resolve("bin/standalone.sh").toString(),
                "-c",
                "standalone-full.xml",
                "-b",
                "127.0.0.1",
                "-bmanagement",
                "127.0.0.1",
                "-Djboss.server.base.dir=" + base,
                "-Djboss.socket.binding.port-offset=" + (port - HTTP)));
    process.await("WildFly has started", () -> process.output().contains("WFLYSRV0025"));
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
    for (Path each : List.of(Archives.RAR, Archives.WAR)) {
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
