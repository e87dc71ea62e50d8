package io.bindery.engine;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.ServiceLoader;
import java.util.TreeSet;

/** Finds the engine that a URI names. Thread-safe. */
public final class Engines {
  private Engines() {}

  /**
   * The engine of a URI, such as {@code vm://orders}.
   *
   * @param uri see {@link EngineProvider#engine}
   * @throws AmqpException NOT_ALLOWED when it is no URI, or no engine on the class path serves its
   *     scheme
   */
  public static Engine find(String uri) throws AmqpException {
    if (uri == null) {
      throw wrong("is null: write vm://NAME");
    }
    URI parsed = parsed(uri);
    if (parsed.getScheme() == null) {
      throw wrong("has no scheme: write vm://NAME");
    }
    String scheme = parsed.getScheme().toLowerCase(Locale.ROOT);
    TreeSet<String> known = new TreeSet<>();
    // The loader of the engine's own classes, never the context loader: that one is the
    // application's.
    for (EngineProvider provider :
        ServiceLoader.load(EngineProvider.class, EngineProvider.class.getClassLoader())) {
      if (provider.schemes().contains(scheme)) {
        return provider.engine(parsed);
      }
      known.addAll(provider.schemes());
    }
    throw wrong(
        "has the scheme '" + scheme + "', but the engines on the class path serve " + known);
  }

  private static URI parsed(String uri) throws AmqpException {
    try {
      return new URI(uri);
    } catch (URISyntaxException e) {
      // The text of the URI may hold a password, so only the place is told.
      throw wrong(
          "is malformed at character "
              + (e.getIndex() + 1)
              + ": "
              + e.getReason()
              + "; write vm://NAME");
    }
  }

  private static AmqpException wrong(String what) {
    return new AmqpException(ReplyCode.NOT_ALLOWED, "The broker URI " + what);
  }
}
