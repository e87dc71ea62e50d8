package io.bindery.testkit;

import io.bindery.engine.AmqpException;
import io.bindery.engine.Engine;
import io.bindery.engine.Observation;

/**
 * An engine that the contract suite runs against, started fresh for each test. Whoever implements
 * it gives it users and permissions as {@link #ALICE} and {@link #READER} say.
 */
public interface EngineUnderTest extends AutoCloseable {
  /** A user who may do everything; her password is {@link #PASSWORD}. */
  String ALICE = "alice";

  /** A user who may only read. */
  String READER = "reader";

  /**
   * A user whose permissions are in the names: what begins with letters and a hyphen may be
   * configured when c is among them, written with w, read with r; and so what the engine names, and
   * the default exchange may be written to.
   */
  String CLERK = "clerk";

  /** RabbitMQ's pattern of what the clerk may configure. */
  String CLERK_CONFIGURE = "^([rw]*c[rw]*-|amq\\.gen-).*";

  /** What the clerk may write. */
  String CLERK_WRITE = "^([cr]*w[cr]*-|amq\\.gen-|amq\\.default).*";

  /** What the clerk may read. */
  String CLERK_READ = "^([cw]*r[cw]*-|amq\\.gen-).*";

  /** The password of all. */
  String PASSWORD = "correct horse";

  /** A second virtual host, beside {@code /}. */
  String OTHER_HOST = "other";

  /** What the engine's memory limit is, bytes: small, so that a test can reach it. */
  long MEMORY_BYTES = 4 * 1024 * 1024;

  /** The engine that checks users, with a virtual host more and the small memory limit. */
  Engine engine();

  /** An engine with no settings at all. */
  Engine plainEngine();

  /** What the engine says that its broker holds, as of everything that was caused so far. */
  default Observation observe() throws AmqpException {
    return engine().observe();
  }

  /** Lets time pass, ms: moves the virtual clock, or waits. */
  void advance(long ms);

  /**
   * Waits until what was caused so far has happened: dead letters have arrived, marks are on disk,
   * what is sent over a network is there. An engine in memory has nothing to wait for.
   */
  void settled();

  /** The engine's time, ms since 1970. */
  long nowMs();

  @Override
  void close();
}
