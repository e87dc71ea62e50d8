package io.bindery.ra;

import jakarta.resource.spi.ConnectionManager;

/**
 * Makes the managed connections of topic connection factories; a class of its own because servers
 * select by it.
 */
public class BinderyManagedTopicConnectionFactory extends BinderyManagedConnectionFactory {
  private static final long serialVersionUID = 1L;

  /** With the resource adapter's configuration. */
  public BinderyManagedTopicConnectionFactory() {}

  @Override
  public Object createConnectionFactory(ConnectionManager pool) {
    return new TopicConnectionFactoryHandle(this, pool);
  }
}
