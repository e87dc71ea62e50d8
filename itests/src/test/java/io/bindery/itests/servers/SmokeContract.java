package io.bindery.itests.servers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.List;
import javax.management.JMException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;

/**
 * What the adapter's archive does on every server. The bean takes one message at a time and sends
 * each on to a queue of another broker, so a text that came through has been through a transaction
 * of two resources, and what was sent before it has been there before.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
abstract class SmokeContract {
  private Server server;
  private Commands application;

  /** Starts the server; nothing is deployed. */
  abstract Server started() throws IOException;

  /** How many loaders of undeployed adapters the server itself keeps, however often it deploys. */
  abstract long kept();

  final Commands application() {
    return application;
  }

  @BeforeAll
  void deploy() throws IOException {
    Archives.make();
    server = started();
    application = new Commands(server);
    server.deploy();
  }

  @AfterAll
  void end() {
    if (server != null) {
      server.close();
    }
  }

  @Test
  @Order(1)
  void whatATransactionSentIsShownOnce() throws IOException {
    application.run("SEND", "committed", 0);
    assertEquals("false 1", application.run("SHOWN", "committed", 1));
    comesThrough("committed");
  }

  @Test
  @Order(2)
  void whatWasRolledBackIsNotSent() throws IOException {
    application.run("ROLL_BACK", "never", 0);
    application.run("SEND", "later", 0);
    assertEquals("false 1", application.run("SHOWN", "later", 1));
    assertEquals("", application.run("SHOWN", "never", 0));
    comesThrough("later");
  }

  @Test
  @Order(3)
  void aBeanThatRollsBackGetsTheMessageAgain() throws IOException {
    application.run("SEND", "twice.back", 2);
    application.run("SEND", "next", 0);
    assertEquals("false 1\ntrue 2\ntrue 3", application.run("SHOWN", "twice.back", 3));
    comesThrough("twice.back"); // once: of the rolled back turns nothing was sent on
    comesThrough("next");
  }

  @Test
  @Order(4)
  void itIsUndeployedAndDeployedAgainAndLeavesNothing() throws IOException, JMException {
    for (String round : List.of("round1", "round2")) {
      server.undeploy();
      nothingIsLeft();
      server.deploy();
      application.run("SEND", round, 1);
      assertEquals("false 1\ntrue 2", application.run("SHOWN", round, 2));
      comesThrough(round);
    }
    server.undeploy();
    nothingIsLeft();
  }

  private void comesThrough(String text) throws IOException {
    assertEquals(text, application.run("FORWARDED", "", 0));
  }

  private void nothingIsLeft() throws IOException, JMException {
    try (Remains remains = Remains.of(server.process().virtualMachine())) {
      server.process().await("no thread is left", () -> remains.threads().isEmpty());
      assertEquals(List.of(), remains.mbeans());
      long loaders = remains.loaders(kept());
      assertTrue(loaders <= kept(), loaders + " loaders of the archive are left");
    }
  }
}
