package io.bindery.sample.orders.broker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bindery.sample.orders.DeskException;
import io.bindery.sample.orders.beans.BeanCard;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import javax.management.StandardMBean;
import javax.management.openmbean.CompositeData;
import javax.management.openmbean.CompositeDataSupport;
import javax.management.openmbean.CompositeType;
import javax.management.openmbean.OpenDataException;
import javax.management.openmbean.OpenType;
import javax.management.openmbean.SimpleType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class BrokerViewTest {
  private final MBeanServer server = ManagementFactory.getPlatformMBeanServer();
  private final List<ObjectName> registered = new ArrayList<>();
  private final BrokerView view = new BrokerView();

  @AfterEach
  void unregister() throws JMException {
    for (ObjectName name : registered) {
      server.unregisterMBean(name);
    }
  }

  @Test
  void withoutABrokerThereIsNoneAndWorkIsRefused() {
    assertFalse(view.snapshot().present());
    DeskException refusal = assertThrows(DeskException.class, view::requireBeans);
    assertEquals(503, refusal.status());
    assertTrue(refusal.action().contains("bindery.rar"));
  }

  @Test
  void theMxBeanIsReadWithoutAClassOfTheBroker() throws JMException {
    register("\"my broker\"", List.of("sub/billing"));
    BrokerSnapshot now = view.snapshot();
    assertEquals("my broker", now.name());
    assertEquals(List.of(new BrokerSnapshot.Exchange("amq.topic", "topic", 7)), now.exchanges());
    assertEquals(
        new BrokerSnapshot.Binding("amq.topic", "sub/audit", "queue", "orders.#", "amount > 1000"),
        now.bindings().get(0));
    assertEquals(
        new BrokerSnapshot.Queue("sub/billing", 5, 2, 0, 9, 0, 0, 0),
        now.queue("sub/billing").orElseThrow());
  }

  @Test
  void workIsRefusedUntilEveryBeanHasItsQueue() throws JMException {
    register("bindery", List.of("sub/billing", "prices"));
    DeskException refusal = assertThrows(DeskException.class, view::requireBeans);
    assertTrue(refusal.getMessage().contains("sub/shipping-eu"), refusal.getMessage());
    assertFalse(refusal.getMessage().contains("sub/billing"), refusal.getMessage());
  }

  @Test
  void withAllQueuesWorkIsTaken() throws JMException {
    register("bindery", BeanCard.ALL.stream().map(BeanCard::queue).toList());
    view.requireBeans();
    assertEquals(BeanCard.ALL.size(), view.snapshot().queues().size());
  }

  @Test
  void aBrokerThatIsAwayIsTold() throws JMException {
    register("bindery", new Away());
    DeskException refusal = assertThrows(DeskException.class, view::snapshot);
    assertEquals(503, refusal.status());
    assertTrue(refusal.getMessage().contains("no answer from 15672"), refusal.getMessage());
  }

  private void register(String name, List<String> queues) throws JMException {
    register(name, new Sample(queues));
  }

  private void register(String name, Broker broker) throws JMException {
    ObjectName objectName = new ObjectName("io.bindery:type=Broker,name=" + name);
    server.registerMBean(new StandardMBean(broker, Broker.class), objectName);
    registered.add(objectName);
  }

  /** What the broker shows, as far as the desk reads it. */
  public interface Broker {
    CompositeData[] getExchanges() throws JMException;

    CompositeData[] getBindings() throws JMException;

    CompositeData[] getQueues() throws JMException;
  }

  private record Away() implements Broker {
    private static CompositeData[] noAnswer() throws JMException {
      throw new JMException("no answer from 15672");
    }

    @Override
    public CompositeData[] getExchanges() throws JMException {
      return noAnswer();
    }

    @Override
    public CompositeData[] getBindings() throws JMException {
      return noAnswer();
    }

    @Override
    public CompositeData[] getQueues() throws JMException {
      return noAnswer();
    }
  }

  private record Sample(List<String> names) implements Broker {
    @Override
    public CompositeData[] getExchanges() throws OpenDataException {
      return new CompositeData[] {row("name", "amq.topic", "type", "topic", "published", 7L)};
    }

    @Override
    public CompositeData[] getBindings() throws OpenDataException {
      return new CompositeData[] {
        row(
            "source", "amq.topic",
            "destination", "sub/audit",
            "destinationType", "queue",
            "routingKey", "orders.#",
            "selector", "amount > 1000")
      };
    }

    @Override
    public CompositeData[] getQueues() throws OpenDataException {
      List<CompositeData> rows = new ArrayList<>();
      for (String name : names) {
        rows.add(row("name", name, "ready", 5L, "unacknowledged", 2L, "published", 9L));
      }
      return rows.toArray(CompositeData[]::new);
    }

    private static CompositeData row(Object... pairs) throws OpenDataException {
      Map<String, Object> values = new LinkedHashMap<>();
      for (int i = 0; i < pairs.length; i += 2) {
        values.put((String) pairs[i], pairs[i + 1]);
      }
      String[] keys = values.keySet().toArray(String[]::new);
      OpenType<?>[] types =
          values.values().stream()
              .map(value -> value instanceof Long ? SimpleType.LONG : SimpleType.STRING)
              .toArray(OpenType<?>[]::new);
      return new CompositeDataSupport(new CompositeType("row", "a row", keys, keys, types), values);
    }
  }
}
