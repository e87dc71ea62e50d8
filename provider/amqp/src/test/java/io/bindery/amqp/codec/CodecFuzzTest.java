package io.bindery.amqp.codec;

import io.bindery.amqp.FuzzSeeds;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The fuzzer's target on inputs of every build: some that stay, and some that are new. */
@Timeout(120)
class CodecFuzzTest {
  private static final int INPUTS = 2_000;

  @Test
  void whatStays() {
    FuzzSeeds.tried(1, INPUTS, CodecFuzz::fuzzerTestOneInput);
  }

  @Test
  void whatIsNew() {
    FuzzSeeds.triedAnew("CodecFuzzTest", INPUTS, CodecFuzz::fuzzerTestOneInput);
  }
}
