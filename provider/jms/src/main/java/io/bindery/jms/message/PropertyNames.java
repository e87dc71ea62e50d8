package io.bindery.jms.message;

import java.util.AbstractSet;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;

/**
 * The names of the properties of a {@link jakarta.jms.JMSProducer}, which are those of a message: a
 * view, in which what is set or cleared later is seen. Neither adds nor removes, as its
 * superclasses say.
 */
public final class PropertyNames extends AbstractSet<String> {
  private final JmsMessage message;

  /** The names of the properties that a message has now and later. */
  public PropertyNames(JmsMessage message) {
    this.message = message;
  }

  @Override
  public Iterator<String> iterator() {
    return names().iterator();
  }

  @Override
  public int size() {
    return names().size();
  }

  @Override
  public void clear() {
    throw new UnsupportedOperationException("the names of properties are a view");
  }

  private List<String> names() {
    return List.copyOf(Collections.list(message.getPropertyNames()));
  }
}
