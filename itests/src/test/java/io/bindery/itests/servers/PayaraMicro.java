package io.bindery.itests.servers;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Payara Micro, which deploys when it starts. */
final class PayaraMicro {
  private static final List<String> SETTINGS =
      List.of(
          "set configs.config.server-config.network-config.network-listeners"
              + ".network-listener.http-listener.address=127.0.0.1",
          "set configs.config.server-config.transaction-service.automatic-recovery=true");

  private final Path work;
  private final List<String> properties;

  /**
   * One that is not running.
   *
   * @param work its folder: what it keeps over restarts is below
   * @param properties system properties, {@code name=value}
   */
  PayaraMicro(Path work, List<String> properties) {
    this.work = work;
    this.properties = properties;
  }

  /**
   * Starts it.
   *
   * @param before commands before the application is deployed; what is there from an earlier start
   *     is kept
   */
  ServerProcess started(int port, List<String> before, Path application) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-Xmx512m");
    properties.forEach(each -> command.add("-D" + each));
    command.addAll(List.of("-jar", Place.payaraMicro().toString(), "--nohazelcast"));
    command.addAll(List.of("--disablephonehome", "--port", Integer.toString(port)));
    command.addAll(List.of("--rootdir", work.resolve("root").toString()));
    command.addAll(List.of("--prebootcommandfile", file("pre", SETTINGS)));
    command.addAll(List.of("--postbootcommandfile", file("before", before)));
    command.addAll(List.of("--deploy", application.toString()));
    ServerProcess process = new ServerProcess(work, Map.of(), command);
    process.await("Payara Micro is ready", () -> process.output().contains("ready in"));
    return process;
  }

  private String file(String name, List<String> commands) throws IOException {
    Path file = work.resolve(name + ".txt");
    Files.write(file, commands);
    return file.toString();
  }
}
