package io.bindery.broker;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bindery.engine.AmqpException;
import io.bindery.engine.AmqpMessage;
import io.bindery.engine.Binding;
import io.bindery.engine.Channel;
import io.bindery.engine.ConnectSpec;
import io.bindery.engine.ConsumeSpec;
import io.bindery.engine.Engine;
import io.bindery.engine.Engines;
import io.bindery.engine.QueueSpec;
import io.bindery.engine.ReplyCode;
import io.bindery.engine.Route;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.reflect.InvocationTargetException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import javax.management.Attribute;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import javax.management.openmbean.CompositeData;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Named brokers: one of each name, claimed and shown by an MBean. */
class VmEngineProviderTest {
  private static final MBeanServer SERVER = ManagementFactory.getPlatformMBeanServer();

  private static ObjectName objectName(String name) throws JMException {
    return new ObjectName("io.bindery:type=Broker,name=" + name);
  }

  @Test
  void aNameIsOneBrokerUntilItIsClosed() throws AmqpException, JMException {
    Engine one = Engines.find("vm://provider-one");
    assertSame(one, Engines.find("vm://provider-one"));
    assertEquals("vm://provider-one", one.uri().toString());
    assertTrue(SERVER.isRegistered(objectName("provider-one")));
    one.close();
    assertFalse(SERVER.isRegistered(objectName("provider-one")));
    try (Engine next = Engines.find("vm://provider-one")) {
      assertNotSame(one, next);
      assertFalse(one.identity().equals(next.identity()));
      one.close();
      assertTrue(SERVER.isRegistered(objectName("provider-one")), "the new one's claim stays");
    }
  }

  /** Who is told of the failure connects again at once, while the old broker still closes. */
  @Test
  void aNameIsFreeWhileItsBrokerCloses() throws AmqpException, JMException {
    Engine old = Engines.find("vm://provider-again");
    Engine[] again = new Engine[1];
    old.connect(ConnectSpec.anonymous("test"))
        .await()
        .onFailure(
            failure -> {
              try {
                again[0] = Engines.find("vm://provider-again");
              } catch (AmqpException e) {
                throw new AssertionError(e);
              }
            });
    old.close();
    assertFalse(again[0].isClosed());
    assertTrue(SERVER.isRegistered(objectName("provider-again")));
    again[0].close();
    assertFalse(SERVER.isRegistered(objectName("provider-again")));
  }

  @Test
  void aParameterThatWouldBeIgnoredIsRefused() throws AmqpException {
    try (Engine engine = Engines.find("vm://provider-memory?memory=1m")) {
      assertSame(engine, Engines.find("vm://provider-memory"));
      assertSame(engine, Engines.find("vm://provider-memory?memory=1024k"));
      AmqpException failure =
          assertThrows(AmqpException.class, () -> Engines.find("vm://provider-memory?memory=2m"));
      assertEquals(ReplyCode.NOT_ALLOWED, failure.replyCode());
      assertTrue(failure.getMessage().contains("1048576"), failure.getMessage());
    }
  }

  @Test
  void onlyUsersOfTheFileMayConnect(@TempDir Path directory)
      throws AmqpException, IOException, JMException {
    Path file = Files.writeString(directory.resolve("users"), "alice = s\u00e9cret word\nbob=\n");
    String uri = "vm://provider-users?users=" + file;
    try (Engine engine = Engines.find(uri)) {
      assertSame(engine, Engines.find("vm://provider-users"));
      connect(engine, "alice", "s\u00e9cret word");
      connect(engine, "bob", "");
      for (String[] wrong :
          new String[][] {{"alice", "secret word"}, {"alice", ""}, {"carol", ""}, {"", ""}}) {
        AmqpException refused =
            assertThrows(AmqpException.class, () -> connect(engine, wrong[0], wrong[1]));
        assertEquals(ReplyCode.ACCESS_REFUSED, refused.replyCode());
        assertFalse(refused.getMessage().contains("word'"), refused.getMessage());
      }
      assertThrows(AmqpException.class, () -> Engines.find("vm://provider-users?users=/other"));
    }
    Files.delete(file);
    AmqpException unreadable = assertThrows(AmqpException.class, () -> Engines.find(uri));
    assertTrue(unreadable.getMessage().contains(file.toString()), unreadable.getMessage());
    assertFalse(SERVER.isRegistered(objectName("provider-users")));
    try (Engine open = Engines.find("vm://provider-users")) {
      assertThrows(AmqpException.class, () -> Engines.find(uri), "it would let everybody in");
      connect(open, "anybody", "");
    }
  }

  private static void connect(Engine engine, String user, String password) throws AmqpException {
    engine.connect(new ConnectSpec(user, password, "/", "test", 0)).await().close();
  }

  @Test
  void anotherClassLoaderIsToldWhoseTheNameIs()
      throws AmqpException, IOException, ReflectiveOperationException, JMException {
    URL[] classes = {
      Engines.class.getProtectionDomain().getCodeSource().getLocation(),
      Broker.class.getProtectionDomain().getCodeSource().getLocation()
    };
    try (Engine ours = Engines.find("vm://provider-claimed");
        URLClassLoader stranger =
            new URLClassLoader(classes, getClass().getClassLoader().getParent())) {
      Class<?> engines = stranger.loadClass(Engines.class.getName());
      InvocationTargetException failure =
          assertThrows(
              InvocationTargetException.class,
              () -> engines.getMethod("find", String.class).invoke(null, ours.uri().toString()));
      String text = failure.getCause().getMessage();
      assertTrue(
          text.contains(
              String.valueOf(SERVER.getAttribute(objectName("provider-claimed"), "Owner"))),
          text);
      assertFalse(ours.isClosed());
    }
  }

