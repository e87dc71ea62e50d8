package io.bindery.testkit;

import io.bindery.engine.AmqpException;
import org.junit.jupiter.api.Nested;

/** The contract, on the embedded broker in memory. */
class EmbeddedEngineTest {
  @Nested
  class Topology extends TopologyContract {
    @Override
    protected EngineUnderTest start() throws AmqpException {
      return EmbeddedEngine.inMemory();
    }
  }

  @Nested
  class Routes extends RoutingContract {
    @Override
    protected EngineUnderTest start() throws AmqpException {
      return EmbeddedEngine.inMemory();
    }
  }

  @Nested
  class Consuming extends ConsumeContract {
    @Override
    protected EngineUnderTest start() throws AmqpException {
      return EmbeddedEngine.inMemory();
    }
  }

  @Nested
  class Settling extends SettleContract {
    @Override
    protected EngineUnderTest start() throws AmqpException {
      return EmbeddedEngine.inMemory();
    }
  }

  @Nested
  class Arguments extends QueueArgumentsContract {
    @Override
    protected EngineUnderTest start() throws AmqpException {
      return EmbeddedEngine.inMemory();
    }
  }

  @Nested
  class Bounds extends QueueLimitsContract {
    @Override
    protected EngineUnderTest start() throws AmqpException {
      return EmbeddedEngine.inMemory();
    }
  }

  @Nested
  class Transactions extends TransactionContract {
    @Override
    protected EngineUnderTest start() throws AmqpException {
      return EmbeddedEngine.inMemory();
    }
  }

  @Nested
  class Branches extends XaContract {
    @Override
    protected EngineUnderTest start() throws AmqpException {
      return EmbeddedEngine.inMemory();
    }
  }

  @Nested
  class Subscribing extends SubscriptionContract {
    @Override
    protected EngineUnderTest start() throws AmqpException {
      return EmbeddedEngine.inMemory();
    }
  }

  @Nested
  class Life extends EngineLifeContract {
    @Override
    protected EngineUnderTest start() throws AmqpException {
      return EmbeddedEngine.inMemory();
    }
  }
}
