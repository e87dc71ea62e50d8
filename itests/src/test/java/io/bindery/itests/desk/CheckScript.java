package io.bindery.itests.desk;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** {@code sample-app/check}. */
final class CheckScript {
  private static final long PATIENCE_S = 300;

  private CheckScript() {}

  /** What it says is in this file of the suite's folder. */
  static File log(String name) {
    return DeskServer.folder().resolve(name).toFile();
  }

  /** Runs it against a desk; answers its exit code. */
  static int run(URI desk, File log, String... arguments) throws IOException, InterruptedException {
    Path script = Path.of(System.getProperty("bindery.root"), "sample-app", "check");
    List<String> command = new ArrayList<>(List.of(script.toString()));
    command.addAll(List.of(arguments));
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log);
    builder.environment().put("DESK", desk.toString());
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    Process process = builder.start();
    boolean ended = process.waitFor(PATIENCE_S, TimeUnit.SECONDS);
    process.destroyForcibly();
    assertTrue(ended, () -> "the check did not end in " + PATIENCE_S + " s; see " + log);
    return process.exitValue();
  }
}
