package io.bindery.ra;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bindery.engine.EngineProvider;
import io.bindery.engine.Engines;
import io.bindery.jms.JmsExceptions;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.JMSContext;
import jakarta.resource.ResourceException;
import jakarta.resource.spi.ActivationSpec;
import jakarta.resource.spi.ManagedConnectionFactory;
import jakarta.resource.spi.ResourceAdapter;
import jakarta.resource.spi.ResourceAdapterAssociation;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.ref.WeakReference;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.List;
import java.util.ServiceLoader;
import java.util.concurrent.atomic.AtomicInteger;
import javax.management.ObjectName;
import javax.transaction.xa.XAException;
import javax.transaction.xa.XAResource;
import org.junit.jupiter.api.Test;

/**
 * The leak detector: an adapter that a server loads with a loader of its own, starts, uses and
 * stops leaves no path from a root of the garbage collector to its loader, no thread and no MBean.
 */
class LeakTest {
  private static final int ROUNDS = 3;

  /** A server's loader: the APIs, and nothing of ours. */
  private static final class ServerLoader extends ClassLoader {
    ServerLoader() {
      super(ClassLoader.getPlatformClassLoader());
    }

    @Override
    protected Class<?> findClass(String name) throws ClassNotFoundException {
      if (name.startsWith("jakarta.")) {
        return LeakTest.class.getClassLoader().loadClass(name);
      }
      throw new ClassNotFoundException(name);
    }
  }

  private static URL place(Class<?> type) {
    return type.getProtectionDomain().getCodeSource().getLocation();
  }

  private static URL[] archive() {
    Class<?> broker =
        ServiceLoader.load(EngineProvider.class).stream()
            .map(ServiceLoader.Provider::get)
            .filter(provider -> provider.schemes().contains("vm"))
            .findFirst()
            .orElseThrow()
            .getClass();
    return List.of(
            place(BinderyResourceAdapter.class),
            place(Engines.class),
            place(JmsExceptions.class),
            place(broker))
        .toArray(URL[]::new);
  }

  private static void set(Object bean, String property, String value)
      throws ReflectiveOperationException {
    bean.getClass().getMethod("set" + property, String.class).invoke(bean, value);
  }

  /** One deployment from start to stop; afterwards only the reference is left. */
  private static WeakReference<ClassLoader> deployed(int round, Use use)
      throws IOException, ReflectiveOperationException, ResourceException, XAException {
    try (TestServer server = new TestServer()) {
      return deployed(round, use, server);
    }
  }

  private static WeakReference<ClassLoader> deployed(int round, Use use, TestServer server)
      throws IOException, ReflectiveOperationException, ResourceException, XAException {
    try (URLClassLoader loader =
        new URLClassLoader("rar-" + round, archive(), new ServerLoader())) {
      ResourceAdapter adapter = (ResourceAdapter) made(loader, "BinderyResourceAdapter");
      set(adapter, "Uri", "vm://leak");
      adapter.start(server);
      use.of(loader, adapter);
      adapter.stop();
      return new WeakReference<>(loader);
    }
  }

  /** What an application does with a deployed adapter. */
  @FunctionalInterface
  private interface Use {
    void of(ClassLoader loader, ResourceAdapter adapter)
        throws ReflectiveOperationException, ResourceException, XAException;
  }

  /** A transacted bean on a queue, and sends without a transaction. */
  private static void queue(ClassLoader loader, ResourceAdapter adapter)
      throws ReflectiveOperationException, ResourceException {
    AtomicInteger seen = new AtomicInteger();
    TestEndpoints endpoints =
        TestEndpoints.transacted((message, endpoint) -> seen.incrementAndGet());
    ActivationSpec spec = activated(loader, adapter, endpoints, "orders");
    sendTwo(loader, adapter);
    Awaiting.until("both came", () -> seen.get() == 2);
    adapter.endpointDeactivation(endpoints, spec);
  }

  /**
   * A durable subscription with a selector whose bean fails once; it is left to the adapter's stop.
   */
  private static void topic(ClassLoader loader, ResourceAdapter adapter)
      throws ReflectiveOperationException, ResourceException {
    AtomicInteger seen = new AtomicInteger();
    TestBean bean =
        (message, endpoint) -> {
          if (seen.incrementAndGet() == 1) {
            throw new IllegalStateException("once");
          }
        };
    ActivationSpec spec = (ActivationSpec) made(loader, "BinderyActivationSpec");
    set(spec, "Destination", "topic:orders.#");
    set(spec, "SubscriptionDurability", "Durable");
    set(spec, "SubscriptionName", "leak");
    set(spec, "MessageSelector", "amount > 3");
    spec.setResourceAdapter(adapter);
    adapter.endpointActivation(TestEndpoints.plain(bean), spec);
    try (JMSContext context = factory(loader, adapter, new TestPool()).createContext()) {
      context.createProducer().setProperty("amount", 7).send(context.createTopic("orders.eu"), "a");
    }
    Awaiting.until("it came twice", () -> seen.get() == 2);
  }

