package io.bindery.jms.kill;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bindery.engine.AmqpException;
import io.bindery.engine.Engines;
import io.bindery.jms.BinderyConnectionFactory;
import io.bindery.testkit.CrashFigures;
import jakarta.jms.Connection;
import jakarta.jms.JMSException;
import jakarta.jms.MessageConsumer;
import jakarta.jms.Session;
import jakarta.jms.TextMessage;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A message kills the virtual machine of its listener and broker, whenever that is started, until
 * it is a dead letter. Run by the profile {@code crash}.
 */
class PoisonRuns {
  private static final int MESSAGES = 40;
  private static final int POISONED = 15;

  /** The first kill names no message, and the tenth failure is the last. */
  private static final int MOST_KILLS = 11;

  private static final int SOON_MS = 2_000;

  @TempDir Path directory;

  @Test
  void aMessageThatKillsItsProcessIsADeadLetterInTheEnd()
      throws IOException, InterruptedException, JMSException, AmqpException {
    List<String> texts = new ArrayList<>();
    for (int i = 0; i < MESSAGES; i++) {
      texts.add(i == POISONED ? PoisonedClient.POISON : "m" + i);
    }
    texts.add(PoisonedClient.LAST);
    assertTrue(live(texts, new ArrayList<>()));
    List<String> seen = new ArrayList<>();
    int kills = 0;
    while (!live(List.of(), seen)) {
      kills++;
      assertTrue(kills <= MOST_KILLS, "it is never found");
    }
    texts.remove(POISONED);
    // What was acknowledged in the last milliseconds may come again.
    Set<String> once = new LinkedHashSet<>(seen);
    assertEquals(texts, List.copyOf(once));
    assertDead();
    CrashFigures.add("poison", "kills", kills);
    System.out.println("poison: " + kills + " kills until it was found");
  }

  private void assertDead() throws JMSException, AmqpException {
    try (Connection connection = new BinderyConnectionFactory(uri()).createConnection()) {
      connection.start();
      Session session = connection.createSession(false, Session.AUTO_ACKNOWLEDGE);
      MessageConsumer dead =
          session.createConsumer(session.createQueue("bindery.dead." + PoisonedClient.QUEUE));
      TextMessage message = (TextMessage) dead.receive(SOON_MS);
      assertNotNull(message);
      assertEquals(PoisonedClient.POISON, message.getText());
      assertNull(dead.receiveNoWait());
    } finally {
      // It would go on with its checkpoints in a directory that is deleted.
      Engines.find(uri()).close();
    }
  }

  private String uri() {
    return "vm://poison?dir=" + directory.toUri().getPath() + "store";
  }

  /** False when the process was killed. */
  private boolean live(List<String> texts, List<String> seen)
      throws IOException, InterruptedException {
    List<String> command =
        new ArrayList<>(
            List.of(
                System.getProperty("java.home") + File.separator + "bin" + File.separator + "java",
                "-Xmx128m",
                "-cp",
                System.getProperty("java.class.path"),
                PoisonedClient.class.getName(),
                uri()));
    command.addAll(texts);
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    try (BufferedReader reader = process.inputReader()) {
      reader.lines().forEach(seen::add);
      return process.waitFor() == 0;
    } finally {
      process.destroyForcibly();
    }
  }
}
