package io.bindery.itests.desk;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** {@code sample-app/check} against a running desk: it passes, and it can fail. */
@ExtendWith(RunningDesk.class)
class DeskCheckIT {
  @Test
  void theBeansDidWhatTheFileSays(URI desk) throws IOException, InterruptedException {
    File log = CheckScript.log("check.log");
    int exit = CheckScript.run(desk, log);
    assertEquals(0, exit, Files.readString(log.toPath()));
  }

  @Test
  void aDifferenceIsFound(URI desk) throws IOException, InterruptedException {
    File log = CheckScript.log("check-that-fails.log");
    int exit = CheckScript.run(desk, log, "--prove-it-can-fail");
    assertEquals(1, exit, Files.readString(log.toPath()));
  }
}
