package io.bindery.benchmarks;

import jakarta.jms.Connection;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.Map;

/**
 * A broker of another project that is started in this virtual machine, without a class of it at
 * compile time, and connects to it.
 */
abstract class Peer implements ConnectionFactory {
  private static final Map<Class<?>, Class<?>> BOXES =
      Map.of(boolean.class, Boolean.class, int.class, Integer.class, long.class, Long.class);

  private ConnectionFactory factory;
  private ConnectionFactory acknowledging;

  /** The URL of such a broker, in parts: its own URL, and what follows {@code ?dir=}. */
  record Address(String url, String directory, long memoryBytes) {
    private static final String DIRECTORY = "?dir=";
    private static final String MEMORY = "&memory=";

    /** Of {@code URL} or {@code URL?dir=PATH&memory=BYTES}. */
    static Address of(String url) {
      int directory = url.indexOf(DIRECTORY);
      if (directory < 0) {
        return new Address(url, "", 0);
      }
      int memory = url.indexOf(MEMORY);
      return new Address(
          url.substring(0, directory),
          url.substring(directory + DIRECTORY.length(), memory),
          Long.parseLong(url.substring(memory + MEMORY.length())));
    }

    boolean durable() {
      return !directory.isEmpty();
    }
  }

  /**
   * The broker is there.
   *
   * @param acknowledgingUrl for connections whose {@code acknowledge()} waits until it is on disk
   */
  void connectsBy(String type, String url, String acknowledgingUrl)
      throws ReflectiveOperationException {
    factory = Measure.factory(type, url);
    acknowledging = Measure.factory(type, acknowledgingUrl);
  }

  /** The broker is there, and its acknowledgements wait, or not, whatever they are told. */
  void connectsBy(ConnectionFactory only) {
    factory = only;
    acknowledging = only;
  }

  /** Connects so that {@code acknowledge()} waits until it is on disk. */
  ConnectionFactory acknowledging() {
    return acknowledging;
  }

  static Object make(String type) throws ReflectiveOperationException {
    return Class.forName(type).getConstructor().newInstance();
  }

  /** Calls a method that there is once with so many parameters of such types. */
  static Object call(Object on, String name, Object... arguments)
      throws NoSuchMethodException, IllegalAccessException, InvocationTargetException {
    for (Method each : on.getClass().getMethods()) {
      if (each.getName().equals(name) && takes(each.getParameterTypes(), arguments)) {
        return each.invoke(on, arguments);
      }
    }
    throw new NoSuchMethodException(on.getClass().getName() + "." + name);
  }

  private static boolean takes(Class<?>[] types, Object[] arguments) {
    if (types.length != arguments.length) {
      return false;
    }
    for (int i = 0; i < types.length; i++) {
      if (!BOXES.getOrDefault(types[i], types[i]).isInstance(arguments[i])) {
        return false;
      }
    }
    return true;
  }

  /** A constant of an enumeration. */
  static Object constant(String type, String name) throws ReflectiveOperationException {
    return Class.forName(type).getMethod("valueOf", String.class).invoke(null, name);
  }

  @Override
  public Connection createConnection() throws JMSException {
    return factory.createConnection();
  }

  @Override
  public Connection createConnection(String user, String password) throws JMSException {
    return factory.createConnection(user, password);
  }

  @Override
  public JMSContext createContext() {
    return factory.createContext();
  }

  @Override
  public JMSContext createContext(String user, String password) {
    return factory.createContext(user, password);
  }

  @Override
  public JMSContext createContext(String user, String password, int mode) {
    return factory.createContext(user, password, mode);
  }

  @Override
  public JMSContext createContext(int mode) {
    return factory.createContext(mode);
  }
}
