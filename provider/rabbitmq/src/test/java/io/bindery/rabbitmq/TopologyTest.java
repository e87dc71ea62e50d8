package io.bindery.rabbitmq;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bindery.engine.Binding;
import io.bindery.engine.ExchangeSpec;
import io.bindery.engine.QueueSpec;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What is declared again. */
class TopologyTest {
  private static final ExchangeSpec FLEETING =
      new ExchangeSpec("x", "direct", false, true, false, Map.of());
  private static final QueueSpec AUTO_DELETE =
      new QueueSpec("a", false, false, true, QueueSpec.Defaults.AMQP, Map.of());

  private final Topology topology = new Topology();

  @Test
  void whatIsDurableIsTheServers() {
    topology.declared(ExchangeSpec.durable("d", "direct"));
    topology.declared(QueueSpec.durable("q", Map.of()));
    topology.bound(Binding.queue("d", "q", "k"));
    assertTrue(topology.snapshot().isEmpty());
    assertEquals(List.of(), topology.snapshot().bindings());
  }

  @Test
  void whatGoesWithTheConnectionIsRememberedWithItsBindings() {
    topology.declared(FLEETING);
    topology.declared(QueueSpec.temporary("t"));
    topology.bound(Binding.queue("amq.topic", "t", "k"));
    topology.bound(Binding.queue("x", "durable", "k"));
    Topology.Snapshot all = topology.snapshot();
    assertEquals(List.of(FLEETING), all.exchanges());
    assertEquals(List.of(QueueSpec.temporary("t")), all.queues());
    assertEquals(2, all.bindings().size());
  }

  @Test
  void whatIsDeletedIsForgotten() {
    topology.declared(FLEETING);
    topology.declared(QueueSpec.temporary("t"));
    topology.bound(Binding.queue("amq.topic", "t", "k"));
    topology.bound(Binding.queue("x", "t", "k"));
    topology.queueDeleted("t");
    assertTrue(topology.snapshot().isEmpty(), "also an exchange that went with its last binding");
    topology.declared(QueueSpec.temporary("t"));
    topology.declared(FLEETING);
    topology.bound(Binding.queue("x", "t", "k"));
    topology.exchangeDeleted("x");
    assertEquals(List.of(), topology.snapshot().bindings());
  }

  @Test
  void whatGoesWithItsLastConsumerIsForgottenThen() {
    topology.declared(AUTO_DELETE);
    topology.declared(QueueSpec.temporary("t"));
    topology.left("a");
    topology.left("t");
    assertEquals(List.of(QueueSpec.temporary("t")), topology.snapshot().queues());
  }

  @Test
  void aBindingThatIsRemovedIsForgotten() {
    topology.declared(QueueSpec.temporary("t"));
    topology.bound(Binding.queue("amq.topic", "t", "k"));
    topology.unbound(Binding.queue("amq.topic", "t", "k"));
    assertEquals(List.of(), topology.snapshot().bindings());
  }
}
