package io.bindery.sample.orders;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bindery.sample.orders.OrderRules.Checked;
import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OrderRulesTest {
  @Test
  void aGoodOrderIsTakenAsItIs() {
    Checked checked = OrderRules.check(good());
    assertTrue(checked.valid());
    Order order = checked.order();
    assertEquals("o-1", order.id());
    assertEquals("山田 花子", order.customer());
    assertEquals(12, order.quantity());
    assertEquals(new BigDecimal("1000.50"), order.amount());
    assertEquals("orders.eu.express", order.topic());
  }

  @ParameterizedTest
  @CsvSource({
    "id,''",
    "id,a b",
    "id,-x",
    "id,../x",
    "id,aaaaaaaaaabbbbbbbbbbccccccccccddddddddddx",
    "region,mars",
    "region,EU",
    "region,' eu'",
    "speed,fast",
    "speed,''",
    "customer,' '",
    "item,''",
    "quantity,0",
    "quantity,1001",
    "quantity,-1",
    "quantity,1e3",
    "quantity,1.5",
    "quantity,99999999999999999999",
    "amount,0",
    "amount,0.00",
    "amount,-3",
    "amount,'12,50'",
    "amount,1.234",
    "amount,1000000.01",
    "amount,9999999",
    "amount,1e9",
    "amount,NaN",
    "amount,.5",
    "amount,''"
  })
  void aWrongFieldIsNamed(String field, String value) {
    Map<String, String> fields = good();
    fields.put(field, value);
    Checked checked = OrderRules.check(fields);
    assertFalse(checked.valid());
    assertNull(checked.order());
    assertEquals(List.of(field), checked.problems().stream().map(Problem::field).toList());
  }

  @ParameterizedTest
  @CsvSource({
    "id,A",
    "id,a.b_c-9",
    "region,asia",
    "quantity,1",
    "quantity,1000",
    "amount,0.01",
    "amount,7",
    "amount,1000000.00",
    "amount,12.5"
  })
  void limitsThemselvesAreAllowed(String field, String value) {
    Map<String, String> fields = good();
    fields.put(field, value);
    assertEquals(List.of(), OrderRules.check(fields).problems());
  }

  @Test
  void allProblemsAreNamedAtOnce() {
    Checked checked = OrderRules.check(Map.of("id", "o-1", "amount", "x", "colour", "red"));
    List<String> fields = checked.problems().stream().map(Problem::field).toList();
    assertEquals(
        List.of("'colour'", "region", "speed", "customer", "item", "quantity", "amount"), fields);
  }

  @Test
  void longTextsAreRefusedWithTheirLimitAndShownShort() {
    Map<String, String> fields = good();
    fields.put("customer", "x".repeat(101));
    fields.put("item", "y".repeat(61));
    fields.put("region", "z".repeat(4_000));
    List<Problem> problems = OrderRules.check(fields).problems();
    assertTrue(problems.get(0).reason().length() < 100, problems.get(0).reason());
    assertTrue(problems.get(1).reason().contains("at most 100"), problems.get(1).reason());
    assertTrue(problems.get(2).reason().contains("at most 60"), problems.get(2).reason());
  }

  @Test
  void controlCharactersAreRefused() {
    Map<String, String> fields = good();
    fields.put("item", "desk\u0007lamp");
    assertEquals("holds a control character", OrderRules.check(fields).problems().get(0).reason());
  }

  @Test
  void anOrderComesBackFromItsMessageAsItWas() {
    Order order = OrderRules.check(good()).order();
    assertEquals(order, OrderMessage.fromJson(OrderMessage.toJson(order).toString()));
  }

  private static Map<String, String> good() {
    Map<String, String> fields = new LinkedHashMap<>();
    fields.put("id", "o-1");
    fields.put("region", "eu");
    fields.put("speed", "express");
    fields.put("customer", "山田 花子");
    fields.put("item", "desk lamp");
    fields.put("quantity", "12");
    fields.put("amount", "1000.50");
    return fields;
  }
}
