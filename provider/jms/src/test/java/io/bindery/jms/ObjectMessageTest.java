package io.bindery.jms;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bindery.engine.AmqpConnection;
import io.bindery.engine.AmqpException;
import io.bindery.engine.AmqpMessage;
import io.bindery.engine.Body;
import io.bindery.engine.Channel;
import io.bindery.engine.ConnectSpec;
import io.bindery.engine.Route;
import jakarta.jms.JMSException;
import jakarta.jms.MessageFormatException;
import jakarta.jms.ObjectMessage;
import jakarta.jms.Queue;
import jakarta.jms.Session;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("3.11 Object messages: what came over a wire, classes that are allowed, class loaders")
class ObjectMessageTest extends JmsTest {
  /** Of an application. */
  public static final class Order implements Serializable {
    private static final long serialVersionUID = 1L;

    private final String text;
    private final ArrayList<Integer> lines;

    Order(String text, List<Integer> lines) {
      this.text = text;
      this.lines = new ArrayList<>(lines);
    }
  }

  /** Throws when it is read. */
  public static final class Hostile implements Serializable {
    private static final long serialVersionUID = 1L;

    private void readObject(ObjectInputStream in) {
      throw new UnsupportedOperationException("hostile");
    }
  }

  /** Of an application, too. */
  public interface Priced {
    /** What it costs. */
    int price();
  }

  /** Lets proxies be serialised. */
  public static final class Handler implements InvocationHandler, Serializable {
    private static final long serialVersionUID = 1L;

    @Override
    public Object invoke(Object proxy, java.lang.reflect.Method method, Object[] arguments) {
      return 5;
    }
  }

