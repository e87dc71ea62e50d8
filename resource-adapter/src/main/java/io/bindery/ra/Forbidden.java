package io.bindery.ra;

import jakarta.jms.IllegalStateException;
import jakarta.jms.IllegalStateRuntimeException;

/** What applications in a Jakarta EE container must not call (Jakarta Messaging 12.2). */
final class Forbidden {
  private static final String TEXT =
      " is not allowed in a Jakarta EE web or enterprise bean container (Jakarta Messaging 12.2)";

  private Forbidden() {}

  static IllegalStateException method(String name) {
    return new IllegalStateException(name + TEXT);
  }

  static IllegalStateRuntimeException contextMethod(String name) {
    return new IllegalStateRuntimeException(name + TEXT);
  }
}
