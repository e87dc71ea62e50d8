package io.bindery.server.settings;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bindery.server.settings.Settings.Endpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SettingsReaderTest {
  @TempDir Path directory;

  private Path file(String... lines) throws IOException {
    return Files.write(directory.resolve("bindery.conf"), List.of(lines));
  }

  private static String wrong(Path file, String... flags) {
    return assertThrows(
            SettingsException.class, () -> SettingsReader.read(file, Map.of(), List.of(flags)))
        .getMessage();
  }

  @Test
  void nothingNeedsToBeSaid() throws SettingsException {
    Settings settings = SettingsReader.read(null, Map.of(), List.of());
    assertEquals(new Endpoint("*", 5672), settings.amqp());
    assertEquals(new Endpoint("127.0.0.1", 15672), settings.http());
    assertNull(settings.amqps());
    assertNull(settings.tls());
    assertEquals(Path.of("bindery-data"), settings.data());
    assertTrue(settings.store().sync());
    assertTrue(settings.store().acknowledgeSoon());
    assertFalse(settings.store().keepNonPersistent());
    assertEquals(64 << 20, settings.store().segmentBytes());
    assertEquals(Set.of("guest"), settings.loopbackUsers());
  }

  @Test
  void aFlagIsBeforeTheEnvironmentAndThatBeforeTheFile() throws SettingsException, IOException {
    Path file =
        file(
            "# ports",
            "amqp.port = 1001",
            "http.port=1002",
            "",
            "heartbeat = 7",
            "nonpersistent = keep");
    Settings settings =
        SettingsReader.read(
            file,
            Map.of("BINDERY_AMQP_PORT", "2001", "BINDERY_HTTP_PORT", "2002", "PATH", "x"),
            List.of("--amqp.port=3001"));
    assertEquals(3001, settings.amqp().port());
    assertEquals(2002, settings.http().port());
    assertEquals(7, settings.limits().heartbeatSeconds());
    assertTrue(settings.store().keepNonPersistent());
  }

  @Test
  void allThatIsWrongIsToldAtOnceWithItsPlace() throws IOException {
    Path file =
        file("amqp.port = many", "nothing here", "ampq.port = 1", "amqpport = 1", "sync = maybe");
    String wrong = wrong(file, "--segment=3", "--unknown=1", "stray");
    assertEquals(
        List.of(
            file + ", line 1: amqp.port is 'many', but must be a number from 0 to 65535 or off",
            file + ", line 2: there is no '='; write KEY = VALUE",
            file + ", line 4: there is no setting 'amqpport'; did you mean amqp.port?",
            file + ", line 5: sync is 'maybe', but must be one of on, off",
            "'stray' is no setting; write --KEY=VALUE",
            "--segment is '3', but must be a size from 64k to 1024m, like 64k, 512m or 1g"),
        wrong.lines().filter(line -> !line.contains("there are data, ")).toList());
    assertTrue(wrong.contains("line 3: there is no setting 'ampq.port'; there are"), wrong);
    assertTrue(wrong.contains("--unknown: there is no such setting"), wrong);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--amqp.port=off | amqp.port is off and so is amqps.port: nobody could connect",
        "--amqp.port=7 --http.port=7 | http.port is 7, as is amqp.port",
        "--tls.key=x | tls.key is set, and amqps.port is off: set amqps.port = 5671",
        "--amqps.port=5671 | tls.certificate is missing: amqps.port needs it",
        "--amqp.host= | amqp.host is empty, but must be a name, an address, or * for all",
        "--memory=99999g | memory is '99999g', but must be a size from 1m",
        "--frame.max=1k | frame.max is '1k', but must be a size from 4k to 16m",
        "--message.max=129m | message.max is '129m', but must be a size from 1k to 128m",
        "--channel.max=2048 | channel.max is '2048', but must be a number from 1 to 2047",
        "--log=loud | log is 'loud', but must be one of error, warning, info, debug",
        "--data= | data is empty, but must be a path"
      })
  void whatCannotBe(String flags, String expected) {
    String wrong = wrong(null, flags.split(" "));
    assertTrue(wrong.contains(expected), wrong);
  }

  @Test
  void aKeyOnceOnly() throws IOException {
    Path file = file("log = loud", "sync = on", "log = quiet", "log = info");
    String must = ", but must be one of error, warning, info, debug";
    assertEquals(
        List.of(
            file + ", line 1: log is 'loud'" + must,
            file + ", line 3: log was set in line 1 already",
            file + ", line 3: log is 'quiet'" + must,
            file + ", line 4: log was set in line 3 already"),
        wrong(file).lines().toList());
  }

  @Test
  void aFileThatCannotBeRead() {
    assertTrue(wrong(directory.resolve("none")).endsWith("none: it is not there"));
    assertEquals("--config cannot be read: " + directory + ": Is a directory", wrong(directory));
  }
}
