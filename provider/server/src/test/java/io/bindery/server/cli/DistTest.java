package io.bindery.server.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bindery.server.settings.Key;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What is in {@code dist}: the start script is run, with a jar that leads to the classes of this
 * test; what the systemd unit and the Dockerfile name is in the product.
 */
class DistTest {
  private static final Path DIST = Path.of("dist").toAbsolutePath();
  private static final String INSTALLED = "/opt/bindery/bin/bindery";
  private static final String JAR = "bindery-server.jar";
  private static final String DATA = "/var/lib/bindery";
  private static final String STOP = "INFO    io.bindery.server.BinderyServer: ";
  private static final int TERMINATED = 128 + 15;

  @TempDir Path directory;

  private Path script;

  @BeforeEach
  void install() throws IOException {
    Path home = Files.createDirectories(directory.resolve("a folder/opt/bindery"));
    script = Files.createDirectory(home.resolve("bin")).resolve("bindery");
    Files.copy(DIST.resolve("bindery"), script, StandardCopyOption.COPY_ATTRIBUTES);
    jar(Files.createDirectory(home.resolve("lib")).resolve(JAR));
  }

  private static void jar(Path path) throws IOException {
    Manifest manifest = new Manifest();
    Attributes says = manifest.getMainAttributes();
    says.put(Attributes.Name.MANIFEST_VERSION, "1.0");
    says.put(Attributes.Name.MAIN_CLASS, BinderyCommand.class.getName());
    says.put(
        Attributes.Name.CLASS_PATH,
        Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
            .map(each -> Path.of(each).toUri().toString())
            .collect(Collectors.joining(" ")));
    new JarOutputStream(Files.newOutputStream(path), manifest).close();
  }

  private ProcessBuilder process(Map<String, String> environment, List<String> command) {
    ProcessBuilder process =
        new ProcessBuilder(command).directory(directory.toFile()).redirectErrorStream(true);
    process.environment().keySet().removeIf(name -> name.startsWith("BINDERY_"));
    process.environment().remove("CACHE_DIRECTORY");
    process.environment().put("JAVA_HOME", System.getProperty("java.home"));
    process.environment().putAll(environment);
    return process;
  }

  /** Runs a command until it ends; answers what it printed, in all. */
  private String run(int exitCode, Map<String, String> environment, List<String> command)
      throws IOException, InterruptedException {
    Path printed = directory.resolve("printed.txt");
    Process process = process(environment, command).redirectOutput(printed.toFile()).start();
    try {
      assertTrue(process.waitFor(1, TimeUnit.MINUTES), command::toString);
    } finally {
      process.destroyForcibly();
    }
    String text = Files.readString(printed);
    assertEquals(exitCode, process.exitValue(), command + ": " + text);
    return text;
  }

  private String run(int exitCode, Path command, String... arguments)
      throws IOException, InterruptedException {
    List<String> all = new ArrayList<>(List.of(command.toString()));
    all.addAll(List.of(arguments));
    return run(exitCode, Map.of(), all);
  }

  private static void assertBegins(String expected, String printed) {
    assertTrue(printed.startsWith(expected), printed);
  }

  @Test
  void theScriptRunsTheCommands() throws IOException, InterruptedException {
    assertBegins("Usage: bindery ", run(0, script, "--help"));
    assertBegins("Usage: bindery ", run(2, script));
    Path file = Files.writeString(directory.resolve("the settings.conf"), "amqp.port = 5673\n");
    assertEquals(
        List.of("The settings are in order."),
        run(0, script, "serve", "--check", "--config", file.toString()).lines().toList());
    Files.writeString(file, "amqp.prot = 5673\n");
    assertBegins(
        "bindery serve: " + file + ", line 1: there is no setting 'amqp.prot'",
        run(2, script, "serve", "--check", "--config=" + file));
  }

