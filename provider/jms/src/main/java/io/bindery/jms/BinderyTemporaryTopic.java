package io.bindery.jms;

import io.bindery.engine.Arguments;
import jakarta.jms.JMSException;
import jakarta.jms.TemporaryTopic;

/**
 * A temporary topic: a key of an exchange of its own, which no pattern on {@code amq.topic} sees
 * (Jakarta Messaging 6.2.2).
 */
public final class BinderyTemporaryTopic extends BinderyTopic implements TemporaryTopic {
  private static final long serialVersionUID = 1L;

  private final transient TemporaryOwner owner;

  /**
   * One that a connection made, or the view of one that came with a message.
   *
   * @param name its name
   * @param owner who made it, or null when it came with a message
   */
  BinderyTemporaryTopic(String name, TemporaryOwner owner) {
    super(new Place(Arguments.TEMPORARY_TOPIC_EXCHANGE, name));
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
