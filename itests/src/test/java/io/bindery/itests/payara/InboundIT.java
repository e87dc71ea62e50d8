package io.bindery.itests.payara;

import static org.junit.jupiter.api.Assertions.assertEquals;

import jakarta.annotation.Resource;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.JMSConnectionFactoryDefinition;
import jakarta.jms.JMSContext;
import java.util.List;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Message-driven beans on Payara Micro. The methods run in the server. */
@ExtendWith(ArquillianExtension.class)
@JMSConnectionFactoryDefinition(
    name = InboundIT.FACTORY,
    interfaceName = "jakarta.jms.ConnectionFactory",
    resourceAdapter = "bindery")
class InboundIT {
  static final String FACTORY = "java:app/jms/it";

  @Resource(lookup = FACTORY)
  private ConnectionFactory factory;

  @Deployment
  static WebArchive application() {
    return Application.war(new String[] {QueueBean.NAME}, InboundIT.class, QueueBean.class);
  }

  @Test
  void aBeanTakesAMessageFromAQueue() {
    try (JMSContext context = factory.createContext()) {
      context.createProducer().send(context.createQueue(QueueBean.QUEUE), "plain");
    }
    assertEquals(
        List.of(new Inbox.Shown("plain", false, 1)), Inbox.await(QueueBean.NAME, "plain", 1));
  }
}
