package io.bindery.jms;

import java.util.Hashtable;
import javax.naming.Context;
import javax.naming.Name;
import javax.naming.RefAddr;
import javax.naming.Reference;
import javax.naming.spi.ObjectFactory;

/** Makes queues and topics from the references that a JNDI service kept. */
public final class DestinationFactory implements ObjectFactory {
  /** A factory, as JNDI makes it. */
  public DestinationFactory() {}

  @Override
  public Object getObjectInstance(
      Object object, Name name, Context context, Hashtable<?, ?> environment) {
    if (!(object instanceof Reference reference)) {
      return null;
    }
    RefAddr address = reference.get("name");
    if (address == null) {
      return null;
    }
    String text = String.valueOf(address.getContent());
    if (reference.getClassName().equals(BinderyQueue.class.getName())) {
      return new BinderyQueue(text);
    }
    return reference.getClassName().equals(BinderyTopic.class.getName())
        ? new BinderyTopic(text)
        : null;
  }
}
