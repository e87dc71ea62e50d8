package io.bindery.itests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

/** The table at the end of the build. */
class SuiteTableTest {
  private static final List<String> ROWS = List.of("payara\t7\t0\t40", "desk\t3\t1\t20");

  @Test
  void everySuiteHasALine() {
    List<String> lines = SuiteTable.table(List.of("payara"), ROWS).lines().toList();
    assertEquals("payara               7       0        40", lines.get(2));
    assertEquals("desk                 3       1        20", lines.get(3));
  }

  @Test
  void rowsOfOneSuiteAreAdded() {
    List<String> rows = List.of("payara\t7\t0\t40", "payara\t1\t1\t2");
    assertTrue(
        SuiteTable.table(List.of(), rows).contains("payara               8       1        42"));
  }

  @Test
  void anExpectedSuiteWithoutARowIsNamed() {
    assertEquals(List.of("wildfly"), SuiteTable.missing(List.of("desk", "wildfly"), ROWS));
    assertTrue(SuiteTable.table(List.of("wildfly"), ROWS).contains("wildfly        did not run"));
    assertEquals(List.of("desk"), SuiteTable.missing(List.of("desk"), List.of()));
  }

  @Test
  void theLineOfTheWireSuiteCountsBoth() {
    List<String> rows = List.of("wire-bindery\t5\t0\t1", "wire-rabbitmq\t4\t0\t1");
    assertEquals(
        "wire: 5 tests against bindery, 4 against RabbitMQ 3",
        InteropLines.wire(List.of("pika: 2 checks", "peer: RabbitMQ 3"), rows));
    assertEquals(
        "wire: 0 tests against bindery, 0 against nobody", InteropLines.wire(List.of(), List.of()));
  }
}
