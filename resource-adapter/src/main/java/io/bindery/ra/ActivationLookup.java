package io.bindery.ra;

import jakarta.jms.Destination;
import jakarta.resource.ResourceException;
import jakarta.resource.spi.InvalidPropertyException;
import java.lang.System.Logger.Level;
import javax.naming.InitialContext;
import javax.naming.NamingException;

/**
 * Finds what an activation names in JNDI. Called on the thread of {@code endpointActivation}, whose
 * naming context is the application's where the server has one.
 */
final class ActivationLookup {
  private static final System.Logger LOG = System.getLogger(ActivationLookup.class.getName());

  private ActivationLookup() {}

  /**
   * The broker that the properties name, without JNDI. The adapter's credentials are for the
   * adapter's broker only.
   */
  static BrokerAccess configured(BinderyActivationSpec spec, BrokerAccess usual) {
    String uri = spec.getUri().isEmpty() ? usual.uri() : spec.getUri();
    if (spec.getUser().isEmpty() && uri.equals(usual.uri())) {
      return usual;
    }
    return new BrokerAccess(uri, spec.getUser(), spec.getPassword());
  }

  /** The broker of the connection factory that is named, or of the properties. */
  static BrokerAccess access(BinderyActivationSpec spec, BrokerAccess usual)
      throws ResourceException {
    String name = spec.getConnectionFactoryLookup();
    if (name.isEmpty()) {
      return configured(spec, usual);
    }
    Object found = lookup("connectionFactoryLookup", name);
    if (found instanceof ConnectionFactoryHandle ours) {
      return ours.factory().access(null, null);
    }
    throw new InvalidPropertyException(
        "connectionFactoryLookup '"
            + name
            + "' is not a connection factory of this resource adapter but "
            + type(found));
  }

  /** What is consumed. */
  static DestinationSource source(BinderyActivationSpec spec) throws ResourceException {
    String lookup = spec.getDestinationLookup();
    if (!lookup.isEmpty()) {
      return source(spec, lookup("destinationLookup", lookup), lookup);
    }
    String name = spec.getDestination();
    Object bound = DestinationSource.isAddress(name) ? null : bound(name);
    return bound instanceof Destination
        ? source(spec, bound, name)
        : DestinationSource.parse(name, spec.getDestinationType());
  }

  private static DestinationSource source(BinderyActivationSpec spec, Object found, String name)
      throws InvalidPropertyException {
    if (found instanceof Destination destination) {
      return DestinationSource.of(destination, spec.getDestinationType());
    }
    throw new InvalidPropertyException(
        "The destination '" + name + "' in JNDI is not one but " + type(found));
  }

  private static Object lookup(String property, String name) throws InvalidPropertyException {
    try {
      return new InitialContext().lookup(name);
    } catch (NamingException e) {
      throw new InvalidPropertyException(
          property + " '" + name + "' is not in JNDI: " + e.getMessage(), e);
    }
  }

  /**
   * Servers put JNDI names into {@code destination} too, so a bare name is looked up; not found, it
   * is the name itself.
   */
  private static Object bound(String name) {
    try {
      return new InitialContext().lookup(name);
    } catch (NamingException e) {
      LOG.log(Level.DEBUG, "The destination is not in JNDI, so it is the name of one: " + name);
      return null;
    }
  }

  private static String type(Object found) {
    return found == null ? "null" : found.getClass().getName();
  }
}