  @Test
  void aLinkToTheScriptWillDo() throws IOException, InterruptedException {
    Path elsewhere = Files.createDirectory(directory.resolve("usr bin"));
    Path absolute = Files.createSymbolicLink(elsewhere.resolve("bindery"), script);
    Path relative = Files.createSymbolicLink(elsewhere.resolve("b"), Path.of("bindery"));
    assertBegins("Bindery ", run(0, absolute, "--version"));
    assertBegins("Bindery ", run(0, relative, "--version"));
  }

  @Test
  void whatIsMissingIsTold() throws IOException, InterruptedException {
    String home = directory.resolve("no java").toString();
    assertEquals(
        "bindery: there is no '"
            + home
            + "/bin/java' that can be run; set JAVA_HOME to the folder of Java 17 or later\n",
        run(1, Map.of("JAVA_HOME", home), List.of(script.toString(), "serve")));
    Files.delete(script.resolveSibling("../lib").resolve(JAR));
    assertBegins("bindery: there is no " + JAR, run(1, script, "serve"));
    jar(script.resolveSibling(JAR));
    run(0, script, "--version");
  }

  @Test
  void namesMayHaveAnyCharactersInAnyLocale() throws IOException, InterruptedException {
    // As bytes: the locale of this test may have no such character.
    String command = "exec \"$0\" serve --check \"--gr$(printf '\\303\\266')sse=1\"";
    assertBegins(
        "bindery serve: --grösse: there is no such setting",
        run(2, Map.of("LC_ALL", "C"), List.of("/bin/sh", "-c", command, script.toString())));
  }

  @Test
  void onlyABrokerThatRanLeavesItsClasses() throws IOException, InterruptedException {
    Path cache = Files.createDirectory(directory.resolve("the cache"));
    for (String asked : List.of("--check", "--help")) {
      run(0, Map.of("BINDERY_CACHE", cache.toString()), List.of(script.toString(), "serve", asked));
    }
    try (Stream<Path> files = Files.list(cache)) {
      assertEquals(List.of(), files.toList());
    }
  }

  /** The lines of a Dockerfile or a unit that begin with a word, without it. */
  private static List<String> lines(String file, String word) throws IOException {
    return Files.readAllLines(DIST.resolve(file)).stream()
        .filter(line -> line.startsWith(word))
        .map(line -> line.substring(word.length()).strip())
        .toList();
  }

  private static String line(String file, String word) throws IOException {
    List<String> found = lines(file, word);
    assertEquals(1, found.size(), file + ": " + word + found);
    return found.get(0);
  }

  /** The texts of an array like {@code ["a", "b"]}. */
  private static List<String> array(String json) {
    return Arrays.stream(json.substring(json.indexOf('[') + 1, json.indexOf(']')).split(","))
        .map(each -> each.strip().replace("\"", ""))
        .toList();
  }

  private static void assertSettings(Map<String, String> variables) {
    List<String> known = Arrays.stream(Key.values()).map(Key::environmentName).toList();
    assertTrue(known.containsAll(variables.keySet()), variables::toString);
    assertEquals(DATA, variables.get(Key.DATA.environmentName()));
  }

  private static Map<String, String> variables(String text) {
    Map<String, String> all = new HashMap<>();
    for (String each : text.split(" ")) {
      all.put(each.substring(0, each.indexOf('=')), each.substring(each.indexOf('=') + 1));
    }
    return all;
  }