  @Test
  void theTimersThreadIsTheEnginesOwnAndEnds() throws AmqpException, InterruptedException {
    Engine engine = Engines.find("vm://provider-thread");
    assertNull(timer(), "not before it is needed");
    Channel channel = engine.connect(ConnectSpec.anonymous("test")).await().openChannel().await();
    channel.declareQueue(QueueSpec.durable("q", Map.of("x-message-ttl", 60_000))).await();
    channel
        .publish(Route.toQueue("q"), AmqpMessage.builder().build(), channel.autoCommit())
        .await();
    Thread timer = timer();
    assertTrue(timer.isDaemon());
    assertSame(Broker.class.getClassLoader(), timer.getContextClassLoader());
    engine.close();
    timer.join(10_000);
    assertFalse(timer.isAlive());
  }

  private static Thread timer() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().equals("bindery-provider-thread-timer"))
        .findFirst()
        .orElse(null);
  }

  private static CompositeData row(CompositeData[] rows, String key, String value) {
    for (CompositeData row : rows) {
      if (value.equals(row.get(key))) {
        return row;
      }
    }
    throw new AssertionError("no row with " + key + " " + value);
  }

  private static void fields(CompositeData row, String... names) {
    assertEquals(new TreeSet<>(Set.of(names)), row.getCompositeType().keySet());
  }

  private static CompositeData[] rows(String attribute) throws JMException {
    return (CompositeData[]) SERVER.getAttribute(objectName("provider-shown"), attribute);
  }

  private static Channel filled(Engine engine) throws AmqpException {
    Channel channel = engine.connect(ConnectSpec.anonymous("test")).await().openChannel().await();
    channel.declareQueue(QueueSpec.durable("q", Map.of())).await();
    channel
        .bind(Binding.queue("amq.topic", "q", "a.#", Map.of("x-filter-jms-selector", "n > 1")))
        .await();
    AmqpMessage message = AmqpMessage.builder().headers(Map.of("n", 2)).build();
    channel.publish(new Route("amq.topic", "a.b", false), message, channel.autoCommit()).await();
    channel.publish(Route.toQueue("q"), message, channel.autoCommit()).await();
    channel.get("q", "").await();
    channel
        .consume(new ConsumeSpec("q", "tag", 5, false, "", false, Map.of(), false), () -> {})
        .await();
    return channel;
  }

  @Test
  void theMBeanShowsExchangesAndBindings() throws AmqpException, JMException {
    try (Engine engine = Engines.find("vm://provider-shown")) {
      filled(engine);
      CompositeData topic = row(rows("Exchanges"), "name", "amq.topic");
      fields(topic, "vhost", "name", "type", "durable", "published");
      assertEquals(1L, topic.get("published"));
      assertEquals(true, topic.get("durable"));
      CompositeData binding = rows("Bindings")[0];
      fields(
          binding, "vhost", "source", "destination", "destinationType", "routingKey", "selector");
      assertArrayEquals(
          new Object[] {"/", "amq.topic", "q", "queue", "a.#", "n > 1"},
          binding.getAll(
              new String[] {
                "vhost", "source", "destination", "destinationType", "routingKey", "selector"
              }));
    }
  }

  @Test
  void theMBeanShowsQueuesAndConsumers() throws AmqpException, JMException {
    try (Engine engine = Engines.find("vm://provider-shown")) {
      filled(engine);
      CompositeData queue = rows("Queues")[0];
      fields(
          queue,
          "vhost",
          "name",
          "durable",
          "exclusive",
          "autoDelete",
          "ready",
          "unacknowledged",
          "consumers",
          "published",
          "delivered",
          "acknowledged",
          "redelivered",
          "deadLettered");
      assertArrayEquals(
          new Object[] {"q", 1L, 1L, 1, 2L, 1L, 0L},
          queue.getAll(
              new String[] {
                "name",
                "ready",
                "unacknowledged",
                "consumers",
                "published",
                "delivered",
                "deadLettered"
              }));
      CompositeData consumer = rows("Consumers")[0];
      fields(consumer, "vhost", "queue", "tag", "prefetch", "unacknowledged");
      assertArrayEquals(
          new Object[] {"q", "tag", 5, 0L},
          consumer.getAll(new String[] {"queue", "tag", "prefetch", "unacknowledged"}));
    }
  }

  @Test
  void theMBeanIsReadOnly() throws AmqpException, JMException {
    try (Engine engine = Engines.find("vm://provider-shown")) {
      assertFalse(engine.isClosed());
      ObjectName bean = objectName("provider-shown");
      assertEquals(8, SERVER.getMBeanInfo(bean).getAttributes().length);
      List<Attribute> some =
          SERVER.getAttributes(bean, new String[] {"Name", "Nothing", "Queues"}).asList();
      assertEquals(List.of("Name", "Queues"), some.stream().map(Attribute::getName).toList());
      assertThrows(JMException.class, () -> SERVER.getAttribute(bean, "Nothing"));
      assertThrows(
          JMException.class, () -> SERVER.setAttribute(bean, new Attribute("Name", "other")));
      assertThrows(JMException.class, () -> SERVER.invoke(bean, "close", null, null));
    }
  }
}
