package io.bindery.jms.naming;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bindery.jms.AdministeredObjectFactory;
import io.bindery.jms.BinderyConnectionFactory;
import io.bindery.jms.BinderyDestination;
import io.bindery.jms.BinderyQueue;
import io.bindery.jms.BinderyTopic;
import io.bindery.jms.BinderyXAConnectionFactory;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.JMSContext;
import jakarta.jms.Queue;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Hashtable;
import java.util.List;
import javax.naming.Binding;
import javax.naming.CompositeName;
import javax.naming.ConfigurationException;
import javax.naming.Context;
import javax.naming.InitialContext;
import javax.naming.NameNotFoundException;
import javax.naming.NamingException;
import javax.naming.NotContextException;
import javax.naming.OperationNotSupportedException;
import javax.naming.Reference;
import javax.naming.Referenceable;
import javax.naming.StringRefAddr;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("5 Administered objects")
class NamingTest {
  private static Context context(String... keysAndValues) throws NamingException {
    Hashtable<String, String> environment = new Hashtable<>();
    environment.put(Context.INITIAL_CONTEXT_FACTORY, BinderyInitialContextFactory.class.getName());
    for (int i = 0; i < keysAndValues.length; i += 2) {
      environment.put(keysAndValues[i], keysAndValues[i + 1]);
    }
    return new InitialContext(environment);
  }

  private static BinderyConnectionFactory configured(BinderyConnectionFactory factory) {
    factory.setUser("desk");
    factory.setPassword("s3cret");
    factory.setClientId("desk-1");
    factory.setVirtualHost("/orders");
    factory.setPrefetch(7);
    factory.setSendTimeoutMs(1_234);
    factory.setObjectMessageAllow("java.lang.*");
    return factory;
  }

  private static List<Referenceable> administered() {
    BinderyQueue slow = new BinderyQueue("queue:slow?prefetch=1");
    return List.of(
        configured(new BinderyConnectionFactory("vm://naming")),
        configured(new BinderyXAConnectionFactory("vm://naming")),
        new BinderyQueue("orders"),
        new BinderyQueue("queue:what%3F100%25"),
        slow,
        new BinderyTopic("prices.#"),
        new BinderyTopic("exchange:a%2Fb/c?prefetch=3"));
  }

