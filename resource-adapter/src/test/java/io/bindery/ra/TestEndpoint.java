package io.bindery.ra;

import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageListener;
import jakarta.resource.ResourceException;
import jakarta.resource.spi.endpoint.MessageEndpoint;
import java.lang.reflect.Method;
import javax.transaction.xa.XAException;
import javax.transaction.xa.XAResource;

/**
 * An endpoint as a container makes it: begins and ends the transaction around the bean, one phase
 * or two.
 */
final class TestEndpoint implements MessageEndpoint, MessageListener {
  private final TestEndpoints factory;
  private final XAResource resource;
  private TestXid xid;
  private boolean rollbackOnly;

  TestEndpoint(TestEndpoints factory, XAResource resource) {
    this.factory = factory;
    this.resource = resource;
  }

  /** What {@code EJBContext.setRollbackOnly} does. */
  void setRollbackOnly() {
    rollbackOnly = true;
  }

  /** The branch of the delivery. */
  TestXid xid() {
    return xid;
  }

  @Override
  public void beforeDelivery(Method method) throws ResourceException {
    xid = TestXid.next();
    rollbackOnly = false;
    try {
      resource.start(xid, XAResource.TMNOFLAGS);
    } catch (XAException e) {
      throw new ResourceException(e);
    }
  }

  @Override
  public void onMessage(Message message) {
    try {
      factory.bean().onMessage(message, this);
    } catch (JMSException | RuntimeException e) {
      rollbackOnly = true;
      throw new IllegalStateException("the bean failed", e);
    }
  }

  @Override
  public void afterDelivery() throws ResourceException {
    try {
      resource.end(xid, rollbackOnly ? XAResource.TMFAIL : XAResource.TMSUCCESS);
      if (rollbackOnly) {
        resource.rollback(xid);
      } else if (factory.twoPhase()) {
        resource.prepare(xid);
        if (factory.diesBeforeTheDecision(xid)) {
          return;
        }
        resource.commit(xid, false);
      } else {
        resource.commit(xid, true);
      }
    } catch (XAException e) {
      throw new ResourceException("error code " + e.errorCode, e);
    }
  }

  @Override
  public void release() {
    factory.released();
  }
}
