package io.bindery.engine;

import java.net.URI;
import java.util.Set;

/**
 * Finds or starts engines for the schemes that it knows. Found with {@link
 * java.util.ServiceLoader}. Thread-safe.
 */
public interface EngineProvider {
  /** The URI schemes, in lower case. */
  Set<String> schemes();

  /**
   * The engine that a URI names: the one that runs, or a new one.
   *
   * @throws AmqpException NOT_ALLOWED when the URI is wrong (the text names the part, and what is
   *     allowed) or the name is another class loader's
   */
  Engine engine(URI uri) throws AmqpException;
}
