package io.bindery.broker.tools;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bindery.broker.journal.JournalException;
import io.bindery.engine.AmqpException;
import io.bindery.engine.Engines;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the tool answers when it is used well, and when not. */
class StoreToolTest extends StoreFixture {
  @Test
  void inspectShowsWhatIsThere() throws AmqpException, IOException, JournalException {
    closed();
    assertRuns(0, "inspect", store().toString());
    assertOut(
        "in use by       nobody",
        "identity        " + broker.identity(),
        "segments of version 1",
        "checkpoint-00",
        "journal-0000000000000001.log",
        "shop      topic",
        "order.#",
        "x-max-length=5000",
        "news          me",
        "7:011f:02  20");
    assertTrue(out().matches("(?s).*orders +390 .*"), out());
    assertTrue(out().matches("(?s).*bills +0 .*"), out());
    assertTrue(out().matches("(?s).*7:011f:02 .*Z +1 +1  bills, orders.*"), out());
  }

  @Test
  void nothingIsChangedAlsoWhereAStartWouldRepair()
      throws AmqpException, IOException, JournalException {
    fill();
    Path crashed = directory.resolve("crashed");
    durable.checkpoint();
    copy(store(), crashed);
    broker.close();
    for (Path each : new Path[] {store(), crashed}) {
      Map<Path, String> before = hashes(each);
      assertRuns(0, "inspect", each.toString());
      assertRuns(0, "verify", each.toString());
      assertRuns(0, "export", each.toString(), "--queue", "orders");
      assertEquals(before, hashes(each));
    }
    assertRuns(0, "inspect", crashed.toString());
    assertTrue(out().matches("(?s).*orders +390 .*"), out());
  }

  @Test
  void aProcessThatHasTheDirectoryIsNamed()
      throws AmqpException, IOException, JournalException, InterruptedException {
    closed();
    String path = store().toString();
    Process other =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                RunningBroker.class.getName(),
                path)
            .start();
    try (BufferedReader lines = other.inputReader()) {
      assertEquals("running", lines.readLine());
      String holder = "in use by process " + other.pid() + " on ";
      assertRuns(1, "verify", path);
      assertErr(holder, "Stop the broker first");
      assertRuns(1, "export", path, "--queue", "orders");
      assertErr(holder);
      AmqpException refused =
          assertThrows(AmqpException.class, () -> Engines.find("vm://mine?dir=" + path));
      assertTrue(refused.getMessage().contains(holder), refused.getMessage());
      assertTrue(refused.getMessage().contains("(dir)"), refused.getMessage());
      assertRuns(0, "inspect", path);
      assertOut("process " + other.pid() + " on ", "a moment ago", "of the other process");
    } finally {
      other.getOutputStream().close();
      assertEquals(0, other.waitFor());
    }
    assertRuns(0, "verify", path);
  }

  @Test
  void aBrokerOfThisProcessIsNamedAndKeepsItsLock()
      throws AmqpException, IOException, JournalException {
    fill();
    for (int i = 0; i < 3; i++) {
      assertRuns(1, "verify", store().toString());
      assertErr("in use by process " + ProcessHandle.current().pid());
      assertRuns(0, "inspect", store().toString());
    }
    send("orders", message("still there"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "tidy|There is no command 'tidy'; there are inspect, verify, export, import",
        "inspect|inspect: DIR is missing. See: store inspect --help",
        "inspect a b|inspect: 'b' is one argument too many",
        "inspect --deep a|inspect: there is no option --deep",
        "verify -q a|verify: there is no option -q",
        "export a|export: --queue is missing",
        "export a --queue|export: --queue needs a value",
        "export a --queue=|export: --queue needs a value",
        "export a --queue q --queue r|export: --queue is given twice",
        "export a --queues q|there is no option --queues; there are --queue, --vhost",
        "import a --queue q|import: FILE is missing"
      })
  void whatIsWrongIsNamed(String line, String message) {
    assertRuns(2, line.split(" "));
    assertErr(message);
    assertEquals("", out());
  }

  @Test
  void aDirectoryThatIsNoneIsNoWrongCommandLine() {
    assertRuns(1, "inspect", "/nowhere/at/all");
    assertErr("There is no directory /nowhere/at/all");
    assertRuns(1, "inspect", "src");
    assertErr("holds no store");
  }

  @Test
  void theDataOfAStandaloneBrokerHasTheStoreInIt(@TempDir Path data) throws IOException {
    Files.createFile(Files.createDirectory(data.resolve("store")).resolve("journal-1.log"));
    assertRuns(1, "inspect", data.toString());
    assertErr("It is the data of a standalone broker: give " + data.toRealPath() + "/store");
  }

  @Test
  void whatIsNotWrittenWholeIsNoSuccess() throws AmqpException, IOException, JournalException {
    closed();
    try (OutputStream full =
        new OutputStream() {
          @Override
          public void write(int each) throws IOException {
            throw new IOException("No space left on device");
          }
        }) {
      ByteArrayOutputStream err = new ByteArrayOutputStream();
      StoreTool.Streams streams =
          new StoreTool.Streams(new PrintStream(full), new PrintStream(err, true, UTF_8));
      assertEquals(1, StoreTool.run(List.of("inspect", store().toString()), streams));
      assertTrue(err.toString(UTF_8).contains("Not all is written"), err.toString(UTF_8));
    }
  }

  @Test
  void helpIsHelp() throws IOException {
    assertRuns(0, "--help");
    assertOut("store inspect DIR", "store import DIR");
    assertRuns(2);
    assertOut("store verify DIR");
    for (String command : new String[] {"inspect", "verify", "export", "import"}) {
      assertRuns(0, command, "--help");
      assertOut("store " + command + " DIR");
    }
    assertFalse(Files.exists(Path.of("--help")));
  }
}
