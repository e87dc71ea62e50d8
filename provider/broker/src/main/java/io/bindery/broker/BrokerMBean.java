package io.bindery.broker;

import io.bindery.engine.AmqpException;
import io.bindery.engine.Observation;
import io.bindery.engine.ReplyCode;
import io.bindery.engine.Ticket;
import io.bindery.engine.management.ObservedTables;
import io.bindery.engine.management.OpenTable;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Date;
import java.util.HexFormat;
import java.util.List;
import javax.management.Attribute;
import javax.management.AttributeList;
import javax.management.AttributeNotFoundException;
import javax.management.DynamicMBean;
import javax.management.InstanceAlreadyExistsException;
import javax.management.JMException;
import javax.management.MBeanAttributeInfo;
import javax.management.MBeanException;
import javax.management.MBeanInfo;
import javax.management.MBeanOperationInfo;
import javax.management.MBeanParameterInfo;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import javax.management.ReflectionException;
import javax.management.openmbean.CompositeData;
import javax.management.openmbean.OpenDataException;
import javax.management.openmbean.SimpleType;

/**
 * What a broker shows to management, in types of the JDK only, so that an application reads it
 * without a class of ours. Its registration claims the broker's name for this class loader.
 */
final class BrokerMBean implements DynamicMBean {
  private static final String COMMIT = "commitInDoubt";
  private static final String ROLL_BACK = "rollbackInDoubt";
  private static final long ANSWER_MS = 10_000;

  private final String name;
  private final ObjectName objectName;
  private volatile Broker broker;

  private BrokerMBean(String name, ObjectName objectName) {
    this.name = name;
    this.objectName = objectName;
  }

  /**
   * Claims a name.
   *
   * @throws AmqpException NOT_ALLOWED when another class loader has it
   */
  static BrokerMBean claim(String name) throws AmqpException {
    MBeanServer server = ManagementFactory.getPlatformMBeanServer();
    try {
      ObjectName objectName = new ObjectName("io.bindery:type=Broker,name=" + name);
      BrokerMBean bean = new BrokerMBean(name, objectName);
      try {
        server.registerMBean(bean, objectName);
      } catch (InstanceAlreadyExistsException e) {
        throw VmEngineProvider.taken(
            name, String.valueOf(server.getAttribute(objectName, "Owner")));
      }
      return bean;
    } catch (JMException e) {
      throw new AmqpException(
          ReplyCode.INTERNAL_ERROR, "The MBean of vm://" + name + " cannot be registered", e);
    }
  }

  void show(Broker shown) {
    broker = shown;
  }

  void unregister() {
    try {
      ManagementFactory.getPlatformMBeanServer().unregisterMBean(objectName);
    } catch (JMException e) {
      System.getLogger(BrokerMBean.class.getName())
          .log(
              System.Logger.Level.WARNING,
              "the MBean of vm://" + name + " was gone before its broker",
              e);
    }
  }

  @Override
  public Object getAttribute(String attribute)
      throws AttributeNotFoundException, ReflectionException {
    return value(attribute, this::observed);
  }

  private Observation observed() {
    Broker shown = broker;
    return shown == null
        ? new Observation(List.of(), List.of(), List.of(), List.of(), List.of())
        : shown.observe();
  }

  private List<InDoubt> inDoubt() {
    Broker shown = broker;
    return shown == null ? List.of() : shown.branches().inDoubt();
  }

  private Object value(String attribute, ObservedTables.Source all)
      throws AttributeNotFoundException, ReflectionException {
    try {
      return switch (attribute) {
        case "Name" -> name;
        case "Owner" -> "the class loader " + BrokerMBean.class.getClassLoader();
        case "InDoubt" -> Tables.IN_DOUBT.rows(inDoubt());
        default -> ObservedTables.rows(attribute, all);
      };
    } catch (OpenDataException | AmqpException e) {
      throw new ReflectionException(e);
    }
  }

  @Override
  public void setAttribute(Attribute attribute) throws AttributeNotFoundException {
    throw new AttributeNotFoundException("The attribute " + attribute.getName() + " cannot be set");
  }

