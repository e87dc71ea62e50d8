package io.bindery.jms;

import jakarta.jms.JMSException;
import jakarta.jms.TemporaryQueue;

/**
 * A temporary queue: only its connection consumes from it, and it goes with that connection
 * (Jakarta Messaging 6.2.2).
 */
public final class BinderyTemporaryQueue extends BinderyQueue implements TemporaryQueue {
  private static final long serialVersionUID = 1L;

  private final transient TemporaryOwner owner;

  /**
   * One that a connection made, or the view of one that came with a message.
   *
   * @param name its name
   * @param owner who made it, or null when it came with a message
   */
  BinderyTemporaryQueue(String name, TemporaryOwner owner) {
    super(new Place("", name));
    this.owner = owner;
  }

  @Override
  public void delete() throws JMSException {
    if (owner == null) {
      throw new JMSException("Only the connection that made " + this + " may delete it");
    }
    owner.delete(this);
  }
}
