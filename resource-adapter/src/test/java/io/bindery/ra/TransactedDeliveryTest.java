package io.bindery.ra;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bindery.engine.AmqpConnection;
import io.bindery.engine.AmqpException;
import io.bindery.engine.AmqpMessage;
import io.bindery.engine.Body;
import io.bindery.engine.Channel;
import io.bindery.engine.ConnectSpec;
import io.bindery.engine.Delivery;
import io.bindery.engine.QueueNames;
import io.bindery.engine.Route;
import io.bindery.engine.Transaction;
import io.bindery.engine.XaBranches;
import jakarta.jms.Message;
import jakarta.jms.MessageListener;
import jakarta.jms.TextMessage;
import jakarta.resource.NotSupportedException;
import jakarta.resource.ResourceException;
import jakarta.resource.spi.endpoint.MessageEndpoint;
import java.lang.reflect.Method;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import javax.transaction.xa.XAException;
import javax.transaction.xa.XAResource;
import org.junit.jupiter.api.Test;

/**
 * Deliveries in the container's transaction (Jakarta Connectors, transacted delivery using an
 * XAResource).
 */
class TransactedDeliveryTest extends AdapterFixture {
  private final ConcurrentLinkedQueue<String> seen = new ConcurrentLinkedQueue<>();
  private final ConcurrentLinkedQueue<Integer> counts = new ConcurrentLinkedQueue<>();

  private void record(TextMessage message) throws jakarta.jms.JMSException {
    counts.add(message.getIntProperty("JMSXDeliveryCount"));
    seen.add(message.getText());
  }

  @Test
  void aCommittedDeliveryIsGone() throws AmqpException, ResourceException {
    activate(
        TestEndpoints.transacted((message, endpoint) -> record((TextMessage) message)),
        queueSpec("orders"));
    broker.send("orders", IntStream.range(0, 200).mapToObj(i -> "m" + i).toArray(String[]::new));
    Awaiting.until("all are committed", () -> seen.size() == 200 && broker.depth("orders") == 0);
    assertTrue(counts.stream().allMatch(count -> count == 1), counts::toString);
  }

  @Test
  void soItIsInTwoPhases() throws AmqpException, ResourceException {
    TestEndpoints endpoints =
        TestEndpoints.transacted((message, endpoint) -> record((TextMessage) message));
    activate(endpoints.inTwoPhases(), queueSpec("orders"));
    broker.send("orders", "a", "b", "c");
    Awaiting.until("all are committed", () -> seen.size() == 3 && broker.depth("orders") == 0);
    assertEquals(List.of(1, 1, 1), List.copyOf(counts));
  }

  /** A container that goes on although the branch could not begin, as some do. */
  private static final class CarelessEndpoint implements MessageEndpoint, MessageListener {
    private final XAResource resource;
    private boolean refused;
    private boolean shown;

    CarelessEndpoint(XAResource resource) {
      this.resource = resource;
    }

    @Override
    public void beforeDelivery(Method method) {
      try {
        resource.start(TestXid.next(), XAResource.TMNOFLAGS);
      } catch (XAException e) {
        refused = true;
      }
    }

    @Override
    public void onMessage(Message message) {
      shown = true;
    }

    @Override
    public void afterDelivery() {
      // Its transaction has no branch of ours.
    }

    @Override
    public void release() {
      // It is never used again.
    }
  }

  @Test
  void whatHasNoBranchToJoinIsNotShown() throws AmqpException, ResourceException {
    broker.queue("orders").send("orders", "a");
    AmqpConnection lost = broker.engine().connect(ConnectSpec.anonymous("lost")).await();
    Channel channel = lost.openChannel().await();
    Delivery delivery = channel.get("orders", "").await();
    TransactedDelivery mode = new TransactedDelivery(channel, any -> null, session -> session);
    CarelessEndpoint endpoint = new CarelessEndpoint(mode.resource());
    lost.close();
    assertEquals(DeliveryMode.Result.IN_DOUBT, mode.deliver(endpoint, delivery));
    assertTrue(endpoint.refused);
    assertFalse(endpoint.shown, "it comes again, so nobody may work on it now");
  }

