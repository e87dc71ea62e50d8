package io.bindery.ra;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bindery.engine.AmqpException;
import io.bindery.engine.Engine;
import io.bindery.engine.Engines;
import io.bindery.engine.ReplyCode;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.JMSContext;
import jakarta.jms.TextMessage;
import jakarta.resource.ResourceException;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An adapter that starts while another has the directory of its broker, as in a redeploy. */
class HeldDirectoryTest {
  @TempDir Path directory;

  private final TestServer server = new TestServer();
  private final BinderyResourceAdapter adapter = new BinderyResourceAdapter();
  private Engine holder;
  private String uri;

  @BeforeEach
  void hold() throws AmqpException {
    holder = Engines.find("vm://holder?dir=" + directory);
    uri = "vm://waiting?dir=" + directory;
    adapter.setUri(uri);
  }

  @AfterEach
  void end() {
    adapter.stop();
    holder.close();
    server.close();
  }

  private ConnectionFactory factory() throws ResourceException {
    BinderyManagedConnectionFactory factory = new BinderyManagedConnectionFactory();
    factory.setResourceAdapter(adapter);
    return (ConnectionFactory) factory.createConnectionFactory(new TestPool());
  }

  @Test
  void theStartWaitsForNobodyAndTakesTheDirectoryWhenItIsFree() throws ResourceException {
    adapter.start(server);
    AmqpException held = assertThrows(AmqpException.class, () -> Engines.find(uri));
    assertEquals(ReplyCode.RESOURCE_LOCKED, held.replyCode());
    holder.close();
    // Nobody may take it but the adapter's own Work, which ends then.
    Awaiting.until("the adapter took it", server::idle);
    AmqpException taken =
        assertThrows(AmqpException.class, () -> Engines.find("vm://third?dir=" + directory));
    assertTrue(taken.getMessage().contains("is in use by process"), taken.getMessage());
  }

  @Test
  void aConnectionWaitsUntilTheDirectoryIsFree() throws ResourceException {
    adapter.start(server);
    AtomicReference<Thread> caller = new AtomicReference<>();
    CompletableFuture<String> received =
        CompletableFuture.supplyAsync(
            () -> {
              caller.set(Thread.currentThread());
              return sendAndReceive();
            });
    Awaiting.until(
        "it waits",
        () -> caller.get() != null && caller.get().getState() == Thread.State.TIMED_WAITING);
    holder.close();
    assertEquals("late", received.join());
  }

  private String sendAndReceive() {
    try (JMSContext context = factory().createContext()) {
      context.createProducer().send(context.createQueue("orders"), "late");
      return context.createConsumer(context.createQueue("orders")).receiveBody(String.class, 5_000);
    } catch (ResourceException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void anActivationFollows() throws ResourceException {
    adapter.start(server);
    ConcurrentLinkedQueue<String> seen = new ConcurrentLinkedQueue<>();
    BinderyActivationSpec spec = new BinderyActivationSpec();
    spec.setResourceAdapter(adapter);
    spec.setDestinationType("jakarta.jms.Queue");
    spec.setDestination("orders");
    adapter.endpointActivation(
        TestEndpoints.plain((message, endpoint) -> seen.add(((TextMessage) message).getText())),
        spec);
    holder.close();
    assertEquals("late", sendAndReceiveByBean(seen));
  }

  private String sendAndReceiveByBean(ConcurrentLinkedQueue<String> seen) throws ResourceException {
    try (JMSContext context = factory().createContext()) {
      context.createProducer().send(context.createQueue("orders"), "late");
      Awaiting.until("the bean has it", () -> !seen.isEmpty());
      return seen.peek();
    }
  }

  @Test
  void patienceEnds() {
    try (BrokerLeases leases = new BrokerLeases(0)) {
      AmqpException held = assertThrows(AmqpException.class, () -> leases.patiently(uri));
      assertEquals(ReplyCode.RESOURCE_LOCKED, held.replyCode());
    }
  }

  @Test
  void stopEndsTheWait() throws ResourceException {
    adapter.start(server);
    Awaiting.until("it tries", () -> !server.idle());
    adapter.stop();
    Awaiting.until("it does no more", server::idle);
  }

  @Test
  void whatWaitingCannotMendIsRefusedAtTheStart() {
    adapter.setUri("vm://waiting?dir=" + directory.resolve("lock"));
    ResourceException refused = assertThrows(ResourceException.class, () -> adapter.start(server));
    assertTrue(refused.getMessage().contains("it is no directory"), refused.getMessage());
  }
}
