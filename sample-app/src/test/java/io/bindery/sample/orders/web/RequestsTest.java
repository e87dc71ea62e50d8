package io.bindery.sample.orders.web;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bindery.sample.orders.DeskException;
import io.bindery.sample.orders.Limits;
import io.bindery.sample.orders.OrderRules;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RequestsTest {
  @Test
  void numbersAndTextsBecomeFields() {
    Map<String, String> fields =
        Requests.fields(Requests.object(body("{\"id\":\"x\",\"quantity\":3,\"amount\":12.50}")));
    assertEquals(Map.of("id", "x", "quantity", "3", "amount", "12.50"), fields);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "{", "[1]", "7", "{\"a\":}", "{\"a\":1}x", "\u0000"})
  void whatIsNoJsonObjectIsRefused(String text) {
    DeskException refusal = assertThrows(DeskException.class, () -> Requests.object(body(text)));
    assertEquals(400, refusal.status());
  }

  @Test
  void aSyntaxErrorNamesItsPlace() {
    DeskException refusal =
        assertThrows(DeskException.class, () -> Requests.object(body("{\n\"a\": oops}")));
    assertTrue(refusal.getMessage().contains("line 2"), refusal.getMessage());
  }

  @Test
  void aBodyOverTheLimitIsRefusedWithTheLimit() {
    String large = "{\"a\":\"" + "x".repeat(Limits.JSON_BYTES) + "\"}";
    DeskException refusal = assertThrows(DeskException.class, () -> Requests.object(body(large)));
    assertEquals(413, refusal.status());
    assertTrue(refusal.getMessage().contains(Integer.toString(Limits.JSON_BYTES)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"null", "true", "[]", "{}"})
  void aFieldOfAnotherKindIsNamed(String value) {
    DeskException refusal =
        assertThrows(
            DeskException.class,
            () -> Requests.fields(Requests.object(body("{\"item\":" + value + "}"))));
    assertEquals(422, refusal.status());
    assertEquals("item", refusal.problems().get(0).field());
  }

  @Test
  void aNumberWithABillionZerosIsNotWrittenOut() {
    Map<String, String> fields = Requests.fields(Requests.object(body("{\"amount\":1e999999999}")));
    assertTrue(fields.get("amount").length() < 20, fields.toString());
    assertTrue(
        OrderRules.check(fields).problems().stream().anyMatch(p -> p.field().equals("amount")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "1001", "1.5", "1e99999999", "\"3\"", "null", "-1"})
  void aNumberOutOfItsBoundsIsRefused(String value) {
    DeskException refusal =
        assertThrows(
            DeskException.class,
            () ->
                Requests.number(
                    Requests.object(body("{\"quantity\":" + value + "}")), "quantity", 1, 1_000));
    assertEquals("quantity", refusal.problems().get(0).field());
  }

  @ParameterizedTest
  @ValueSource(strings = {"1", "1000", "1e2", "5.0"})
  void aNumberWithinItsBoundsIsTaken(String value) {
    long number =
        Requests.number(
            Requests.object(body("{\"quantity\":" + value + "}")), "quantity", 1, 1_000);
    assertTrue(number >= 1 && number <= 1_000);
  }

  @Test
  void anEmptyBodyCanBeAnEmptyObject() {
    assertTrue(Requests.objectOrEmpty(body("")).isEmpty());
    assertThrows(DeskException.class, () -> Requests.objectOrEmpty(body("x")));
  }

  private static InputStream body(String text) {
    return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
  }
}
