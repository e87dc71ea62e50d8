package io.bindery.engine.management;

import io.bindery.engine.AmqpException;
import io.bindery.engine.Observation;
import io.bindery.engine.ReplyCode;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import javax.management.Attribute;
import javax.management.AttributeList;
import javax.management.AttributeNotFoundException;
import javax.management.DynamicMBean;
import javax.management.InstanceAlreadyExistsException;
import javax.management.InstanceNotFoundException;
import javax.management.JMException;
import javax.management.MBeanAttributeInfo;
import javax.management.MBeanException;
import javax.management.MBeanInfo;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import javax.management.ReflectionException;
import javax.management.openmbean.OpenDataException;

/**
 * What an engine shows to management of a broker that is somewhere else, under {@code
 * io.bindery:type=Broker,name="URI"}, with {@code instance=2} and so on where that name is taken.
 * To read it may take as long as the engine's {@code observe}. Thread-safe.
 */
public final class EngineMBean implements DynamicMBean, AutoCloseable {
  private static final System.Logger LOG = System.getLogger(EngineMBean.class.getName());
  private static final int MOST = 1_000;

  private final String name;
  private final ObservedTables.Source source;
  private ObjectName objectName;

  private EngineMBean(String name, ObservedTables.Source source) {
    this.name = name;
    this.source = source;
  }

  /**
   * Shows an engine.
   *
   * @param name its URI, without secrets
   * @param source what it observes
   * @throws AmqpException INTERNAL_ERROR when this virtual machine refuses it
   */
  public static EngineMBean register(String name, ObservedTables.Source source)
      throws AmqpException {
    EngineMBean bean = new EngineMBean(name, source);
    MBeanServer server = ManagementFactory.getPlatformMBeanServer();
    String plain = "io.bindery:type=Broker,name=" + ObjectName.quote(name);
    try {
      for (int instance = 1; instance <= MOST; instance++) {
        bean.objectName = new ObjectName(instance == 1 ? plain : plain + ",instance=" + instance);
        if (registered(server, bean)) {
          return bean;
        }
      }
    } catch (JMException e) {
      throw new AmqpException(
          ReplyCode.INTERNAL_ERROR, "The MBean of " + name + " cannot be registered", e);
    }
    throw new AmqpException(
        ReplyCode.INTERNAL_ERROR, "There are " + MOST + " MBeans of " + name + " already");
  }

  private static boolean registered(MBeanServer server, EngineMBean bean) throws JMException {
    try {
      server.registerMBean(bean, bean.objectName);
      return true;
    } catch (InstanceAlreadyExistsException e) {
      // Another adapter's, of the same broker: each has its own.
      return false;
    }
  }

  /** Shows it no more. Twice does nothing. */
  @Override
  public void close() {
    try {
      ManagementFactory.getPlatformMBeanServer().unregisterMBean(objectName);
    } catch (InstanceNotFoundException e) {
      LOG.log(System.Logger.Level.DEBUG, "the MBean of " + name + " was gone already", e);
    } catch (JMException e) {
      LOG.log(System.Logger.Level.WARNING, "the MBean of " + name + " stays", e);
    }
  }

  @Override
  public Object getAttribute(String attribute)
      throws AttributeNotFoundException, MBeanException, ReflectionException {
    try {
      return value(attribute, source);
    } catch (AmqpException e) {
      // Who reads it may not have our class.
      throw new MBeanException(new IllegalStateException(e.getMessage()), e.getMessage());
    }
  }

  private Object value(String attribute, ObservedTables.Source from)
      throws AttributeNotFoundException, ReflectionException, AmqpException {
    try {
      return attribute.equals("Name") ? name : ObservedTables.rows(attribute, from);
    } catch (OpenDataException e) {
      throw new ReflectionException(e);
    }
  }

  /** All of them from one observation, so that they agree. */
  @Override
  public AttributeList getAttributes(String[] attributes) {
    AttributeList list = new AttributeList();
    Observed once = new Observed(source);
    for (String attribute : attributes) {
      try {
        list.add(new Attribute(attribute, value(attribute, once)));
      } catch (JMException | AmqpException e) {
        // By JMX's contract an attribute that cannot be read is missing in the answer.
        LOG.log(System.Logger.Level.DEBUG, attribute + " of " + name + " cannot be read", e);
      }
    }
    return list;
  }

  /** Observes once, or fails once. One thread. */
  private static final class Observed implements ObservedTables.Source {
    private final ObservedTables.Source source;
    private Observation all;
    private AmqpException failure;

    Observed(ObservedTables.Source source) {
      this.source = source;
    }

    @Override
    public Observation observe() throws AmqpException {
      if (all == null && failure == null) {
        try {
          all = source.observe();
        } catch (AmqpException e) {
          failure = e;
        }
      }
      if (failure != null) {
        throw failure;
      }
      return all;
    }
  }

  @Override
  public void setAttribute(Attribute attribute) throws AttributeNotFoundException {
    throw new AttributeNotFoundException("The attribute " + attribute.getName() + " cannot be set");
  }

  @Override
  public AttributeList setAttributes(AttributeList attributes) {
    return new AttributeList();
  }

  @Override
  public Object invoke(String action, Object[] parameters, String[] signature)
      throws ReflectionException {
    throw new ReflectionException(new NoSuchMethodException(action));
  }

  @Override
  public MBeanInfo getMBeanInfo() {
    List<MBeanAttributeInfo> all = new ArrayList<>();
    all.add(ObservedTables.attribute("Name", String.class, "The URI"));
    all.addAll(ObservedTables.attributes());
    return new MBeanInfo(
        EngineMBean.class.getName(),
        "A broker that is used from here",
        all.toArray(MBeanAttributeInfo[]::new),
        null,
        null,
        null);
  }
}
