package io.bindery.ra;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bindery.engine.AmqpException;
import io.bindery.ra.FickleBroker.Mood;
import jakarta.jms.TextMessage;
import jakarta.resource.NotSupportedException;
import jakarta.resource.ResourceException;
import jakarta.resource.spi.ManagedConnection;
import jakarta.resource.spi.TransactionSupport.TransactionSupportLevel;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;

/**
 * {@code transactions=auto}: what a broker that is away is taken for, and that nothing is local.
 */
class AutomaticTransactionsTest extends AdapterFixture {
  private final ConcurrentLinkedQueue<String> seen = new ConcurrentLinkedQueue<>();

  private BinderyManagedConnectionFactory factory(Mood mood) throws ResourceException {
    BinderyManagedConnectionFactory factory = new BinderyManagedConnectionFactory();
    factory.setUri(FickleBroker.uri(broker, mood));
    factory.setResourceAdapter(adapter);
    return factory;
  }

  private TransactionSupportLevel level(Mood mood) throws ResourceException {
    return factory(mood).getTransactionSupport();
  }

  private BinderyActivationSpec spec(Mood mood) {
    BinderyActivationSpec spec = queueSpec("orders");
    spec.setUri(FickleBroker.uri(broker, mood));
    return spec;
  }

  private void becomes(Mood mood) {
    FickleBroker.uri(broker, mood);
  }

  private TestEndpoints transacted() {
    return TestEndpoints.transacted(
        (message, endpoint) -> {
          seen.add(((TextMessage) message).getText());
          if (seen.size() == 1) {
            endpoint.setRollbackOnly();
          }
        });
  }

  @Test
  void aBrokerSaysWhatItHas() throws ResourceException {
    assertEquals(TransactionSupportLevel.XATransaction, level(Mood.THERE));
    assertEquals(TransactionSupportLevel.LocalTransaction, level(Mood.WITHOUT_XA));
  }

  @Test
  void oneThatIsAwayIsTakenForOneWithXa() throws ResourceException {
    assertEquals(TransactionSupportLevel.XATransaction, level(Mood.AWAY));
  }

  @Test
  void oneThatDoesNotAnswerIsTakenForOneWithXaToo() throws ResourceException {
    assertEquals(TransactionSupportLevel.XATransaction, level(Mood.MUTE));
  }

  @Test
  void aTransactedEndpointIsActivatedAndFedOnceTheBrokerIsThere()
      throws AmqpException, ResourceException {
    activate(transacted(), spec(Mood.AWAY));
    broker.queue("orders").send("orders", "a");
    becomes(Mood.THERE);
    Awaiting.until("it came again", () -> seen.size() == 2 && broker.depth("orders") == 0);
    assertEquals(List.of("a", "a"), List.copyOf(seen));
  }

  @Test
  void aTransactedEndpointIsNotFedWithoutXa() throws AmqpException, ResourceException {
    BinderyActivationSpec spec = spec(Mood.WITHOUT_XA);
    ResourceException refused =
        assertThrows(ResourceException.class, () -> activate(transacted(), spec));
    assertTrue(refused.getMessage().contains("'transactions'"), refused.getMessage());
    TestEndpoints plain =
        TestEndpoints.plain((message, endpoint) -> seen.add(((TextMessage) message).getText()));
    activate(plain, spec);
    broker.send("orders", "a");
    Awaiting.until("it needs none", () -> broker.depth("orders") == 0);
    assertEquals(List.of("a"), List.copyOf(seen));
  }

  @Test
  void aTransactedEndpointWaitsForABrokerWithXa() throws AmqpException, ResourceException {
    activate(transacted(), spec(Mood.AWAY));
    broker.queue("orders").send("orders", "a");
    int works = server.submitted();
    becomes(Mood.WITHOUT_XA);
    Awaiting.until("it has tried", () -> server.submitted() > works && server.idle());
    assertEquals(List.of(), List.copyOf(seen));
    becomes(Mood.THERE);
    Awaiting.until("it came again", () -> seen.size() == 2 && broker.depth("orders") == 0);
  }

  @Test
  void aPoolIsOfNoUseInTransactionsOnceTheBrokerTurnsOutToHaveNone() throws ResourceException {
    BinderyManagedConnectionFactory factory = factory(Mood.AWAY);
    assertEquals(TransactionSupportLevel.XATransaction, factory.getTransactionSupport());
    becomes(Mood.WITHOUT_XA);
    ManagedConnection connection = factory.createManagedConnection(null, null);
    ResourceException refused =
        assertThrows(NotSupportedException.class, connection::getXAResource);
    assertTrue(refused.getMessage().contains("'transactions'"), refused.getMessage());
    connection.destroy();
    becomes(Mood.THERE);
    ManagedConnection other = factory.createManagedConnection(null, null);
    assertNotNull(other.getXAResource());
    other.destroy();
  }
}
