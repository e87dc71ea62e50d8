package io.bindery.rabbitmq;

import io.bindery.engine.AmqpException;
import io.bindery.engine.Engine;
import io.bindery.engine.EngineProvider;
import java.net.URI;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/** Engines for {@code amqp://} and {@code amqps://}: one for each URI. Thread-safe. */
public final class RabbitEngineProvider implements EngineProvider {
  private static final Map<AmqpUri, RabbitEngine> ENGINES = new HashMap<>();

  /** For {@link java.util.ServiceLoader}. */
  public RabbitEngineProvider() {}

  @Override
  public Set<String> schemes() {
    return Set.of(AmqpUri.PLAIN, AmqpUri.SECURE);
  }

  @Override
  public Engine engine(URI uri) throws AmqpException {
    AmqpUri parsed = AmqpUri.parse(uri);
    synchronized (ENGINES) {
      return ENGINES.computeIfAbsent(parsed, RabbitEngine::new);
    }
  }

  /** It is closed: who asks for its URI gets a new one. */
  static void forget(RabbitEngine engine) {
    synchronized (ENGINES) {
      ENGINES.values().remove(engine);
    }
  }
}