  @Test
  void theUnitNamesWhatThereIs() throws IOException, InterruptedException {
    String unit = "bindery.service";
    assertSettings(variables(line(unit, "Environment=")));
    assertEquals(DATA, "/var/lib/" + line(unit, "StateDirectory="));
    assertEquals("bindery", line(unit, "CacheDirectory="));
    assertEquals(Integer.toString(TERMINATED), line(unit, "SuccessExitStatus="));
    assertEquals("2", line(unit, "RestartPreventExitStatus="));
    assertEquals("0077", line(unit, "UMask="));
    // A heap that is full ends a broker, also one that the README starts.
    String option = "-XX:+ExitOnOutOfMemoryError";
    assertTrue(Files.readString(DIST.resolve("bindery")).contains(option));
    assertTrue(Files.readString(Path.of("README.md")).contains("java " + option + " -jar"));
    List<String> start = new ArrayList<>(List.of(line(unit, "ExecStart=").split(" ")));
    assertEquals(INSTALLED, start.set(0, script.toString()));
    int config = start.indexOf("--config") + 1;
    assertTrue(
        Files.readString(DIST.resolve(unit)).contains("settings to\n# " + start.get(config)));
    start.set(config, Files.createFile(directory.resolve("empty.conf")).toString());
    start.add("--check");
    run(0, Map.of(), start);
  }

  @Test
  void theImageNamesWhatThereIs() throws IOException {
    String file = "Dockerfile";
    String pom = Files.readString(Path.of("pom.xml"));
    assertTrue(pom.contains("<outputFile>${project.build.directory}/" + JAR + "<"));
    assertTrue(pom.contains("<Main-Class>" + BinderyCommand.class.getName() + "<"));
    assertEquals(
        List.of(
            "target/" + JAR + " /opt/bindery/lib/", "--chmod=755 dist/bindery /opt/bindery/bin/"),
        lines(file, "COPY "));
    assertTrue(Files.isExecutable(DIST.resolve("bindery")));
    assertEquals(List.of(INSTALLED), array(line(file, "ENTRYPOINT ")));
    assertEquals(List.of(ServeCommand.NAME), array(line(file, "CMD ")));
    assertEquals(INSTALLED, array(line(file, "HEALTHCHECK ")).get(0));
    assertSettings(variables(line(file, "ENV ")));
    assertEquals(DATA, line(file, "VOLUME "));
    String user = line(file, "USER ");
    assertTrue(line(file, "RUN ").contains("useradd --system --uid 999 " + user + " "));
    assertTrue(line(file, "RUN ").endsWith("chown " + user + " " + DATA));
    assertEquals(
        Key.AMQP_PORT.byDefault() + " 5671 " + Key.HTTP_PORT.byDefault(), line(file, "EXPOSE "));
  }

  /** What the Dockerfile runs, where this test has it installed. */
  private List<String> installed(String word) throws IOException {
    List<String> command = new ArrayList<>();
    if (word.equals("CMD ")) {
      command.addAll(array(line("Dockerfile", "ENTRYPOINT ")));
    }
    command.addAll(array(line("Dockerfile", word)));
    command.replaceAll(each -> each.equals(INSTALLED) ? script.toString() : each);
    return command;
  }

  @Test
  void theImageIsHealthyWhileItServes() throws IOException, InterruptedException {
    Map<String, String> variables = variables(line("Dockerfile", "ENV "));
    variables.put(Key.DATA.environmentName(), directory.resolve("the data").toString());
    variables.put(Key.AMQP_PORT.environmentName(), "0");
    variables.put(Key.HTTP_PORT.environmentName(), Integer.toString(freePort()));
    Process server = process(variables, installed("CMD ")).start();
    try {
      BufferedReader printed = server.inputReader();
      String line = printed.readLine();
      while (!line.startsWith("Bindery is ready")) {
        line = printed.readLine();
        assertNotNull(line, "it has ended");
      }
      assertBegins("broker amqp://", run(0, variables, installed("HEALTHCHECK ")));
      // Process.destroy would close its output, too.
      server.toHandle().destroy();
      List<String> last = printed.lines().map(each -> each.substring(24)).toList();
      assertEquals(2, last.size(), last::toString);
      assertBegins(STOP + "stopping: 0 connections are told", last.get(0));
      assertBegins(STOP + "stopped after ", last.get(1));
      assertTrue(server.waitFor(1, TimeUnit.MINUTES));
      assertEquals(TERMINATED, server.exitValue());
      run(1, variables, installed("HEALTHCHECK "));
    } finally {
      server.destroyForcibly();
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }
}
