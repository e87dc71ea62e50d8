package io.bindery.itests.servers;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;

/** Open Liberty; deploys by a file of its configuration, which it reads when that changes. */
final class OpenLiberty implements Server {
  private static final String NOTHING = "<server/>";

  private final int port = Place.freePort();
  private final Path deployed;
  private final ServerProcess process;

  OpenLiberty() throws IOException {
    Path user = Place.work("liberty");
    Path configuration = Files.createDirectories(user.resolve("servers/smoke"));
    deployed = configuration.resolve("deployed.xml");
    Files.copy(Place.resource("liberty/server.xml"), configuration.resolve("server.xml"));
    Files.writeString(deployed, NOTHING);
    Files.writeString(
        configuration.resolve("bootstrap.properties"),
        "smoke.port=" + port + "\nsmoke.deploy=" + Place.deploy() + "\n");
    Files.writeString(
        configuration.resolve("jvm.options"), "-Xmx512m\n-XX:SoftRefLRUPolicyMSPerMB=0\n");
    process =
        new ServerProcess(
            user,
            Map.of("WLP_USER_DIR", user.toString()),
            List.of(Place.home("liberty").resolve("wlp/bin/server").toString(), "run", "smoke"));
    await(0, "CWWKF0011I"); // ready
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
    int before = process.output().length();
    Files.copy(
        Place.resource("liberty/deployed.xml"), deployed, StandardCopyOption.REPLACE_EXISTING);
    await(before, "CWWKZ0001I"); // application started
  }

  @Override
  public void undeploy() throws IOException {
    int before = process.output().length();
    Files.writeString(deployed, NOTHING);
    await(before, "CWWKZ0009I"); // application stopped
    await(before, "J2CA7009I"); // adapter uninstalled
  }

  private void await(int from, String code) {
    process.await("it prints " + code, () -> process.output().indexOf(code, from) >= 0);
  }
}
