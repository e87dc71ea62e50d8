package io.bindery.testkit;

import io.bindery.engine.AmqpException;
import org.junit.jupiter.api.Nested;

/** The contract, on the embedded broker with a store. */
class DurableEngineTest {
  @Nested
  class Topology extends TopologyContract {
    @Override
    protected EngineUnderTest start() throws AmqpException {
      return EmbeddedEngine.durable();
    }
  }

  @Nested
  class Routes extends RoutingContract {
    @Override
    protected EngineUnderTest start() throws AmqpException {
      return EmbeddedEngine.durable();
    }
  }

  @Nested
  class Consuming extends ConsumeContract {
    @Override
    protected EngineUnderTest start() throws AmqpException {
      return EmbeddedEngine.durable();
    }
  }

  @Nested
  class Settling extends SettleContract {
    @Override
    protected EngineUnderTest start() throws AmqpException {
      return EmbeddedEngine.durable();
    }
  }

  @Nested
  class Arguments extends QueueArgumentsContract {
    @Override
    protected EngineUnderTest start() throws AmqpException {
      return EmbeddedEngine.durable();
    }
  }

  @Nested
  class Bounds extends QueueLimitsContract {
    @Override
    protected EngineUnderTest start() throws AmqpException {
      return EmbeddedEngine.durable();
    }
  }

  @Nested
  class Transactions extends TransactionContract {
    @Override
    protected EngineUnderTest start() throws AmqpException {
      return EmbeddedEngine.durable();
    }
  }

  @Nested
  class Branches extends XaContract {
    @Override
    protected EngineUnderTest start() throws AmqpException {
      return EmbeddedEngine.durable();
    }
  }

  @Nested
  class Subscribing extends SubscriptionContract {
    @Override
    protected EngineUnderTest start() throws AmqpException {
      return EmbeddedEngine.durable();
    }
  }

  @Nested
  class Life extends EngineLifeContract {
    @Override
    protected EngineUnderTest start() throws AmqpException {
      return EmbeddedEngine.durable();
    }
  }
}
