package io.bindery.itests.desk;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** {@code sample-app/check} against a running desk: it passes, and it can fail. */
@ExtendWith(RunningDesk.class)
class DeskCheckIT {
  private static final long PATIENCE_S = 300;

  private static int check(URI desk, File log, String... arguments)
      throws IOException, InterruptedException {
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

  private static File log(String name) {
    return DeskServer.folder().resolve(name).toFile();
  }

  @Test
  void theBeansDidWhatTheFileSays(URI desk) throws IOException, InterruptedException {
    File log = log("check.log");
    int exit = check(desk, log);
    assertEquals(0, exit, Files.readString(log.toPath()));
  }

  @Test
  void aDifferenceIsFound(URI desk) throws IOException, InterruptedException {
    File log = log("check-that-fails.log");
    int exit = check(desk, log, "--prove-it-can-fail");
    assertEquals(1, exit, Files.readString(log.toPath()));
  }
}
