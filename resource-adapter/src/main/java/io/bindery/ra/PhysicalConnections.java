package io.bindery.ra;

import io.bindery.jms.BinderyXAConnection;
import io.bindery.jms.BinderyXAConnectionFactory;
import jakarta.jms.JMSException;

/** Opens the connections of the JMS layer that managed connections stand on. */
final class PhysicalConnections {
  private PhysicalConnections() {}

  /** A connection with the properties of a connection factory. */
  static BinderyXAConnection open(BinderyManagedConnectionFactory properties, BrokerAccess access)
      throws JMSException {
    BinderyXAConnectionFactory factory = new BinderyXAConnectionFactory(access.uri());
    factory.setClientId(properties.getClientId());
    if (properties.getPrefetch() >= 0) {
      factory.setPrefetch(properties.getPrefetch());
    }
    if (properties.getSendTimeoutMs() >= 0) {
      factory.setSendTimeoutMs(properties.getSendTimeoutMs());
    }
    factory.setObjectMessageAllow(properties.getObjectMessageAllow());
    return (BinderyXAConnection) factory.createXAConnection(access.user(), access.password());
  }
}
