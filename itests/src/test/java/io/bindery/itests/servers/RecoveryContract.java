package io.bindery.itests.servers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bindery.jms.BinderyXAConnectionFactory;
import jakarta.jms.XAJMSContext;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.transaction.xa.XAException;
import javax.transaction.xa.XAResource;
import org.junit.jupiter.api.Test;

/**
 * A server is halted in a transaction over a broker and an XA database, when both are prepared and
 * none is told to commit. It starts again on the same folders, and after its own recovery both
 * sides agree.
 */
abstract class RecoveryContract {
  /** The adapter's URI has this for the folder. */
  static final String URI = "vm://recovery?dir=";

  /** The name of the application, and of its archive. */
  static final String APPLICATION = "recovery";

  /** A server that runs, with adapter and application. */
  record Running(ServerProcess process, int port) implements AutoCloseable {
    @Override
    public void close() {
      process.close();
    }
  }

  /** An empty folder for all that outlives the server. */
  abstract Path prepared() throws IOException;

  /**
   * Starts the server.
   *
   * @param again whether it has been started and halted before
   */
  abstract Running started(Path work, boolean again) throws IOException;

  /** The system properties for the application. */
  static List<String> properties(Path work) {
    return List.of("recovery.marker=" + marker(work));
  }

  private static Path marker(Path work) {
    return work.resolve("halted");
  }

  /** The folder of the broker. */
  static Path broker(Path work) {
    return work.resolve("broker");
  }

  /** The URL of the database. */
  static String database(Path work) {
    return "jdbc:h2:file:" + work.resolve("database") + ";WRITE_DELAY=0;DB_CLOSE_DELAY=-1";
  }

  @Test
  void bothSidesAgreeAfterTheServersRecovery() throws IOException, XAException {
    Archives.makeRecovery();
    Path work = prepared();
    try (Running server = started(work, false)) {
      Commands application = commands(server);
      application.run("SEND", "first", 0);
      assertEquals("in [first] out [] rows []", application.run("TELL", "", 0));
      assertThrows(IOException.class, () -> application.run("MOVE", "", 0));
      server.process.awaitEnd();
      assertTrue(Files.exists(marker(work)), "halted between prepare and commit");
    }
    try (Running server = started(work, true)) {
      Commands application = commands(server);
      assertTrue(
          server.process.output().contains(" 1 branches in doubt"), "the broker was prepared");
      server.process.await(
          "both sides have committed",
          () -> tells(application).equals("in [] out [first] rows [first]"));
      application.run("SEND", "second", 0);
      application.run("MOVE", "", 0);
      assertEquals(
          "in [] out [first, second] rows [first, second]", application.run("TELL", "", 0));
    }
    assertEquals(0, inDoubt(work));
  }

  private static Commands commands(Running server) {
    return new Commands(server.port, APPLICATION, server.process);
  }

  private static String tells(Commands application) {
    try {
      return application.run("TELL", "", 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** How many branches the broker still has, now that the server is gone. */
  private static int inDoubt(Path work) throws XAException {
    try (XAJMSContext context =
        new BinderyXAConnectionFactory(URI + broker(work)).createXAContext()) {
      return context.getXAResource().recover(XAResource.TMSTARTRSCAN).length;
    }
  }
}
