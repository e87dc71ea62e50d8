package io.bindery.sample.orders.intake;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bindery.sample.orders.OrderRules.Checked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OrderLinesTest {
  private static final String HEADER = "id,region,speed,customer,item,quantity,amount";

  private final OrderLines lines = OrderLines.withHeader(HEADER);

  @Test
  void quotesKeepCommasAndQuotes() {
    Checked checked =
        lines.read("o-1,us,standard,\"The \"\"Blue\"\" Shop, Inc.\",\"paper, 500\",2,12.40");
    assertEquals("The \"Blue\" Shop, Inc.", checked.order().customer());
    assertEquals("paper, 500", checked.order().item());
  }

  @Test
  void columnsMayStandInAnyOrder() {
    OrderLines swapped =
        OrderLines.withHeader("\uFEFFAmount, quantity,item,customer,speed,region,ID");
    Checked checked = swapped.read("9.99,3,pencil,Ada,express,asia,o-7");
    assertEquals("o-7", checked.order().id());
    assertEquals("orders.asia.express", checked.order().topic());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "o-1,eu,standard,Ada,pencil,3,13.50",
        "id,region,speed,customer,item,quantity",
        "id,id,speed,customer,item,quantity,amount",
        "id,region,speed,customer,item,quantity,amount,gift",
        "\"id,region"
      })
  void anotherHeaderIsRefused(String header) {
    assertThrows(IllegalArgumentException.class, () -> OrderLines.withHeader(header));
  }

  @Test
  void aWrongHeaderIsShown() {
    assertEquals(
        "the first line must name the columns id,region,speed,customer,item,quantity,amount, with"
            + " commas between; it is 'id;region;speed;customer;item;quantity;amount'",
        refusal(HEADER.replace(',', ';')));
    assertTrue(refusal("x".repeat(4_000)).endsWith("it is '" + "x".repeat(60) + "…'"));
    assertTrue(refusal("\"id,region").contains("quote that does not end"));
  }

  private static String refusal(String header) {
    return assertThrows(IllegalArgumentException.class, () -> OrderLines.withHeader(header))
        .getMessage();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "``                                       | is empty",
        "`  `                                     | is empty",
        "o-1,eu,standard,Ada,pencil,3             | has 6 columns",
        "o-1,eu,standard,Ada,pencil,3,13.50,gift  | has 8 columns",
        "o-1,eu,standard,\"Ada,pencil,3,13.50     | has a quote",
        "o-1,eu,standard,\"Ada\" L,pencil,3,13.50 | has a quote"
      })
  void aLineThatIsNoOrderSaysWhy(String line, String reason) {
    Checked checked = lines.read(line);
    assertFalse(checked.valid());
    assertEquals(1, checked.problems().size());
    assertEquals("", checked.problems().get(0).field());
    assertTrue(checked.problems().get(0).reason().startsWith(reason), checked.toString());
  }

  @Test
  void oneBadQuoteDoesNotSwallowTheNextLine() {
    assertFalse(lines.read("o-1,eu,standard,\"Ada,pencil,3,13.50").valid());
    assertTrue(lines.read("o-2,eu,standard,Ada,pencil,3,13.50").valid());
  }
}
