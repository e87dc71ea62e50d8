package io.bindery.testkit;

import org.junit.jupiter.api.Nested;

/** The contract, on the embedded broker in memory. */
class EmbeddedEngineTest {
  @Nested
  class Topology extends TopologyContract {
    @Override
    protected EngineUnderTest start() {
      return new EmbeddedEngine();
    }
  }

  @Nested
  class Routes extends RoutingContract {
    @Override
    protected EngineUnderTest start() {
      return new EmbeddedEngine();
    }
  }

  @Nested
  class Consuming extends ConsumeContract {
    @Override
    protected EngineUnderTest start() {
      return new EmbeddedEngine();
    }
  }

  @Nested
  class Settling extends SettleContract {
    @Override
    protected EngineUnderTest start() {
      return new EmbeddedEngine();
    }
  }
}
