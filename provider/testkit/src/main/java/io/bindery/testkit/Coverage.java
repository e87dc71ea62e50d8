package io.bindery.testkit;

import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** Which tests of the contract suite cover which clause. */
public final class Coverage {
  /** The parts of the contract suite. */
  public static final List<Class<? extends EngineContract>> CONTRACTS =
      List.of(
          TopologyContract.class,
          RoutingContract.class,
          ConsumeContract.class,
          SettleContract.class,
          QueueArgumentsContract.class,
          QueueLimitsContract.class,
          TransactionContract.class,
          XaContract.class,
          SubscriptionContract.class,
          EngineLifeContract.class);

  private final Map<Clause, List<String>> tests = new EnumMap<>(Clause.class);

  /** Reads the suite. */
  public Coverage() {
    for (Clause clause : Clause.values()) {
      tests.put(clause, new ArrayList<>());
    }
    for (Class<?> contract : CONTRACTS) {
      for (Method method : contract.getDeclaredMethods()) {
        Covers covers = method.getAnnotation(Covers.class);
        if (covers != null) {
          for (Clause clause : covers.value()) {
            tests.get(clause).add(contract.getSimpleName() + "." + method.getName());
          }
        }
      }
    }
    tests.values().forEach(names -> names.sort(null));
  }

  /** The clauses that no test covers. */
  public List<Clause> uncovered() {
    return tests.entrySet().stream()
        .filter(row -> row.getValue().isEmpty())
        .map(Map.Entry::getKey)
        .toList();
  }

  /** A table in Markdown: a row for each clause. */
  public String markdown() {
    StringBuilder table =
        new StringBuilder("# Clauses of the engine's contract and the tests that cover them\n\n");
    table.append("| clause | tests |\n|---|---|\n");
    tests.forEach(
        (clause, names) ->
            table
                .append("| ")
                .append(clause.text())
                .append(" | ")
                .append(String.join("<br>", names))
                .append(" |\n"));
    return table.toString();
  }
}
