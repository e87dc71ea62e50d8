package io.bindery.rabbitmq;

import io.bindery.engine.AmqpException;
import io.bindery.engine.ConsumeSpec;
import io.bindery.engine.ReplyCode;
import io.bindery.engine.Route;
import io.bindery.testkit.EngineContract;
import io.bindery.testkit.EngineUnderTest;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;

/**
 * What the client library refuses to write counts nowhere: later confirms are of later publishes.
 */
class TooLargeForAFrameTest extends EngineContract {
  private static final String LARGE = "x".repeat(200_000);

  @Override
  protected EngineUnderTest start() throws AmqpException {
    return WireEngine.inMemory();
  }

  @Test
  void aPublishWithTooLargeHeadersLeavesTheChannelUsable() throws AmqpException {
    queue("q");
    refused(
        ReplyCode.PRECONDITION_FAILED,
        channel.publish(
            Route.toQueue("q"), text("never", Map.of("large", LARGE)), channel.autoCommit()));
    send("q", "a", "b");
    Assertions.assertEquals(List.of("a", "b"), drained("q"));
  }

  @Test
  void aCommandWithTooLargeArgumentsLeavesTheChannelUsable() throws AmqpException {
    queue("q");
    refused(
        ReplyCode.PRECONDITION_FAILED,
        channel.consume(ConsumeSpec.of("q", 1).withSelector("a = '" + LARGE + "'"), () -> {}));
    send("q", "a", "b");
    Assertions.assertEquals(List.of("a", "b"), drained("q"));
  }
}
