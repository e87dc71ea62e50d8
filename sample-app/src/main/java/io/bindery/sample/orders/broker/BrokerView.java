package io.bindery.sample.orders.broker;

import io.bindery.sample.orders.DeskException;
import io.bindery.sample.orders.beans.BeanCard;
import io.bindery.sample.orders.broker.BrokerSnapshot.Binding;
import io.bindery.sample.orders.broker.BrokerSnapshot.Exchange;
import io.bindery.sample.orders.broker.BrokerSnapshot.Queue;
import jakarta.enterprise.context.ApplicationScoped;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import javax.management.InstanceNotFoundException;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.MalformedObjectNameException;
import javax.management.ObjectName;
import javax.management.openmbean.CompositeData;

/**
 * Reads the MXBean that the adapter shows of its broker, which may be in this JVM or elsewhere. It
 * needs no class of the broker: all is JDK types. Thread-safe, holds nothing.
 */
@ApplicationScoped
public class BrokerView {
  private static final String PATTERN = "io.bindery:type=Broker,*";
  private static final String[] READ = {"Exchanges", "Bindings", "Queues"};

  /** What the broker says now; {@link BrokerSnapshot#NONE} if the adapter shows none. */
  public BrokerSnapshot snapshot() {
    MBeanServer server = ManagementFactory.getPlatformMBeanServer();
    try {
      Set<ObjectName> found = new TreeSet<>(server.queryNames(new ObjectName(PATTERN), null));
      return found.isEmpty() ? BrokerSnapshot.NONE : read(server, found.iterator().next());
    } catch (InstanceNotFoundException e) {
      return BrokerSnapshot.NONE; // the adapter was undeployed in between
    } catch (MalformedObjectNameException e) {
      throw new IllegalStateException(PATTERN, e);
    } catch (JMException e) {
      throw new DeskException(
              503, "the broker cannot be seen: " + e.getMessage(), "see the server's log")
          .causedBy(e);
    }
  }

  /**
   * Refuses work until every bean has its queue: an order published before would reach nobody.
   *
   * @throws DeskException if a broker or a queue is missing
   */
  public void requireBeans() {
    BrokerSnapshot now = snapshot();
    if (!now.present()) {
      throw new DeskException(
          503,
          "no Bindery broker is used in this server",
          "deploy bindery.rar before the order desk");
    }
    List<String> missing =
        BeanCard.ALL.stream()
            .map(BeanCard::queue)
            .filter(queue -> now.queue(queue).isEmpty())
            .toList();
    if (!missing.isEmpty()) {
      throw new DeskException(
          503, "these queues have no bean yet: " + missing, "the beans are starting; try again");
    }
  }

  private static BrokerSnapshot read(MBeanServer server, ObjectName name) throws JMException {
    String key = name.getKeyProperty("name");
    String shown = key != null && key.startsWith("\"") ? ObjectName.unquote(key) : key;
    Map<String, Object> values = new HashMap<>();
    // In one: that is one question to a broker elsewhere, and they agree.
    server
        .getAttributes(name, READ)
        .asList()
        .forEach(attribute -> values.put(attribute.getName(), attribute.getValue()));
    for (String attribute : READ) {
      if (!values.containsKey(attribute)) {
        values.put(attribute, server.getAttribute(name, attribute)); // says why it was left out
      }
    }
    return new BrokerSnapshot(
        shown == null ? "bindery" : shown,
        rows(values.get("Exchanges"), BrokerView::exchange),
        rows(values.get("Bindings"), BrokerView::binding),
        rows(values.get("Queues"), BrokerView::queue));
  }

  private static <T> List<T> rows(Object attribute, Function<CompositeData, T> row) {
    return Arrays.stream((CompositeData[]) attribute).map(row).toList();
  }

  private static Exchange exchange(CompositeData row) {
    return new Exchange(text(row, "name"), text(row, "type"), number(row, "published"));
  }

  private static Binding binding(CompositeData row) {
    return new Binding(
        text(row, "source"),
        text(row, "destination"),
        text(row, "destinationType"),
        text(row, "routingKey"),
        text(row, "selector"));
  }

  private static Queue queue(CompositeData row) {
    return new Queue(
        text(row, "name"),
        number(row, "ready"),
        number(row, "unacknowledged"),
        number(row, "consumers"),
        number(row, "published"),
        number(row, "acknowledged"),
        number(row, "redelivered"),
        number(row, "deadLettered"));
  }

  private static String text(CompositeData row, String key) {
    return row.containsKey(key) && row.get(key) != null ? row.get(key).toString() : "";
  }

  private static long number(CompositeData row, String key) {
    return row.containsKey(key) && row.get(key) instanceof Number value ? value.longValue() : 0;
  }
}
