package io.bindery.ra;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.bindery.engine.AmqpException;
import io.bindery.engine.Channel;
import io.bindery.engine.Outcome;
import java.lang.management.ManagementFactory;
import java.net.URI;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import javax.management.openmbean.CompositeData;
import javax.transaction.xa.XAException;
import javax.transaction.xa.XAResource;
import org.junit.jupiter.api.Test;

/** What the resource of a session knows of how its branches end. */
class DeliveryResourceTest extends AdapterFixture {
  private DeliveryResource prepared(TestXid xid) throws AmqpException, XAException {
    Channel channel = broker.connection().openChannel().await();
    DeliveryResource resource = new DeliveryResource(broker.connection(), session -> session);
    resource.start(xid, XAResource.TMNOFLAGS);
    channel
        .settle(channel.get("orders", "").await(), Outcome.ACCEPTED, resource.transaction())
        .await();
    resource.end(xid, XAResource.TMSUCCESS);
    assertEquals(XAResource.XA_OK, resource.prepare(xid));
    assertEquals(DeliveryResource.Outcome.OPEN, resource.outcome());
    return resource;
  }

  private void operator(String action) throws JMException {
    MBeanServer server = ManagementFactory.getPlatformMBeanServer();
    String name = URI.create(broker.uri()).getAuthority();
    ObjectName bean = new ObjectName("io.bindery:type=Broker,name=" + name);
    for (CompositeData row : (CompositeData[]) server.getAttribute(bean, "InDoubt")) {
      String[] text = {String.class.getName()};
      server.invoke(bean, action, new Object[] {row.get("branch")}, text);
    }
  }

  @Test
  void itKnowsWhatAnOperatorHasDecided() throws AmqpException, XAException, JMException {
    for (boolean commit : new boolean[] {true, false}) {
      broker.queue("orders").send("orders", "a");
      TestXid xid = TestXid.next();
      DeliveryResource resource = prepared(xid);
      operator(commit ? "commitInDoubt" : "rollbackInDoubt");
      XAException told =
          assertThrows(
              XAException.class,
              () -> {
                if (commit) {
                  resource.rollback(xid);
                } else {
                  resource.commit(xid, false);
                }
              });
      assertEquals(commit ? XAException.XA_HEURCOM : XAException.XA_HEURRB, told.errorCode);
      assertEquals(
          commit ? DeliveryResource.Outcome.COMMITTED : DeliveryResource.Outcome.ROLLED_BACK,
          resource.outcome());
      resource.forget(xid);
    }
  }
}
