package io.bindery.jms;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bindery.engine.AmqpException;
import io.bindery.engine.ReplyCode;
import io.bindery.engine.selector.Selector;
import jakarta.jms.IllegalStateException;
import jakarta.jms.IllegalStateRuntimeException;
import jakarta.jms.InvalidClientIDException;
import jakarta.jms.InvalidClientIDRuntimeException;
import jakarta.jms.InvalidDestinationException;
import jakarta.jms.InvalidDestinationRuntimeException;
import jakarta.jms.InvalidSelectorException;
import jakarta.jms.InvalidSelectorRuntimeException;
import jakarta.jms.JMSException;
import jakarta.jms.JMSRuntimeException;
import jakarta.jms.JMSSecurityException;
import jakarta.jms.JMSSecurityRuntimeException;
import jakarta.jms.MessageEOFException;
import jakarta.jms.MessageFormatException;
import jakarta.jms.MessageFormatRuntimeException;
import jakarta.jms.MessageNotWriteableException;
import jakarta.jms.MessageNotWriteableRuntimeException;
import jakarta.jms.ResourceAllocationException;
import jakarta.jms.ResourceAllocationRuntimeException;
import jakarta.jms.TransactionInProgressException;
import jakarta.jms.TransactionInProgressRuntimeException;
import jakarta.jms.TransactionRolledBackException;
import jakarta.jms.TransactionRolledBackRuntimeException;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@DisplayName("10 Exceptions")
class JmsExceptionsTest {
  @ParameterizedTest
  @EnumSource(ReplyCode.class)
  @DisplayName(
      "10.2 every reply code becomes an exception with its code, its cause and what was being done")
  void everyCode(ReplyCode code) {
    AmqpException failure = new AmqpException(code, "what was wrong");
    JMSException exception = JmsExceptions.of(failure, "doing it");
    assertEquals(code.code() + " " + code, exception.getErrorCode());
    assertSame(failure, exception.getLinkedException());
    assertSame(failure, exception.getCause());
    assertEquals("doing it: what was wrong", exception.getMessage());
  }

  @Test
  @DisplayName("10.3 the standard exceptions")
  void standard() {
    Map<ReplyCode, Class<? extends JMSException>> table =
        Map.of(
            ReplyCode.ACCESS_REFUSED, JMSSecurityException.class,
            ReplyCode.NOT_FOUND, InvalidDestinationException.class,
            ReplyCode.NO_ROUTE, InvalidDestinationException.class,
            ReplyCode.RESOURCE_ERROR, ResourceAllocationException.class,
            ReplyCode.CONTENT_TOO_LARGE, ResourceAllocationException.class,
            ReplyCode.RESOURCE_LOCKED, IllegalStateException.class,
            ReplyCode.PRECONDITION_FAILED, IllegalStateException.class,
            ReplyCode.CHANNEL_ERROR, IllegalStateException.class,
            ReplyCode.NOT_IMPLEMENTED, JMSException.class);
    table.forEach(
        (code, type) ->
            assertSame(type, JmsExceptions.of(new AmqpException(code, ""), "").getClass()));
    AmqpException selector = assertThrows(AmqpException.class, () -> Selector.parse("a ="));
    assertSame(InvalidSelectorException.class, JmsExceptions.of(selector, "").getClass());
  }

  @Test
  @DisplayName("10.2 each checked exception has its unchecked one, with text, code and cause")
  void unchecked() {
    Map<JMSException, Class<? extends JMSRuntimeException>> table =
        Map.ofEntries(
            Map.entry(new IllegalStateException("t", "c"), IllegalStateRuntimeException.class),
            Map.entry(
                new InvalidClientIDException("t", "c"), InvalidClientIDRuntimeException.class),
            Map.entry(
                new InvalidDestinationException("t", "c"),
                InvalidDestinationRuntimeException.class),
            Map.entry(
                new InvalidSelectorException("t", "c"), InvalidSelectorRuntimeException.class),
            Map.entry(new JMSSecurityException("t", "c"), JMSSecurityRuntimeException.class),
            Map.entry(new MessageFormatException("t", "c"), MessageFormatRuntimeException.class),
            Map.entry(
                new MessageNotWriteableException("t", "c"),
                MessageNotWriteableRuntimeException.class),
            Map.entry(
                new ResourceAllocationException("t", "c"),
                ResourceAllocationRuntimeException.class),
            Map.entry(
                new TransactionInProgressException("t", "c"),
                TransactionInProgressRuntimeException.class),
            Map.entry(
                new TransactionRolledBackException("t", "c"),
                TransactionRolledBackRuntimeException.class),
            Map.entry(new MessageEOFException("t", "c"), JMSRuntimeException.class),
            Map.entry(new JMSException("t", "c"), JMSRuntimeException.class));
    table.forEach(
        (checked, type) -> {
          JMSRuntimeException unchecked = JmsExceptions.unchecked(checked);
          assertSame(type, unchecked.getClass());
          assertEquals("t", unchecked.getMessage());
          assertEquals("c", unchecked.getErrorCode());
          assertTrue(unchecked.getCause() == checked);
        });
  }
}
