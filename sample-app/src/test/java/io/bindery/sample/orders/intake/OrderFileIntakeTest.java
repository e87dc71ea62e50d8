package io.bindery.sample.orders.intake;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bindery.sample.orders.Order;
import io.bindery.sample.orders.OrderFile;
import io.bindery.sample.orders.Problem;
import io.bindery.sample.orders.beans.Billing;
import io.bindery.sample.orders.database.TestDatabase;
import java.io.ByteArrayInputStream;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What the bundled file shows: every kind of order and every kind of bad line. */
class OrderFileIntakeTest {
  private static final List<Order> ORDERS = new ArrayList<>();
  private static Upload.Status status;

  @BeforeAll
  static void takeTheFile() {
    byte[] file = OrderFile.bytes(OrderFile.SEED, OrderFile.LINES);
    UploadStore store = new UploadTable(TestDatabase.fresh());
    Upload upload = new Uploads(store).open("orders.csv", file.length);
    new UploadIntake(new ChunkPublisher((run, orders) -> ORDERS.addAll(orders), store), store)
        .receive(upload, 0, new ByteArrayInputStream(file));
    status = upload.status();
  }

  @Test
  void everyLineIsAnOrderOrReported() {
    assertEquals(OrderFile.LINES + 1, status.confirmedLine());
    assertEquals(OrderFile.LINES, status.published() + status.badCount());
    assertEquals(status.published(), ORDERS.size());
  }

  @Test
  void badLinesAreThoseOfTheSeedAndEachHasItsReason() {
    assertTrue(status.bad().stream().allMatch(problem -> problem.line() % 61 == 0));
    Set<String> fields = status.bad().stream().map(Problem::field).collect(Collectors.toSet());
    assertEquals(
        Set.of("", "id", "region", "speed", "quantity", "amount", "customer, quantity, amount"),
        fields);
    Set<String> reasons =
        status.bad().stream()
            .filter(problem -> problem.field().isEmpty())
            .map(problem -> problem.reason().replaceAll("[0-9]+", "N").split(";")[0])
            .collect(Collectors.toSet());
    assertEquals(5, reasons.size(), reasons.toString());
  }

  @Test
  void everyRegionAndSpeedIsThere() {
    Set<String> topics = ORDERS.stream().map(Order::topic).collect(Collectors.toSet());
    assertEquals(6, topics.size());
  }

  @Test
  void someOrdersAreTwiceSomeArePoisonAndSomeAreForTheAudit() {
    Set<String> ids = new HashSet<>();
    long twice = ORDERS.stream().filter(order -> !ids.add(order.id())).count();
    long poison = ORDERS.stream().filter(order -> order.item().equals(Billing.POISON)).count();
    long audited = ORDERS.stream().filter(order -> order.amount().doubleValue() > 1000).count();
    assertTrue(twice > 20, "twice: " + twice);
    assertTrue(poison > 20, "poison: " + poison);
    assertTrue(audited > 1_000 && audited < ORDERS.size() / 2, "audited: " + audited);
  }

  @Test
  void namesKeepTheirLettersAndQuotes() {
    Set<String> customers = ORDERS.stream().map(Order::customer).collect(Collectors.toSet());
    assertTrue(customers.contains("山田 花子"));
    assertTrue(customers.contains("The \"Blue\" Shop"));
    assertTrue(customers.contains("<b>Bold & Co</b>"));
  }
}
