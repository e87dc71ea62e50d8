package io.bindery.engine.management;

import io.bindery.engine.AmqpException;
import io.bindery.engine.Arguments;
import io.bindery.engine.Observation;
import io.bindery.engine.Observation.BindingView;
import io.bindery.engine.Observation.ConnectionView;
import io.bindery.engine.Observation.ConsumerView;
import io.bindery.engine.Observation.ExchangeView;
import io.bindery.engine.Observation.QueueView;
import java.util.List;
import java.util.Locale;
import javax.management.AttributeNotFoundException;
import javax.management.MBeanAttributeInfo;
import javax.management.openmbean.CompositeData;
import javax.management.openmbean.OpenDataException;
import javax.management.openmbean.SimpleType;

/** An observation as attributes of an MBean: each is an array of rows. Thread-safe. */
public final class ObservedTables {
  private ObservedTables() {}

  /** Where an observation comes from. */
  @FunctionalInterface
  public interface Source {
    /**
     * A new one.
     *
     * @throws AmqpException when there is none to be had
     */
    Observation observe() throws AmqpException;
  }

  /** What attributes there are. */
  public static List<MBeanAttributeInfo> attributes() {
    return List.of(
        attribute("Exchanges", CompositeData[].class, "All exchanges"),
        attribute("Bindings", CompositeData[].class, "All bindings"),
        attribute("Queues", CompositeData[].class, "All queues"),
        attribute("Consumers", CompositeData[].class, "All consumers"),
        attribute("Connections", CompositeData[].class, "All connections"));
  }

  /** An attribute that is only read. */
  public static MBeanAttributeInfo attribute(String name, Class<?> type, String description) {
    return new MBeanAttributeInfo(name, type.getName(), description, true, false, false);
  }

  /**
   * The rows of an attribute.
   *
   * @throws AttributeNotFoundException when it is none of {@link #attributes}; nothing is observed
   */
  public static CompositeData[] rows(String attribute, Source source)
      throws AttributeNotFoundException, OpenDataException, AmqpException {
    return switch (attribute) {
      case "Exchanges" -> Tables.EXCHANGES.rows(source.observe().exchanges());
      case "Bindings" -> Tables.BINDINGS.rows(source.observe().bindings());
      case "Queues" -> Tables.QUEUES.rows(source.observe().queues());
      case "Consumers" -> Tables.CONSUMERS.rows(source.observe().consumers());
      case "Connections" -> Tables.CONNECTIONS.rows(source.observe().connections());
      default -> throw new AttributeNotFoundException("There is no attribute " + attribute);
    };
  }

  /** Made when somebody first reads some: that is no part of an engine's start. */
  private static final class Tables {
    static final OpenTable<ExchangeView> EXCHANGES =
        new OpenTable<ExchangeView>("Exchange")
            .with("vhost", SimpleType.STRING, ExchangeView::virtualHost)
            .with("name", SimpleType.STRING, ExchangeView::name)
            .with("type", SimpleType.STRING, ExchangeView::type)
            .with("durable", SimpleType.BOOLEAN, ExchangeView::durable)
            .with("published", SimpleType.LONG, ExchangeView::published);
    static final OpenTable<BindingView> BINDINGS =
        new OpenTable<BindingView>("Binding")
            .with("vhost", SimpleType.STRING, BindingView::virtualHost)
            .with("source", SimpleType.STRING, view -> view.binding().source())
            .with("destination", SimpleType.STRING, view -> view.binding().destination())
            .with(
                "destinationType",
                SimpleType.STRING,
                view -> view.binding().destinationType().name().toLowerCase(Locale.ROOT))
            .with("routingKey", SimpleType.STRING, view -> view.binding().routingKey())
            .with(
                "selector",
                SimpleType.STRING,
                view ->
                    String.valueOf(
                        view.binding().arguments().getOrDefault(Arguments.SELECTOR, "")));
    static final OpenTable<QueueView> QUEUES =
        new OpenTable<QueueView>("Queue")
            .with("vhost", SimpleType.STRING, QueueView::virtualHost)
            .with("name", SimpleType.STRING, QueueView::name)
            .with("durable", SimpleType.BOOLEAN, QueueView::durable)
            .with("exclusive", SimpleType.BOOLEAN, QueueView::exclusive)
            .with("autoDelete", SimpleType.BOOLEAN, QueueView::autoDelete)
            .with("ready", SimpleType.LONG, QueueView::ready)
            .with("unacknowledged", SimpleType.LONG, QueueView::unacknowledged)
            .with("consumers", SimpleType.INTEGER, QueueView::consumers)
            .with("published", SimpleType.LONG, view -> view.counters().published())
            .with("delivered", SimpleType.LONG, view -> view.counters().delivered())
            .with("acknowledged", SimpleType.LONG, view -> view.counters().acknowledged())
            .with("redelivered", SimpleType.LONG, view -> view.counters().redelivered())
            .with("deadLettered", SimpleType.LONG, view -> view.counters().deadLettered());
    static final OpenTable<ConsumerView> CONSUMERS =
        new OpenTable<ConsumerView>("Consumer")
            .with("vhost", SimpleType.STRING, ConsumerView::virtualHost)
            .with("queue", SimpleType.STRING, ConsumerView::queue)
            .with("tag", SimpleType.STRING, ConsumerView::tag)
            .with("prefetch", SimpleType.INTEGER, ConsumerView::prefetch)
            .with("unacknowledged", SimpleType.LONG, ConsumerView::unacknowledged);
    static final OpenTable<ConnectionView> CONNECTIONS =
        new OpenTable<ConnectionView>("Connection")
            .with("vhost", SimpleType.STRING, ConnectionView::virtualHost)
            .with("name", SimpleType.STRING, ConnectionView::name)
            .with("user", SimpleType.STRING, ConnectionView::user)
            .with("clientId", SimpleType.STRING, ConnectionView::clientId)
            .with("channels", SimpleType.INTEGER, ConnectionView::channels);

    private Tables() {}
  }
}
