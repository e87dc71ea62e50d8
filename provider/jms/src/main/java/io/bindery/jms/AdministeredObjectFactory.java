package io.bindery.jms;

import java.util.Hashtable;
import java.util.Iterator;
import javax.naming.ConfigurationException;
import javax.naming.Context;
import javax.naming.Name;
import javax.naming.NamingException;
import javax.naming.RefAddr;
import javax.naming.Reference;
import javax.naming.spi.ObjectFactory;

/**
 * Makes connection factories, queues and topics from the references that a naming service kept
 * (Jakarta Messaging 5.1). Thread-safe.
 */
public final class AdministeredObjectFactory implements ObjectFactory {
  /** A factory, as JNDI makes it. */
  public AdministeredObjectFactory() {}

  /**
   * The object of a reference; null for what is no reference of ours.
   *
   * @throws NamingException when the reference lacks something, or holds what is wrong
   */
  @Override
  public Object getObjectInstance(
      Object object, Name name, Context context, Hashtable<?, ?> environment)
      throws NamingException {
    if (!(object instanceof Reference reference)) {
      return null;
    }
    try {
      return made(reference);
    } catch (IllegalArgumentException e) {
      NamingException wrong =
          new ConfigurationException(
              "The reference to a " + reference.getClassName() + " is wrong: " + e.getMessage());
      wrong.initCause(e);
      throw wrong;
    }
  }

  private static Object made(Reference reference) {
    String kind = reference.getClassName();
    if (kind.equals(BinderyQueue.class.getName())) {
      return destination(new BinderyQueue(text(reference, "name")), reference);
    } else if (kind.equals(BinderyTopic.class.getName())) {
      return destination(new BinderyTopic(text(reference, "name")), reference);
    } else if (kind.equals(BinderyConnectionFactory.class.getName())) {
      return factory(new BinderyConnectionFactory(text(reference, "uri")), reference);
    } else if (kind.equals(BinderyXAConnectionFactory.class.getName())) {
      return factory(new BinderyXAConnectionFactory(text(reference, "uri")), reference);
    }
    return null;
  }

  private static BinderyDestination destination(
      BinderyDestination destination, Reference reference) {
    if (reference.get("prefetch") != null) {
      destination.setPrefetch(Integer.parseInt(text(reference, "prefetch")));
    }
    return destination;
  }

  private static BinderyConnectionFactory factory(
      BinderyConnectionFactory factory, Reference reference) {
    for (Iterator<RefAddr> all = reference.getAll().asIterator(); all.hasNext(); ) {
      RefAddr each = all.next();
      factory.setProperty(each.getType(), text(reference, each.getType()));
    }
    return factory;
  }

  private static String text(Reference reference, String type) {
    RefAddr address = reference.get(type);
    if (address == null || address.getContent() == null) {
      throw new IllegalArgumentException("it has no '" + type + "'");
    }
    return address.getContent().toString();
  }
}
