package io.bindery.engine;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** URIs that name no engine: this module has none. */
class EnginesTest {
  @ParameterizedTest
  @CsvSource({
    "orders, vm://NAME",
    "'', vm://NAME",
    "//host/x, vm://NAME",
    "jdbc:x, jdbc",
    "VM://orders, vm",
    "vm://a/b c, malformed at character 9",
    "vm://, vm://NAME"
  })
  void whatNamesNoEngineIsRefused(String uri, String told) {
    AmqpException failure = assertThrows(AmqpException.class, () -> Engines.find(uri));
    assertSame(ReplyCode.NOT_ALLOWED, failure.replyCode());
    assertTrue(failure.getMessage().contains(told), failure.getMessage());
  }

  @Test
  void noSecretOfTheUriIsTold() {
    for (String uri : new String[] {"amqp://user:secret@host", "amqp://user:secret @host"}) {
      AmqpException failure = assertThrows(AmqpException.class, () -> Engines.find(uri));
      assertFalse(failure.getMessage().contains("secret"), failure.getMessage());
      assertFalse(String.valueOf(failure.getCause()).contains("secret"));
    }
  }
}