  private static Object serialised(Object object) throws IOException, ClassNotFoundException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(object);
    }
    try (ObjectInputStream in =
        new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      return in.readObject();
    }
  }

  private static void assertSameObject(Object expected, Object actual) {
    assertEquals(expected, actual);
    assertEquals(expected.hashCode(), actual.hashCode());
    assertEquals(expected.getClass(), actual.getClass());
    if (expected instanceof BinderyDestination destination) {
      assertEquals(destination.getPrefetch(), ((BinderyDestination) actual).getPrefetch());
    }
  }

  @Test
  @DisplayName("5.1 factories and destinations serialise and come back equal")
  void serialise() throws IOException, ClassNotFoundException {
    for (Object each : administered()) {
      assertSameObject(each, serialised(each));
    }
    assertNotEquals(
        new BinderyConnectionFactory("vm://a"), new BinderyXAConnectionFactory("vm://a"));
    assertNotEquals(new BinderyConnectionFactory("vm://a"), new BinderyConnectionFactory("vm://b"));
    assertNotEquals(new BinderyQueue("a"), new BinderyTopic("a"));
  }

  @Test
  @DisplayName(
      "5.1 factories and destinations come back from their references, which print no secret")
  void references() throws IOException, ClassNotFoundException, NamingException {
    AdministeredObjectFactory factory = new AdministeredObjectFactory();
    for (Referenceable each : administered()) {
      Reference reference = each.getReference();
      assertEquals(factory.getClass().getName(), reference.getFactoryClassName());
      assertSameObject(each, factory.getObjectInstance(reference, null, null, null));
      Object stored = serialised(reference);
      assertSameObject(each, factory.getObjectInstance(stored, null, null, null));
      assertFalse(reference.toString().contains("s3cret"), reference.toString());
      assertFalse(each.toString().contains("s3cret"), each.toString());
    }
  }

  @Test
  @DisplayName("5.1 a reference that is incomplete or wrong is refused by name, a foreign one left")
  void wrongReferences() throws NamingException {
    AdministeredObjectFactory factory = new AdministeredObjectFactory();
    assertNull(factory.getObjectInstance("text", null, null, null));
    assertNull(factory.getObjectInstance(new Reference("other.Kind"), null, null, null));
    Reference nameless = new Reference(BinderyQueue.class.getName());
    NamingException missing =
        assertThrows(
            NamingException.class, () -> factory.getObjectInstance(nameless, null, null, null));
    assertTrue(missing.getMessage().contains("'name'"), missing.getMessage());
    Reference odd = new Reference(BinderyConnectionFactory.class.getName());
    odd.add(new StringRefAddr("uri", "vm://naming"));
    odd.add(new StringRefAddr("colour", "red"));
    NamingException unknown =
        assertThrows(NamingException.class, () -> factory.getObjectInstance(odd, null, null, null));
    assertTrue(unknown.getMessage().contains("'colour'"), unknown.getMessage());
  }

  @Test
  @DisplayName("5.1 a context is configured by properties, and its objects work")
  void properties() throws NamingException {
    Context context =
        context(
            "connectionFactory.jms/CF", "vm://naming-works",
            "connectionfactory.plain.name", "vm://naming-works",
            "xaConnectionFactory.XA", "vm://naming-works",
            "property.jms/CF.clientId", "desk",
            "property.plain.name.prefetch", "5",
            "queue.jms/orders", "queue:orders?prefetch=2",
            "Topic.prices", "prices.#");
    BinderyConnectionFactory factory =
        assertInstanceOf(BinderyConnectionFactory.class, context.lookup("jms/CF"));
    assertEquals("desk", factory.getClientId());
    assertEquals(
        5,
        assertInstanceOf(BinderyConnectionFactory.class, context.lookup("plain.name"))
            .getPrefetch());
    assertInstanceOf(BinderyXAConnectionFactory.class, context.lookup(new CompositeName("XA")));
    BinderyQueue queue = assertInstanceOf(BinderyQueue.class, context.lookup("jms/orders"));
    assertEquals(2, queue.getPrefetch());
    assertTrue(assertInstanceOf(BinderyTopic.class, context.lookup("prices")).isPattern());
    try (JMSContext client = ((ConnectionFactory) factory).createContext()) {
      assertEquals("desk", client.getClientID());
      client.createProducer().send((Queue) queue, "found");
      assertEquals("found", client.createConsumer(queue).receiveBody(String.class, 10_000));
    }
  }

  @Test
  @DisplayName("5.1 a jndi.properties on the class path is enough")
  void file(@TempDir Path directory) throws IOException, NamingException {
    Files.writeString(
        directory.resolve("jndi.properties"),
        "java.naming.factory.initial = "
            + BinderyInitialContextFactory.class.getName()
            + "\nconnectionFactory.CF = vm://naming-file\nqueue.orders = orders\n");
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    try (URLClassLoader loader =
        new URLClassLoader(new URL[] {directory.toUri().toURL()}, before)) {
      thread.setContextClassLoader(loader);
      Context context = new InitialContext();
      assertEquals(new BinderyQueue("orders"), context.lookup("orders"));
      assertEquals(new BinderyConnectionFactory("vm://naming-file"), context.lookup("CF"));
    } finally {
      thread.setContextClassLoader(before);
    }
  }

  @Test
  @DisplayName("5.1 slashes make subcontexts, which list what they have")
  void subcontexts() throws NamingException {
    Context context = context("queue.a/b/c", "one", "queue.a/d", "two", "topic.e", "three");
    Context sub = assertInstanceOf(Context.class, context.lookup("a"));
    assertEquals("a", sub.getNameInNamespace());
    assertEquals(new BinderyQueue("one"), sub.lookup("b/c"));
    assertEquals(
        List.of("a", "e"),
        Collections.list(context.list("")).stream().map(pair -> pair.getName()).toList());
    List<Binding> bound = Collections.list(context.listBindings("a"));
    assertEquals(List.of("b", "d"), bound.stream().map(Binding::getName).toList());
    assertEquals(new BinderyQueue("two"), bound.get(1).getObject());
    assertThrows(NotContextException.class, () -> context.list("e"));
    assertThrows(OperationNotSupportedException.class, () -> context.bind("x", "y"));
    assertThrows(OperationNotSupportedException.class, () -> context.unbind("e"));
    assertEquals("a/b", sub.composeName("b", "a"));
    NameNotFoundException missing =
        assertThrows(NameNotFoundException.class, () -> sub.lookup("nothing"));
    assertTrue(missing.getMessage().contains("'a/nothing'"), missing.getMessage());
    assertTrue(missing.getMessage().contains("a/b/c"), missing.getMessage());
  }

  @ParameterizedTest
  @CsvSource({
    "queue.orders, topic:orders, queue:",
    "topic.prices, 'prices.a*', stand alone",
    "queue.orders, queue:orders?colour=red, colour",
    "queue.orders, queue:orders?prefetch=many, prefetch",
    "queue.orders, queue:orders?prefetch=-2, prefetch",
    "property.CF.clientId, desk, connectionFactory.CF",
    "'queue.', orders, no name",
  })
  @DisplayName("5.1 a wrong property is refused with its key and what to do")
  void wrongProperties(String key, String value, String told) {
    ConfigurationException wrong =
        assertThrows(ConfigurationException.class, () -> context(key, value));
    assertTrue(wrong.getMessage().contains(key), wrong.getMessage());
    assertTrue(wrong.getMessage().contains(told), wrong.getMessage());
  }

  @Test
  @DisplayName("5.1 an unknown property of a connection factory is refused")
  void unknownFactoryProperty() {
    ConfigurationException wrong =
        assertThrows(
            ConfigurationException.class,
            () -> context("connectionFactory.CF", "vm://n", "property.CF.colour", "red"));
    assertTrue(wrong.getMessage().contains("colour"), wrong.getMessage());
    assertTrue(wrong.getMessage().contains("clientId"), wrong.getMessage());
  }
}
