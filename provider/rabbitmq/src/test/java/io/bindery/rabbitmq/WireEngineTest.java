package io.bindery.rabbitmq;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.bindery.engine.AmqpException;
import io.bindery.testkit.ConsumeContract;
import io.bindery.testkit.Coverage;
import io.bindery.testkit.EngineLifeContract;
import io.bindery.testkit.EngineUnderTest;
import io.bindery.testkit.QueueArgumentsContract;
import io.bindery.testkit.QueueLimitsContract;
import io.bindery.testkit.RoutingContract;
import io.bindery.testkit.SettleContract;
import io.bindery.testkit.SubscriptionContract;
import io.bindery.testkit.TopologyContract;
import io.bindery.testkit.TransactionContract;
import io.bindery.testkit.XaContract;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** The contract, over the network. */
class WireEngineTest {
  @Nested
  class Topology extends TopologyContract {
    @Override
    protected EngineUnderTest start() throws AmqpException {
      return WireEngine.inMemory();
    }
  }

  @Nested
  class Routes extends RoutingContract {
    @Override
    protected EngineUnderTest start() throws AmqpException {
      return WireEngine.inMemory();
    }
  }

  @Nested
  class Consuming extends ConsumeContract {
    @Override
    protected EngineUnderTest start() throws AmqpException {
      return WireEngine.inMemory();
    }
  }

  @Nested
  class Settling extends SettleContract {
    @Override
    protected EngineUnderTest start() throws AmqpException {
      return WireEngine.inMemory();
    }
  }

  @Nested
  class Arguments extends QueueArgumentsContract {
    @Override
    protected EngineUnderTest start() throws AmqpException {
      return WireEngine.inMemory();
    }
  }

  @Nested
  class Bounds extends QueueLimitsContract {
    @Override
    protected EngineUnderTest start() throws AmqpException {
      return WireEngine.inMemory();
    }
  }

  @Nested
  class Transactions extends TransactionContract {
    @Override
    protected EngineUnderTest start() throws AmqpException {
      return WireEngine.inMemory();
    }
  }

  @Nested
  class Branches extends XaContract {
    @Override
    protected EngineUnderTest start() throws AmqpException {
      return WireEngine.inMemory();
    }
  }

  @Nested
  class Subscribing extends SubscriptionContract {
    @Override
    protected EngineUnderTest start() throws AmqpException {
      return WireEngine.inMemory();
    }
  }

  @Nested
  class Life extends EngineLifeContract {
    @Override
    protected EngineUnderTest start() throws AmqpException {
      return WireEngine.inMemory();
    }
  }

  @Test
  void allOfItIsRun() {
    Set<Class<?>> run =
        Arrays.stream(WireEngineTest.class.getDeclaredClasses())
            .map(Class::getSuperclass)
            .collect(Collectors.toSet());
    assertEquals(Set.copyOf(Coverage.CONTRACTS), run);
  }
}
