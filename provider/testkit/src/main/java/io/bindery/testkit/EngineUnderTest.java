package io.bindery.testkit;

import io.bindery.engine.Engine;

/**
 * An engine that the contract suite runs against, started fresh for each test. Whoever implements
 * it gives it users and permissions as {@link #ALICE} and {@link #READER} say.
 */
public interface EngineUnderTest extends AutoCloseable {
  /** A user who may do everything; her password is {@link #PASSWORD}. */
  String ALICE = "alice";

  /** A user who may only read. */
  String READER = "reader";

  /** The password of both. */
  String PASSWORD = "correct horse";

  /** A second virtual host, beside {@code /}. */
  String OTHER_HOST = "other";

  /** What the engine's memory limit is, bytes: small, so that a test can reach it. */
  long MEMORY_BYTES = 4 * 1024 * 1024;

  /** The engine that checks users, with a virtual host more and the small memory limit. */
  Engine engine();

  /** An engine with no settings at all. */
  Engine plainEngine();

  /** Lets time pass, ms: moves the virtual clock, or waits. */
  void advance(long ms);

  /** The engine's time, ms since 1970. */
  long nowMs();

  @Override
  void close();
}
