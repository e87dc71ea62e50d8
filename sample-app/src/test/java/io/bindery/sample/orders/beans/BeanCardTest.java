package io.bindery.sample.orders.beans;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class BeanCardTest {
  @Test
  void theCardsSayWhatTheAnnotationsSay() {
    assertEquals(
        List.of(
            new BeanCard("billing", true, "orders.#", "", "sub/billing"),
            new BeanCard("shipping-eu", true, "orders.eu.*", "", "sub/shipping-eu"),
            new BeanCard("shipping-us", true, "orders.us.*", "", "sub/shipping-us"),
            new BeanCard("shipping-asia", true, "orders.asia.*", "", "sub/shipping-asia"),
            new BeanCard("express", true, "orders.*.express", "", "sub/express"),
            new BeanCard("audit", true, "orders.#", "amount > 1000", "sub/audit"),
            new BeanCard("price-desk", false, "prices", "", "prices")),
        BeanCard.ALL);
  }

  @Test
  void everyBeanIsBoundToTheResourceAdapter() throws IOException {
    String descriptor = Files.readString(Path.of("src/main/webapp/WEB-INF/glassfish-ejb-jar.xml"));
    for (BeanCard card : BeanCard.ALL) {
      assertTrue(descriptor.contains("<ejb-name>" + card.name() + "</ejb-name>"), card.name());
    }
    int bound = descriptor.split("<resource-adapter-mid>bindery</resource-adapter-mid>", -1).length;
    assertEquals(BeanCard.ALL.size() + 1, bound);
  }

  @Test
  void aSubclassMadeByTheContainerHasTheSameName() {
    class Proxy extends Billing {}
    assertEquals("billing", BeanCard.nameOf(Proxy.class));
  }

  @Test
  void whatIsNoBeanIsRefused() {
    assertThrows(IllegalArgumentException.class, () -> BeanCard.nameOf(String.class));
  }
}
