package io.bindery.jms.message;

import java.util.Arrays;
import java.util.List;

/**
 * Which classes the object of an ObjectMessage that came over a wire may be made of (key {@code
 * objectMessageAllow}). Empty, the default, allows none. What was serialised in this virtual
 * machine is not concerned. Immutable.
 */
public final class ObjectPolicy {
  /** The key that users set. */
  public static final String KEY = "objectMessageAllow";

  private final List<String> patterns;

  private ObjectPolicy(List<String> patterns) {
    this.patterns = patterns;
  }

  /**
   * Reads a list.
   *
   * @param list class names, or packages as {@code com.acme.*} (with all below), parted by commas;
   *     null or empty for none
   */
  public static ObjectPolicy allow(String list) {
    String text = list == null ? "" : list;
    return new ObjectPolicy(
        Arrays.stream(text.split(","))
            .map(String::trim)
            .filter(pattern -> !pattern.isEmpty())
            .toList());
  }

  /** Whether objects of a class may be read. */
  public boolean allows(Class<?> type) {
    Class<?> element = type;
    while (element.isArray()) {
      element = element.getComponentType();
    }
    String name = element.getName();
    // Collections of the JDK make arrays of Object, which has nothing to read.
    return element.isPrimitive()
        || element == Object.class
        || patterns.stream()
            .anyMatch(
                pattern ->
                    pattern.endsWith("*")
                        ? name.startsWith(pattern.substring(0, pattern.length() - 1))
                        : name.equals(pattern));
  }
}
