package io.bindery.jms;

import io.bindery.engine.AmqpException;
import io.bindery.engine.Engine;
import java.util.ServiceLoader;

/**
 * How the suite's connections reach a broker: within the virtual machine, or as who is on the class
 * path has it, so that the same tests run over a network.
 */
public interface BrokerReach {
  /** The one of this run. */
  static BrokerReach ofThisRun() {
    return ServiceLoader.load(BrokerReach.class).findFirst().orElse((engine, uri) -> uri);
  }

  /**
   * The URI by which connections reach a broker.
   *
   * @param uri that of the broker within the virtual machine
   */
  String open(Engine engine, String uri) throws AmqpException;

  /** Whether it is over a network, where bodies are bytes and what is sent ahead is on its way. */
  default boolean overNetwork() {
    return false;
  }

  /** The test that used a broker is over. */
  default void close(Engine engine) {}
}
