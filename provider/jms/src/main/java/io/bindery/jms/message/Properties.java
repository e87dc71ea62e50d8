package io.bindery.jms.message;

import jakarta.jms.JMSException;
import jakarta.jms.MessageFormatException;
import jakarta.jms.MessageNotWriteableException;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * The properties of a message (Jakarta Messaging 3.5): of a received one a view of its headers,
 * copied when it is first changed. One thread.
 */
final class Properties {
  private static final Set<String> RESERVED =
      Set.of("NULL", "TRUE", "FALSE", "NOT", "AND", "OR", "BETWEEN", "LIKE", "IN", "IS", "ESCAPE");
  private static final int LONGEST_RESERVED = 7;

  /** How the names of properties begin that the specification defines. */
  static final String JMSX = "JMSX";

  private static final String STANDARD = "JMS";
  private static final String OF_PROVIDER = "JMS_";
  private static final Set<String> CLIENT_JMSX = Set.of("JMSXGroupID", "JMSXGroupSeq");

  private Map<String, Object> received = Map.of();
  private Map<String, Object> own;
  private boolean readOnly;

  void receive(Map<String, Object> headers) {
    received = headers;
    readOnly = true;
  }

  void clear() {
    received = Map.of();
    own = null;
    readOnly = false;
  }

  /** The value of a property, or null. */
  Object get(String name) {
    if (own != null) {
      return own.get(name);
    }
    Object header = received.get(name);
    return header != null && isVisible(name, header) ? header : null;
  }

  /** Whether there is a property, be it null. */
  boolean has(String name) {
    if (name == null) {
      return false;
    }
    return own == null
        ? received.containsKey(name) && isVisible(name, received.get(name))
        : own.containsKey(name);
  }

  /** The names of all, in the order in which they were set. */
  Set<String> names() {
    Set<String> names = new LinkedHashSet<>(own == null ? Set.of() : own.keySet());
    if (own == null) {
      received.forEach(
          (name, header) -> {
            if (isVisible(name, header)) {
              names.add(name);
            }
          });
    }
    return names;
  }

  /** What other AMQP clients send may have names and types that are no JMS properties. */
  private static boolean isVisible(String name, Object header) {
    return (header == null || Conversions.isProperty(header))
        && isIdentifier(name)
        && (!name.startsWith(STANDARD)
            || name.startsWith(OF_PROVIDER)
            || CLIENT_JMSX.contains(name));
  }

  private static boolean isIdentifier(String name) {
    if (name.isEmpty() || !Character.isJavaIdentifierStart(name.codePointAt(0))) {
      return false;
    }
    for (int i = 0; i < name.length(); ) {
      int letter = name.codePointAt(i);
      if (!Character.isJavaIdentifierPart(letter)) {
        return false;
      }
      i += Character.charCount(letter);
    }
    return name.length() > LONGEST_RESERVED || !RESERVED.contains(name.toUpperCase(Locale.ROOT));
  }

  void set(String name, Object value) throws JMSException {
    if (name == null || name.isEmpty()) {
      throw new IllegalArgumentException(
          "The name of a property is " + (name == null ? "null" : "empty"));
    }
    if (readOnly) {
      throw new MessageNotWriteableException(
          "The properties are read-only: call clearProperties() first");
    }
    if (value != null && !Conversions.isProperty(value)) {
      throw new MessageFormatException(
          "Property '"
              + name
              + "': a value of "
              + value.getClass().getName()
              + " cannot be a property");
    }
    check(name);
    if (own == null) {
      own = new LinkedHashMap<>();
    }
    own.put(name, value);
  }

  private static void check(String name) throws JMSException {
    if (!isIdentifier(name)) {
      throw new JMSException(
          "The property name '"
              + name
              + "' is not allowed: it must be an identifier, as in a selector");
    }
    boolean standard =
        name.startsWith(STANDARD) && !name.startsWith(JMSX) && !name.startsWith(OF_PROVIDER);
    if (standard) {
      throw new JMSException(
          "The property name '" + name + "' is reserved: only JMSX and JMS_ names may be set");
    }
  }

  /**
   * The headers to send: what is there, null too, the provider's JMSX properties left out, and some
   * more.
   */
  Map<String, Object> headers(Map<String, Object> extra) {
    Map<String, Object> from = own == null ? received : own;
    if (from.isEmpty()) {
      return extra;
    }
    Map<String, Object> headers = new HashMap<>((from.size() + extra.size()) * 2);
    headers.putAll(extra);
    for (Map.Entry<String, Object> property : from.entrySet()) {
      String name = property.getKey();
      Object value = property.getValue();
      if (isSent(name) && (own != null || isVisible(name, value))) {
        headers.put(name, value);
      }
    }
    return Collections.unmodifiableMap(headers);
  }

  private static boolean isSent(String name) {
    return !name.startsWith(JMSX) || CLIENT_JMSX.contains(name);
  }
}
