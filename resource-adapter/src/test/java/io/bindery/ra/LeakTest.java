package io.bindery.ra;

import static org.junit.jupiter.api.Assertions.assertEquals;

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
        ServiceLoader.load(io.bindery.engine.EngineProvider.class).stream()
            .findFirst()
            .orElseThrow()
            .type();
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
  private static WeakReference<ClassLoader> deployed(int round)
      throws IOException, ReflectiveOperationException, ResourceException {
    try (TestServer server = new TestServer();
        URLClassLoader loader = new URLClassLoader("rar-" + round, archive(), new ServerLoader())) {
      ResourceAdapter adapter = (ResourceAdapter) made(loader, "BinderyResourceAdapter");
      set(adapter, "Uri", "vm://leak");
      adapter.start(server);
      AtomicInteger seen = new AtomicInteger();
      TestEndpoints endpoints =
          TestEndpoints.transacted((message, endpoint) -> seen.incrementAndGet());
      ActivationSpec spec = (ActivationSpec) made(loader, "BinderyActivationSpec");
      set(spec, "Destination", "orders");
      spec.setResourceAdapter(adapter);
      adapter.endpointActivation(endpoints, spec);
      sendTwo(loader, adapter);
      Awaiting.until("both came", () -> seen.get() == 2);
      adapter.endpointDeactivation(endpoints, spec);
      adapter.stop();
      return new WeakReference<>(loader);
    }
  }

  private static Object made(ClassLoader loader, String name) throws ReflectiveOperationException {
    return loader.loadClass("io.bindery.ra." + name).getDeclaredConstructor().newInstance();
  }

  private static void sendTwo(ClassLoader loader, ResourceAdapter adapter)
      throws ReflectiveOperationException, ResourceException {
    ManagedConnectionFactory managed =
        (ManagedConnectionFactory) made(loader, "BinderyManagedConnectionFactory");
    ((ResourceAdapterAssociation) managed).setResourceAdapter(adapter);
    TestPool pool = new TestPool();
    ConnectionFactory factory = (ConnectionFactory) managed.createConnectionFactory(pool);
    for (int i = 0; i < 2; i++) {
      try (JMSContext context = factory.createContext()) {
        context.createProducer().send(context.createQueue("orders"), "m" + i);
      }
    }
    pool.empty();
  }

  @Test
  void anUndeployedAdapterIsCollected()
      throws IOException, ReflectiveOperationException, ResourceException {
    int mbeans = mbeans();
    for (int round = 0; round < ROUNDS; round++) {
      WeakReference<ClassLoader> loader = deployed(round);
      assertEquals(mbeans, mbeans());
      Awaiting.until(
          "the loader of round " + round + " is collected",
          () -> {
            System.gc();
            return loader.get() == null;
          });
    }
  }

  private static int mbeans() {
    return (int)
        ManagementFactory.getPlatformMBeanServer().queryNames(null, null).stream()
            .map(ObjectName::getDomain)
            .filter(domain -> domain.startsWith("io.bindery"))
            .count();
  }
}
