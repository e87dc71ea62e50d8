package io.bindery.jms.message;

import io.bindery.engine.Body;
import jakarta.jms.JMSException;
import jakarta.jms.MessageFormatException;
import jakarta.jms.ObjectMessage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.ObjectInputFilter;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.ObjectStreamClass;
import java.io.Serializable;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;

/**
 * A message with a Java object (Jakarta Messaging 3.11), serialised when it is set. What came over
 * a wire is deserialised only for classes that {@link ObjectPolicy} allows.
 */
public final class JmsObjectMessage extends JmsMessage implements ObjectMessage {
  private byte[] serialized;
  private ObjectPolicy policy;
  private boolean foreign;
  private String refused;

  /** A message without an object. */
  public JmsObjectMessage() {}

  JmsObjectMessage(Body body, ObjectPolicy policy) {
    this.policy = policy;
    if (body instanceof Body.Serialized own) {
      serialized = own.content();
    } else if (body instanceof Body.Bytes bytes && bytes.content().length > 0) {
      serialized = bytes.content();
      foreign = true;
    }
  }

  @Override
  public void setObject(Serializable object) throws JMSException {
    checkBodyWriteable();
    foreign = false;
    serialized = object == null ? null : serialized(object);
  }

  private static byte[] serialized(Serializable object) throws MessageFormatException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(object);
    } catch (IOException e) {
      throw failed(
          "An object of "
              + object.getClass().getName()
              + " cannot be serialised: "
              + e.getMessage(),
          e);
    }
    return bytes.toByteArray();
  }

  @Override
  public Serializable getObject() throws JMSException {
    if (serialized == null) {
      return null;
    }
    refused = null;
    try (ObjectInputStream in =
        new ContextObjectInputStream(new ByteArrayInputStream(serialized))) {
      if (foreign) {
        in.setObjectInputFilter(this::filter);
      }
      return (Serializable) in.readObject();
    } catch (IOException | ClassNotFoundException | LinkageError | RuntimeException e) {
      // Bytes that anybody may have written, and the classes' own code: anything may come of them.
      throw failed("The object cannot be read: " + refusal(e), e);
    }
  }

  /** What the virtual machine's own filter rejects stays rejected. */
  private ObjectInputFilter.Status filter(ObjectInputFilter.FilterInfo info) {
    ObjectInputFilter general = ObjectInputFilter.Config.getSerialFilter();
    if (general != null && general.checkInput(info) == ObjectInputFilter.Status.REJECTED) {
      return ObjectInputFilter.Status.REJECTED;
    }
    // No element takes less than a byte: who announces more wants the memory.
    if (info.arrayLength() > serialized.length) {
      return ObjectInputFilter.Status.REJECTED;
    }
    Class<?> type = info.serialClass();
    if (type == null) {
      return ObjectInputFilter.Status.UNDECIDED;
    }
    if (policy.allows(type)) {
      return ObjectInputFilter.Status.ALLOWED;
    }
    refused = type.getName();
    return ObjectInputFilter.Status.REJECTED;
  }

  private String refusal(Throwable cause) {
    return refused == null
        ? String.valueOf(cause.getMessage())
        : "it came over a wire, and the class "
            + refused
            + " is not in "
            + ObjectPolicy.KEY
            + "; add it there if you trust every sender";
  }

  private static MessageFormatException failed(String text, Throwable cause) {
    MessageFormatException failure = new MessageFormatException(text);
    failure.initCause(cause);
    return failure;
  }

  @Override
  MessageType type() {
    return MessageType.OBJECT;
  }

  @Override
  Body bodySnapshot() {
    return serialized == null ? Body.EMPTY : new Body.Serialized(serialized);
  }

  @Override
  boolean hasNoBody() {
    return serialized == null;
  }

  @Override
  void emptyBody() {
    serialized = null;
    foreign = false;
  }

  @Override
  Object bodyObject() throws JMSException {
    return getObject();
  }

  @Override
  public boolean isBodyAssignableTo(Class wanted) throws JMSException {
    try {
      return super.isBodyAssignableTo(wanted);
    } catch (MessageFormatException e) {
      // The API: what cannot be deserialised is assignable to nothing.
      return false;
    }
  }

  /** Finds the application's classes: by the loader of the thread that reads, as servers set it. */
  private static final class ContextObjectInputStream extends ObjectInputStream {
    ContextObjectInputStream(InputStream in) throws IOException {
      super(in);
    }

    @Override
    protected Class<?> resolveClass(ObjectStreamClass described)
        throws IOException, ClassNotFoundException {
      ClassLoader context = Thread.currentThread().getContextClassLoader();
      try {
        return context == null
            ? super.resolveClass(described)
            : Class.forName(described.getName(), false, context);
      } catch (ClassNotFoundException e) {
        return super.resolveClass(described);
      }
    }

    @Override
    protected Class<?> resolveProxyClass(String[] interfaces)
        throws IOException, ClassNotFoundException {
      ClassLoader context = Thread.currentThread().getContextClassLoader();
      if (context == null) {
        return super.resolveProxyClass(interfaces);
      }
      Class<?>[] types = new Class<?>[interfaces.length];
      for (int i = 0; i < types.length; i++) {
        types[i] = Class.forName(interfaces[i], false, context);
      }
      // There is no other way to the class of a proxy but to make one.
      InvocationHandler none = (proxy, method, arguments) -> null;
      return Proxy.newProxyInstance(context, types, none).getClass();
    }
  }
}
