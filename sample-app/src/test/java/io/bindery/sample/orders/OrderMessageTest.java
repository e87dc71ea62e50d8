package io.bindery.sample.orders;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OrderMessageTest {
  @ParameterizedTest
  @ValueSource(
      strings = {"", "no json", "[]", "{}", "{\"id\":7}", "{\"id\":\"x\",\"region\":null}"})
  void whatIsNoOrderIsRefused(String text) {
    IllegalArgumentException refusal =
        assertThrows(IllegalArgumentException.class, () -> OrderMessage.fromJson(text));
    assertTrue(refusal.getMessage().startsWith("the text of the message is no order"));
  }
}