  @Test
  void rollbackOnlyBringsItAgain() throws AmqpException, ResourceException {
    TestBean bean =
        (message, endpoint) -> {
          record((TextMessage) message);
          if (seen.size() < 3) {
            endpoint.setRollbackOnly();
          }
        };
    activate(TestEndpoints.transacted(bean), queueSpec("orders"));
    broker.send("orders", "a");
    Awaiting.until(
        "the third try is committed", () -> seen.size() == 3 && broker.depth("orders") == 0);
    assertEquals(List.of(1, 2, 3), List.copyOf(counts));
  }

  @Test
  void anExceptionBringsItAgain() throws AmqpException, ResourceException {
    TestBean bean =
        (message, endpoint) -> {
          record((TextMessage) message);
          if (seen.size() == 1) {
            throw new IllegalStateException("not yet");
          }
        };
    activate(TestEndpoints.transacted(bean).inTwoPhases(), queueSpec("orders"));
    broker.send("orders", "a");
    Awaiting.until(
        "the second try is committed", () -> seen.size() == 2 && broker.depth("orders") == 0);
    assertEquals(List.of(1, 2), List.copyOf(counts));
  }

  /** Has the branch publish to a queue that is gone before it is prepared. */
  private void spoil(TestXid xid) {
    try {
      XaBranches branches = broker.connection().xa();
      Transaction branch = branches.start(xid, XAResource.TMJOIN).await();
      broker.queue("gone");
      AmqpMessage text = AmqpMessage.builder().body(new Body.Text("a")).build();
      Channel channel = broker.connection().openChannel().await();
      channel.publish(Route.toQueue("gone"), text, branch).await();
      branches.end(xid, XAResource.TMSUCCESS).await();
      broker.delete("gone");
    } catch (AmqpException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void whatCannotBePreparedHasFailed() throws AmqpException, ResourceException {
    TestBean bean =
        (message, endpoint) -> {
          record((TextMessage) message);
          if (seen.size() <= 10) {
            spoil(endpoint.xid());
          }
        };
    activate(TestEndpoints.transacted(bean).inTwoPhases(), queueSpec("orders"));
    broker.send("orders", "a");
    Awaiting.until("it is dead", () -> broker.depth(QueueNames.deadLetters("orders")) == 1);
    assertEquals(IntStream.rangeClosed(1, 10).boxed().toList(), List.copyOf(counts));
  }

  @Test
  void poisonGoesToTheDeadLetters() throws AmqpException, ResourceException {
    AtomicInteger tries = new AtomicInteger();
    TestBean bean =
        (message, endpoint) -> {
          tries.incrementAndGet();
          endpoint.setRollbackOnly();
        };
    activate(TestEndpoints.transacted(bean), queueSpec("orders"));
    broker.send("orders", "poison");
    Awaiting.until("it is dead", () -> broker.depth(QueueNames.deadLetters("orders")) == 1);
    assertEquals(10, tries.get());
    assertEquals(0, broker.depth("orders"));
  }

  @Test
  void aHeldFailureKeepsTheOrderOfOneSession() throws AmqpException, ResourceException {
    TestBean bean =
        (message, endpoint) -> {
          record((TextMessage) message);
          if (seen.size() == 2) {
            endpoint.setRollbackOnly();
          }
        };
    BinderyActivationSpec spec = queueSpec("orders");
    spec.setMaxSessions(1);
    spec.setRedeliveryDelayMs(30L);
    activate(TestEndpoints.transacted(bean), spec);
    broker.send("orders", "a", "b", "c");
    Awaiting.until("all came", () -> seen.size() == 4 && broker.depth("orders") == 0);
    assertEquals(List.of("a", "b", "b", "c"), List.copyOf(seen));
  }

  @Test
  void localTransactionsRefuseATransactedEndpoint() {
    adapter.setTransactions("local");
    TestEndpoints endpoints =
        TestEndpoints.transacted((message, endpoint) -> record((TextMessage) message));
    NotSupportedException refused =
        assertThrows(NotSupportedException.class, () -> activate(endpoints, queueSpec("orders")));
    assertTrue(refused.getMessage().contains("'transactions'"), refused.getMessage());
  }
}
