package io.bindery.ra;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import io.bindery.engine.AmqpException;
import io.bindery.engine.ReplyCode;
import jakarta.jms.JMSException;
import jakarta.jms.JMSSecurityException;
import jakarta.resource.NotSupportedException;
import jakarta.resource.ResourceException;
import jakarta.resource.spi.CommException;
import jakarta.resource.spi.EISSystemException;
import jakarta.resource.spi.ResourceAllocationException;
import jakarta.resource.spi.SecurityException;
import javax.transaction.xa.XAException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The table from the engine's failures to those of Jakarta Connectors and XA. */
class ResourceExceptionsTest {
  private static ResourceException of(ReplyCode code) {
    return ResourceExceptions.of(new AmqpException(code, "text"));
  }

  @ParameterizedTest
  @EnumSource(ReplyCode.class)
  void eachKeepsCodeTextAndCause(ReplyCode code) {
    AmqpException failure = new AmqpException(code, "text");
    ResourceException mapped = ResourceExceptions.of(failure);
    assertEquals(Integer.toString(code.code()), mapped.getErrorCode());
    assertEquals("text", mapped.getMessage().split(",")[0]);
    assertSame(failure, mapped.getCause());
  }

  @Test
  void whatItMeansIsInTheType() {
    assertEquals(SecurityException.class, of(ReplyCode.ACCESS_REFUSED).getClass());
    assertEquals(ResourceAllocationException.class, of(ReplyCode.RESOURCE_ERROR).getClass());
    assertEquals(CommException.class, of(ReplyCode.CONNECTION_FORCED).getClass());
    assertEquals(CommException.class, of(ReplyCode.CHANNEL_ERROR).getClass());
    assertEquals(NotSupportedException.class, of(ReplyCode.NOT_IMPLEMENTED).getClass());
    assertEquals(EISSystemException.class, of(ReplyCode.NOT_FOUND).getClass());
  }

  @Test
  void soItIsForTheJmsLayer() {
    ResourceException refused = ResourceExceptions.of(new JMSSecurityException("no", "403"));
    assertEquals(SecurityException.class, refused.getClass());
    assertEquals("403", refused.getErrorCode());
    assertEquals(
        EISSystemException.class, ResourceExceptions.of(new JMSException("x", "541")).getClass());
  }

  @ParameterizedTest
  @EnumSource(ReplyCode.class)
  void aBrokerThatCannotBeReachedIsRmFail(ReplyCode code) {
    AmqpException failure = new AmqpException(code, "away");
    XAException mapped = ResourceExceptions.unreachable(failure);
    assertEquals(XAException.XAER_RMFAIL, mapped.errorCode);
    assertEquals("away", mapped.getMessage());
    assertSame(failure, mapped.getCause());
  }
}