  /** All of them from one observation, so that they agree. */
  @Override
  public AttributeList getAttributes(String[] attributes) {
    Observation all = observed();
    AttributeList list = new AttributeList();
    for (String attribute : attributes) {
      try {
        list.add(new Attribute(attribute, value(attribute, () -> all)));
      } catch (JMException e) {
        // By JMX's contract an attribute that cannot be read is missing in the answer.
        continue;
      }
    }
    return list;
  }

  @Override
  public AttributeList setAttributes(AttributeList attributes) {
    return new AttributeList();
  }

  @Override
  public Object invoke(String action, Object[] parameters, String[] signature)
      throws ReflectionException, MBeanException {
    Broker shown = broker;
    boolean commit = action.equals(COMMIT);
    if (shown == null
        || !(commit || action.equals(ROLL_BACK))
        || parameters.length != 1
        || !(parameters[0] instanceof String branch)) {
      throw new ReflectionException(new NoSuchMethodException(action));
    }
    Ticket<Void> decided = Verb.answer(() -> shown.branches().decide(branch, commit));
    if (!decided.awaitDone(ANSWER_MS)) {
      throw refused("not on disk within " + ANSWER_MS + " ms; look again");
    }
    if (decided.failure() != null) {
      throw refused(decided.failure().getMessage());
    }
    return null;
  }

  private static MBeanException refused(String why) {
    return new MBeanException(new IllegalArgumentException(why));
  }

  @Override
  public MBeanInfo getMBeanInfo() {
    return new MBeanInfo(
        BrokerMBean.class.getName(),
        "An embedded Bindery broker",
        attributes().toArray(MBeanAttributeInfo[]::new),
        null,
        new MBeanOperationInfo[] {
          operation(COMMIT, "Commits a prepared branch in place of its transaction manager"),
          operation(ROLL_BACK, "Rolls a prepared branch back in place of its transaction manager")
        },
        null);
  }

  private static List<MBeanAttributeInfo> attributes() {
    List<MBeanAttributeInfo> all = new ArrayList<>();
    all.add(ObservedTables.attribute("Name", String.class, "The name in vm://NAME"));
    all.add(ObservedTables.attribute("Owner", String.class, "Whose it is"));
    all.addAll(ObservedTables.attributes());
    all.add(
        ObservedTables.attribute(
            "InDoubt",
            CompositeData[].class,
            "Branches that are prepared, or that an operator has decided"));
    return all;
  }

  private static MBeanOperationInfo operation(String name, String description) {
    MBeanParameterInfo branch =
        new MBeanParameterInfo("branch", String.class.getName(), "as InDoubt names it");
    return new MBeanOperationInfo(
        name,
        description,
        new MBeanParameterInfo[] {branch},
        void.class.getName(),
        MBeanOperationInfo.ACTION);
  }

  /** The rows, made when somebody first reads some: that is no part of a broker's start. */
  private static final class Tables {
    static final OpenTable<InDoubt> IN_DOUBT =
        new OpenTable<InDoubt>("Branch")
            .with("branch", SimpleType.STRING, view -> view.id().toString())
            .with("state", SimpleType.STRING, InDoubt::state)
            .with("formatId", SimpleType.INTEGER, view -> view.id().getFormatId())
            .with(
                "globalTransactionId",
                SimpleType.STRING,
                view -> HexFormat.of().formatHex(view.id().getGlobalTransactionId()))
            .with(
                "branchQualifier",
                SimpleType.STRING,
                view -> HexFormat.of().formatHex(view.id().getBranchQualifier()))
            .with(
                "preparedAt",
                SimpleType.DATE,
                view -> view.preparedAtMs() == 0 ? null : new Date(view.preparedAtMs()))
            .with("publishes", SimpleType.INTEGER, view -> view.work().enqueued())
            .with("acknowledgements", SimpleType.INTEGER, view -> view.work().acknowledged())
            .with("queues", SimpleType.STRING, view -> String.join(", ", view.work().queues()));

    private Tables() {}
  }
}
