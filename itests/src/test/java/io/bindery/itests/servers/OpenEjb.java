package io.bindery.itests.servers;

import io.bindery.itests.smoke.OpenEjbServer;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * OpenEJB, embedded in a virtual machine of its own with the jars of the adapter's archive on the
 * class path. Deploying is opening the container.
 */
final class OpenEjb implements Server {
  private final int port = Place.freePort();
  private final ServerProcess process;
  private final Commands commands;

  OpenEjb() throws IOException {
    Path work = Place.work("openejb");
    Path adapter = Files.createDirectory(work.resolve("bindery"));
    unpack(adapter);
    String classPath =
        String.join(
            File.pathSeparator,
            Place.openejb().resolve("*").toString(),
            adapter.resolve("*").toString(),
            Archives.JAR.toString());
    process =
        new ServerProcess(
            work,
            Map.of(),
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "-cp",
                classPath,
                OpenEjbServer.class.getName(),
                Integer.toString(port),
                Archives.JAR.toString()));
    process.await("it listens", () -> process.output().contains(OpenEjbServer.LISTENS));
    commands = new Commands(this);
  }

  private static void unpack(Path folder) throws IOException {
    try (ZipFile archive = new ZipFile(Archives.RAR.toFile())) {
      for (ZipEntry each : archive.stream().toList()) {
        if (each.getName().endsWith(".jar")) {
          Files.copy(archive.getInputStream(each), folder.resolve(each.getName()));
        }
      }
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
    commands.run("OPEN", "", 0);
  }

  @Override
  public void undeploy() throws IOException {
    commands.run("CLOSE", "", 0);
  }
}
