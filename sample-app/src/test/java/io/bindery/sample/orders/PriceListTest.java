package io.bindery.sample.orders;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigDecimal;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PriceListTest {
  @Test
  void aPriceIsTimesTheQuantity() {
    assertEquals(Optional.of(new BigDecimal("9.00")), PriceList.quote("notebook", 2));
  }

  @Test
  void fromAHundredOnItIsATenthLess() {
    assertEquals(Optional.of(new BigDecimal("79.20")), PriceList.quote("pencil", 99));
    assertEquals(Optional.of(new BigDecimal("72.00")), PriceList.quote("pencil", 100));
  }

  @Test
  void whatIsNotSoldHasNoPrice() {
    assertEquals(Optional.empty(), PriceList.quote("unicorn", 1));
  }

  @Test
  void everyItemOfTheListHasAPrice() {
    PriceList.items().forEach(item -> assertTrue(PriceList.quote(item, 1).isPresent(), item));
  }
}
