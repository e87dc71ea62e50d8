package io.bindery.amqp.server;

import io.bindery.amqp.FuzzSeeds;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The fuzzer's target on inputs of every build: some that stay, and some that are new. */
@Timeout(120)
class ConnectionFuzzTest {
  private static final int INPUTS = 1_500;

  /** The failures that other tests caused on purpose are none of the fuzzer's. */
  @BeforeEach
  void forget() {
    ConnectionFuzz.forget();
  }

  @Test
  void whatStays() {
    FuzzSeeds.tried(1, INPUTS, ConnectionFuzz::fuzzerTestOneInput);
  }

  @Test
  void whatIsNew() {
    FuzzSeeds.triedAnew("ConnectionFuzzTest", INPUTS, ConnectionFuzz::fuzzerTestOneInput);
  }
}