  /** Sends, receives, browses and rolls back in transactions; a temporary queue; recovery. */
  private static void transactions(ClassLoader loader, ResourceAdapter adapter)
      throws ReflectiveOperationException, ResourceException, XAException {
    TestPool pool = new TestPool();
    ConnectionFactory factory = factory(loader, adapter, pool);
    for (boolean commit : new boolean[] {true, false, true}) {
      pool.begin();
      try (JMSContext context = factory.createContext("u", "p")) {
        context.createProducer().send(context.createTemporaryQueue(), "lost");
        context.createProducer().send(context.createQueue("work"), "a");
        context.createConsumer(context.createQueue("work"), "a = 1").receiveNoWait();
        context.createConsumer(context.createQueue("work")).receiveNoWait();
        context.createBrowser(context.createQueue("work"));
      }
      if (commit) {
        pool.commit();
      } else {
        pool.rollback();
      }
    }
    pool.empty();
    ActivationSpec spec = (ActivationSpec) made(loader, "BinderyActivationSpec");
    XAResource recovery = adapter.getXAResources(new ActivationSpec[] {spec})[0];
    assertEquals(0, recovery.recover(XAResource.TMSTARTRSCAN).length);
  }

  private static ActivationSpec activated(
      ClassLoader loader, ResourceAdapter adapter, TestEndpoints endpoints, String queue)
      throws ReflectiveOperationException, ResourceException {
    ActivationSpec spec = (ActivationSpec) made(loader, "BinderyActivationSpec");
    set(spec, "Destination", queue);
    spec.setResourceAdapter(adapter);
    adapter.endpointActivation(endpoints, spec);
    return spec;
  }

  private static Object made(ClassLoader loader, String name) throws ReflectiveOperationException {
    return loader.loadClass("io.bindery.ra." + name).getDeclaredConstructor().newInstance();
  }

  private static ConnectionFactory factory(
      ClassLoader loader, ResourceAdapter adapter, TestPool pool)
      throws ReflectiveOperationException, ResourceException {
    ManagedConnectionFactory managed =
        (ManagedConnectionFactory) made(loader, "BinderyManagedConnectionFactory");
    ((ResourceAdapterAssociation) managed).setResourceAdapter(adapter);
    return (ConnectionFactory) managed.createConnectionFactory(pool);
  }

  private static void sendTwo(ClassLoader loader, ResourceAdapter adapter)
      throws ReflectiveOperationException, ResourceException {
    TestPool pool = new TestPool();
    ConnectionFactory factory = factory(loader, adapter, pool);
    for (int i = 0; i < 2; i++) {
      try (JMSContext context = factory.createContext()) {
        context.createProducer().send(context.createQueue("orders"), "m" + i);
      }
    }
    pool.empty();
  }

  private static void collectedAfter(Use use)
      throws IOException, ReflectiveOperationException, ResourceException, XAException {
    int mbeans = mbeans();
    for (int round = 0; round < ROUNDS; round++) {
      WeakReference<ClassLoader> loader = deployed(round, use);
      assertEquals(mbeans, mbeans());
      Awaiting.until("the loader of round " + round + " is collected", () -> collected(loader));
    }
  }

  @Test
  void withNothingButAStartItIsCollected()
      throws IOException, ReflectiveOperationException, ResourceException, XAException {
    collectedAfter((loader, adapter) -> {});
  }

  @Test
  void afterABeanOnAQueueItIsCollected()
      throws IOException, ReflectiveOperationException, ResourceException, XAException {
    collectedAfter(LeakTest::queue);
  }

  @Test
  void afterABeanOnATopicItIsCollected()
      throws IOException, ReflectiveOperationException, ResourceException, XAException {
    collectedAfter(LeakTest::topic);
  }

  @Test
  void afterTransactionsItIsCollected()
      throws IOException, ReflectiveOperationException, ResourceException, XAException {
    collectedAfter(LeakTest::transactions);
  }

  /** Open Liberty closes the archive's loader while the adapter stops. */
  @Test
  void aUsedAdapterStopsWithoutItsArchive()
      throws IOException, ReflectiveOperationException, ResourceException {
    int mbeans = mbeans();
    URLClassLoader loader = new URLClassLoader("rar", archive(), new ServerLoader());
    try (TestServer server = new TestServer()) {
      ResourceAdapter adapter = (ResourceAdapter) made(loader, "BinderyResourceAdapter");
      set(adapter, "Uri", "vm://leak");
      adapter.start(server);
      queue(loader, adapter);
      loader.close();
      adapter.stop();
    }
    assertEquals(mbeans, mbeans());
  }

  @Test
  void theThreadsThatTheServerMadeForItDoNotHoldIt()
      throws IOException, ReflectiveOperationException, ResourceException, XAException {
    try (TestServer server = TestServer.thatKeepsThreads()) {
      WeakReference<ClassLoader> loader = deployed(0, LeakTest::queue, server);
      Awaiting.until("its loader is collected", () -> collected(loader));
      assertTrue(server.mostThreads() > 0);
    }
  }

  private static boolean collected(WeakReference<ClassLoader> loader) {
    System.gc();
    return loader.get() == null;
  }

  private static int mbeans() {
    return (int)
        ManagementFactory.getPlatformMBeanServer().queryNames(null, null).stream()
            .map(ObjectName::getDomain)
            .filter(domain -> domain.startsWith("io.bindery"))
            .count();
  }
}
