package io.bindery.itests.servers;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/** What it does, too, on a server that injects a {@code JMSContext} into beans. */
abstract class InjectingContract extends SmokeContract {
  @Test
  @Order(1)
  void anInjectedContextSendsInTheTransaction() throws IOException {
    application().run("INJECTED", "never.injected", 1);
    application().run("INJECTED", "injected", 0);
    assertEquals("false 1", application().run("SHOWN", "injected", 1));
    assertEquals("", application().run("SHOWN", "never.injected", 0));
    assertEquals("injected", application().run("FORWARDED", "", 0));
  }
}
