package io.bindery.ra;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bindery.jms.BinderyQueue;
import io.bindery.jms.BinderyTopic;
import jakarta.jms.Queue;
import jakarta.jms.Topic;
import jakarta.resource.ResourceException;
import jakarta.resource.spi.InvalidPropertyException;
import java.util.Hashtable;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import javax.naming.Context;
import javax.naming.InitialContext;
import javax.naming.NameNotFoundException;
import javax.naming.NamingException;
import javax.naming.spi.InitialContextFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What an activation names is found in JNDI (Jakarta Messaging 13.1, the lookup properties). */
class ActivationLookupTest {
  private static final Map<String, Object> BOUND = new ConcurrentHashMap<>();
  private static final BrokerAccess USUAL = new BrokerAccess("vm://usual", "u", "p");

  /** A naming service of a map. */
  public static final class Names implements InitialContextFactory {
    @Override
    public Context getInitialContext(Hashtable<?, ?> environment) throws NamingException {
      return new InitialContext(true) {
        @Override
        public Object lookup(String name) throws NamingException {
          Object found = BOUND.get(name);
          if (found == null) {
            throw new NameNotFoundException(name);
          }
          return found;
        }
      };
    }
  }

  @BeforeEach
  void serveNames() {
    System.setProperty(Context.INITIAL_CONTEXT_FACTORY, Names.class.getName());
    BOUND.clear();
  }

  @AfterEach
  void forgetNames() {
    System.clearProperty(Context.INITIAL_CONTEXT_FACTORY);
  }

  private static BinderyActivationSpec lookup(String name) {
    BinderyActivationSpec spec = new BinderyActivationSpec();
    spec.setDestinationLookup(name);
    return spec;
  }

  private static BinderyActivationSpec named(String name) {
    BinderyActivationSpec spec = new BinderyActivationSpec();
    spec.setDestination(name);
    return spec;
  }

  @Test
  void aDestinationOfOursIsTaken() throws ResourceException {
    BOUND.put("jms/orders", new BinderyQueue("orders"));
    assertEquals("orders", ActivationLookup.source(lookup("jms/orders")).queue());
    BOUND.put("jms/prices", new BinderyTopic("prices.#"));
    DestinationSource topic = ActivationLookup.source(lookup("jms/prices"));
    assertTrue(topic.isTopic());
    assertEquals("prices.#", topic.topic().routingKey());
  }

  @Test
  void aForeignDestinationIsTakenByItsName() throws ResourceException {
    Queue queue = () -> "foreign";
    BOUND.put("jms/queue", queue);
    assertEquals("foreign", ActivationLookup.source(lookup("jms/queue")).queue());
    Topic topic = () -> "foreign.topic";
    BOUND.put("jms/topic", topic);
    assertTrue(ActivationLookup.source(lookup("jms/topic")).isTopic());
  }

  @Test
  void theLookupGoesBeforeTheName() throws ResourceException {
    BOUND.put("jms/orders", new BinderyQueue("orders"));
    BinderyActivationSpec spec = lookup("jms/orders");
    spec.setDestination("other");
    assertEquals("orders", ActivationLookup.source(spec).queue());
  }

  @Test
  void aNameMayBeOneOfJndi() throws ResourceException {
    BOUND.put("jms/orders", new BinderyQueue("orders"));
    assertEquals("orders", ActivationLookup.source(named("jms/orders")).queue());
    assertEquals("plain", ActivationLookup.source(named("plain")).queue());
    assertEquals("jms/orders", ActivationLookup.source(named("queue:jms/orders")).queue());
  }

  @Test
  void whatIsNotThereIsNamed() {
    InvalidPropertyException missing =
        assertThrows(
            InvalidPropertyException.class, () -> ActivationLookup.source(lookup("jms/none")));
    assertTrue(missing.getMessage().contains("'jms/none'"), missing.getMessage());
  }

  @Test
  void whatIsNoDestinationIsRefused() {
    BOUND.put("jms/orders", "text");
    InvalidPropertyException wrong =
        assertThrows(
            InvalidPropertyException.class, () -> ActivationLookup.source(lookup("jms/orders")));
    assertTrue(wrong.getMessage().contains("java.lang.String"), wrong.getMessage());
  }

  @Test
  void theTypeMustFit() {
    BOUND.put("jms/orders", new BinderyQueue("orders"));
    BinderyActivationSpec spec = lookup("jms/orders");
    spec.setDestinationType("jakarta.jms.Topic");
    assertThrows(InvalidPropertyException.class, () -> ActivationLookup.source(spec));
  }

  @Test
  void theConnectionFactoryGivesBrokerAndUser() throws ResourceException {
    BinderyManagedConnectionFactory managed = new BinderyManagedConnectionFactory();
    managed.setUri("vm://elsewhere");
    managed.setUser("other");
    BOUND.put("jms/cf", managed.createConnectionFactory());
    BinderyActivationSpec spec = named("orders");
    spec.setConnectionFactoryLookup("jms/cf");
    BrokerAccess access = ActivationLookup.access(spec, USUAL);
    assertEquals("vm://elsewhere", access.uri());
    assertEquals("other", access.user());
    BOUND.put("jms/cf", "text");
    assertThrows(InvalidPropertyException.class, () -> ActivationLookup.access(spec, USUAL));
  }

  @Test
  void theAdaptersCredentialsAreForItsBrokerOnly() throws ResourceException {
    assertEquals(USUAL, ActivationLookup.access(named("orders"), USUAL));
    BinderyActivationSpec elsewhere = named("orders");
    elsewhere.setUri("vm://elsewhere");
    BrokerAccess access = ActivationLookup.access(elsewhere, USUAL);
    assertEquals("", access.password());
    assertFalse(access.toString().contains("p]"));
  }
}
