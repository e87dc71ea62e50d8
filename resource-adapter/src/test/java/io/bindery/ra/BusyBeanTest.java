package io.bindery.ra;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bindery.engine.AmqpException;
import jakarta.jms.TextMessage;
import jakarta.resource.ResourceException;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A bean that runs longer than its deactivation may wait. */
class BusyBeanTest {
  private static final long WAIT_MS = 50;

  private final CountDownLatch inside = new CountDownLatch(1);
  private final CountDownLatch go = new CountDownLatch(1);
  private final CountDownLatch out = new CountDownLatch(1);
  private TestBroker broker;
  private TestServer server;
  private StartedAdapter adapter;

  @BeforeEach
  void start() throws AmqpException {
    broker = new TestBroker();
    broker.engine().lease();
    server = new TestServer();
    adapter = new StartedAdapter(server, new TimerThread("busy-bean-test"));
  }

  @AfterEach
  void stop() {
    go.countDown();
    adapter.stop(0);
    server.close();
    broker.close();
  }

  private static void await(CountDownLatch latch) {
    Awaiting.until("the latch opened", () -> latch.getCount() == 0);
  }

  private void busy(TestEndpoints endpoints, boolean transacted)
      throws ResourceException, AmqpException {
    BinderyActivationSpec spec = new BinderyActivationSpec();
    spec.setDestination("orders");
    spec.setMaxSessions(1);
    BrokerAccess access = new BrokerAccess(broker.uri(), "", "");
    ActivationSettings settings =
        ActivationSettings.of(spec, access, DestinationSource.parse("orders", ""), transacted);
    adapter.activate(endpoints, spec, settings);
    broker.send("orders", "a", "b");
    await(inside);
    adapter.deactivate(endpoints, spec, WAIT_MS);
  }

  private TestBean waiting() {
    return (message, endpoint) -> {
      inside.countDown();
      await(go);
      out.countDown();
    };
  }

  private List<Integer> redelivered(int messages) throws ResourceException {
    ConcurrentLinkedQueue<String> texts = new ConcurrentLinkedQueue<>();
    ConcurrentLinkedQueue<Integer> counts = new ConcurrentLinkedQueue<>();
    TestBean next =
        (message, endpoint) -> {
          texts.add(((TextMessage) message).getText());
          counts.add(message.getIntProperty("JMSXDeliveryCount"));
        };
    BinderyActivationSpec spec = new BinderyActivationSpec();
    spec.setDestination("orders");
    spec.setMaxSessions(1);
    BrokerAccess access = new BrokerAccess(broker.uri(), "", "");
    adapter.activate(
        TestEndpoints.plain(next),
        spec,
        ActivationSettings.of(spec, access, DestinationSource.parse("orders", ""), false));
    Awaiting.until("they came", () -> counts.size() == messages && broker.depth("orders") == 0);
    assertTrue(texts.contains("b"));
    return List.copyOf(counts);
  }

  @Test
  void whatItHasSeenGoesBackAsFailedAndTheRestUnseen() throws ResourceException, AmqpException {
    busy(TestEndpoints.plain(waiting()), false);
    assertEquals(0, broker.consumers("orders"));
    assertEquals(List.of(2, 1), redelivered(2));
    go.countDown();
    await(out);
  }

  @Test
  void aTransactionThatOutlivesItsConnectionIsRolledBack() throws ResourceException, AmqpException {
    busy(TestEndpoints.transacted(waiting()), true);
    go.countDown();
    await(out);
    assertEquals(List.of(2, 1), redelivered(2));
  }
}