  private static byte[] serialized(Object object) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(object);
    }
    return bytes.toByteArray();
  }

  /** The message of bytes that another client sent as an object. */
  private ObjectMessage foreign(byte[] bytes, String allowed) throws JMSException, AmqpException {
    factory.setObjectMessageAllow(allowed);
    // The readers before this one are open, and hold nothing.
    factory.setPrefetch(0);
    var reader = connect();
    reader.start();
    Session own = reader.createSession();
    own.createConsumer(queue).close();
    try (AmqpConnection other = engine.connect(ConnectSpec.anonymous("other")).await()) {
      Channel channel = other.openChannel().await();
      AmqpMessage message =
          AmqpMessage.builder()
              .body(new Body.Bytes(bytes))
              .headers(Map.of("x-jms-type", "object"))
              .build();
      channel.publish(Route.toQueue("orders"), message, channel.autoCommit()).await();
      return assertInstanceOf(ObjectMessage.class, own.createConsumer(queue).receive(LONG_MS));
    }
  }

  private static String refusal(ObjectMessage message) throws JMSException {
    MessageFormatException refused = assertThrows(MessageFormatException.class, message::getObject);
    assertThrows(MessageFormatException.class, () -> message.getBody(Object.class));
    assertFalse(message.isBodyAssignableTo(Serializable.class));
    assertNotNull(refused.getCause());
    return refused.getMessage();
  }

  @Test
  @DisplayName(
      "3.11 without an allow list nothing that came over a wire is made, and the error says why")
  void nothingByDefault() throws JMSException, AmqpException, IOException {
    String text = refusal(foreign(serialized(new Order("a", List.of(1))), ""));
    assertTrue(text.contains(Order.class.getName()), text);
    assertTrue(text.contains("objectMessageAllow"), text);
  }

  @Test
  @DisplayName("3.11 what is allowed is made, with all that is in it; what is not is named")
  void allowed() throws JMSException, AmqpException, IOException {
    byte[] bytes = serialized(new Order("a", List.of(1, 2)));
    String name = Order.class.getName();
    String partly = refusal(foreign(bytes, name));
    assertTrue(partly.contains("java.util.ArrayList"), partly);
    for (String list : List.of(name + ", java.util.ArrayList,java.lang.*", "io.bindery.*,java.*")) {
      ObjectMessage message = foreign(bytes, list);
      Order order = message.getBody(Order.class);
      assertEquals("a", order.text);
      assertEquals(List.of(1, 2), order.lines);
      assertTrue(message.isBodyAssignableTo(Order.class));
      assertFalse(message.isBodyAssignableTo(String.class));
    }
    assertArrayEquals(new int[] {1}, (int[]) foreign(serialized(new int[] {1}), "").getObject());
    assertEquals("text", foreign(serialized("text"), "").getObject());
    assertEquals(
        new HashMap<>(Map.of("k", "v")),
        foreign(serialized(new HashMap<>(Map.of("k", "v"))), "java.util.*").getObject());
  }

  @Test
  @DisplayName("3.11 what is no object, or throws when it is read, is a MessageFormatException")
  void unreadable() throws JMSException, AmqpException, IOException {
    refusal(foreign(new byte[] {1, 2, 3}, "*"));
    byte[] cut = serialized(new Order("a", List.of(1)));
    refusal(foreign(Arrays.copyOf(cut, cut.length - 5), "*"));
    String hostile = refusal(foreign(serialized(new Hostile()), "*"));
    assertTrue(hostile.contains("hostile"), hostile);
  }

  @Test
  @DisplayName("3.11 an array that is announced larger than the message is not made")
  void arrayBomb() throws JMSException, AmqpException, IOException {
    byte[] bytes = serialized(new long[3]);
    // The length stands before the 24 bytes of content.
    bytes[bytes.length - 28] = 0x7f;
    refusal(foreign(bytes, "*"));
  }

  @Test
  @DisplayName("3.11 an object that is forwarded unread is still foreign to the next reader")
  void forwarded() throws JMSException, AmqpException, IOException {
    ObjectMessage message = foreign(serialized(new Order("a", List.of())), "");
    Queue queue = onDemand("orders");
    session.createProducer(queue).send(message);
    refusal((ObjectMessage) session.createConsumer(queue).receive(LONG_MS));
    message.clearBody();
    message.setObject(new Order("ours", List.of()));
    session.createProducer(queue).send(message);
    ObjectMessage own = (ObjectMessage) session.createConsumer(queue).receive(LONG_MS);
    if (overNetwork()) {
      refusal(own);
    } else {
      assertEquals("ours", own.getBody(Order.class).text);
    }
  }

  /** Defines the application's classes itself. */
  private static final class OfServer extends ClassLoader {
    OfServer() {
      super(ObjectMessageTest.class.getClassLoader());
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
      Class<?> loaded = findLoadedClass(name);
      if (loaded != null || !name.startsWith(ObjectMessageTest.class.getName() + "$")) {
        return loaded == null ? super.loadClass(name, resolve) : loaded;
      }
      try (InputStream in = getResourceAsStream(name.replace('.', '/') + ".class")) {
        byte[] code = in.readAllBytes();
        return defineClass(name, code, 0, code.length);
      } catch (IOException e) {
        throw new ClassNotFoundException(name, e);
      }
    }
  }

  @Test
  @DisplayName("3.11 classes and proxies are those of the thread's context class loader")
  void contextLoader() throws JMSException {
    Object priced =
        Proxy.newProxyInstance(
            Priced.class.getClassLoader(), new Class<?>[] {Priced.class}, new Handler());
    ObjectMessage order = session.createObjectMessage(new Order("a", List.of()));
    ObjectMessage proxy = session.createObjectMessage((Serializable) priced);
    assertEquals(5, proxy.getBody(Priced.class).price());
    ClassLoader before = Thread.currentThread().getContextClassLoader();
    ClassLoader server = new OfServer();
    Thread.currentThread().setContextClassLoader(server);
    try {
      assertSame(server, order.getObject().getClass().getClassLoader());
      Class<?> made = proxy.getObject().getClass();
      assertNotSame(Priced.class, made.getInterfaces()[0]);
      assertSame(server, made.getInterfaces()[0].getClassLoader());
      Thread.currentThread().setContextClassLoader(null);
      assertInstanceOf(Order.class, order.getObject());
    } finally {
      Thread.currentThread().setContextClassLoader(before);
    }
  }
}
