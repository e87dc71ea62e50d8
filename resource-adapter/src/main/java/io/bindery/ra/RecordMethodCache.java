package io.bindery.ra;

import java.lang.System.Logger.Level;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodHandles.Lookup;
import java.lang.invoke.MethodType;
import java.lang.runtime.ObjectMethods;

/**
 * Makes the JDK forget the last record of ours.
 *
 * <p>The methods that the compiler generates for records are linked by {@link ObjectMethods}, whose
 * static method handles keep (in JDK 17 strongly, in 25 softly) the type that they were adapted to
 * last. When that was a record of ours, or a component of one, an undeployed adapter could never be
 * collected. Linking the same methods once more for a class of the JDK takes its place.
 */
final class RecordMethodCache {
  private static final System.Logger LOG = System.getLogger(RecordMethodCache.class.getName());

  private RecordMethodCache() {}

  /** The last thing that a stopping adapter does. */
  static void forgetOurs() {
    link("equals", MethodType.methodType(boolean.class, String.class, Object.class));
    link("hashCode", MethodType.methodType(int.class, String.class));
    link("toString", MethodType.methodType(String.class, String.class));
  }

  private static void link(String method, MethodType type) {
    Lookup lookup = MethodHandles.lookup();
    try {
      MethodHandle component =
          lookup.findVirtual(String.class, "strip", MethodType.methodType(String.class));
      ObjectMethods.bootstrap(lookup, method, type, String.class, "component", component);
    } catch (Throwable e) { // boundary: a bootstrap method declares it; at worst a loader stays
      LOG.log(Level.DEBUG, "The JDK did not link the method " + method, e);
    }
  }
}
