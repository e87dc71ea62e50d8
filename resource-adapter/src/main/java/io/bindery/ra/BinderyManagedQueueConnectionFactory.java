package io.bindery.ra;

import jakarta.resource.spi.ConnectionManager;

/**
 * Makes the managed connections of queue connection factories; a class of its own because servers
 * select by it.
 */
public class BinderyManagedQueueConnectionFactory extends BinderyManagedConnectionFactory {
  private static final long serialVersionUID = 1L;

  /** With the resource adapter's configuration. */
  public BinderyManagedQueueConnectionFactory() {}

  @Override
  public Object createConnectionFactory(ConnectionManager pool) {
    return new QueueConnectionFactoryHandle(this, pool);
  }
}
