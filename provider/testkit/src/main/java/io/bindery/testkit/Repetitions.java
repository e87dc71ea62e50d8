package io.bindery.testkit;

import static org.junit.platform.engine.discovery.ClassNameFilter.excludeClassNamePatterns;
import static org.junit.platform.engine.discovery.ClassNameFilter.includeClassNamePatterns;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectPackage;
import static org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder.request;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;
import org.junit.platform.launcher.listeners.TestExecutionSummary;

/**
 * A suite of tests over and over, for what fails only sometimes: {@code -Dbindery.repeat=20} runs
 * it twenty times, the build's own run included.
 */
public final class Repetitions {
  private static final System.Logger LOG = System.getLogger(Repetitions.class.getName());

  private final LauncherDiscoveryRequest suite;
  private final List<String> failures = new ArrayList<>();
  private long tests;

  private Repetitions(LauncherDiscoveryRequest suite) {
    this.suite = suite;
  }

  /**
   * The tests of a package and those below it.
   *
   * @param classes what the simple names of their classes match
   * @param itself the test that repeats them, which is left out
   */
  public static Repetitions of(String packageName, String classes, Class<?> itself) {
    return new Repetitions(
        request()
            .selectors(selectPackage(packageName))
            .filters(
                includeClassNamePatterns(".*\\." + classes),
                excludeClassNamePatterns(Pattern.quote(itself.getName())))
            .build());
  }

  /** How many times the build is to run its suites; once when nothing is said. */
  public static int wanted() {
    return Integer.getInteger("bindery.repeat", 1);
  }

  /**
   * Runs them.
   *
   * @return the failures, each with its round; empty when all went well
   * @throws IllegalStateException when there is no test
   */
  public List<String> run(int rounds) {
    for (int round = 1; round <= rounds; round++) {
      SummaryGeneratingListener listener = new SummaryGeneratingListener();
      LauncherFactory.create().execute(suite, listener);
      TestExecutionSummary summary = listener.getSummary();
      add(round, summary);
      if (summary.getTestsFoundCount() == 0) {
        throw new IllegalStateException("There is no test to repeat");
      }
      LOG.log(
          System.Logger.Level.INFO,
          "repetition {0} of {1}: {2} tests, {3} failures so far",
          round,
          rounds,
          summary.getTestsFoundCount(),
          failures.size());
    }
    return List.copyOf(failures);
  }

  private void add(int round, TestExecutionSummary summary) {
    tests += summary.getTestsStartedCount();
    for (TestExecutionSummary.Failure failure : summary.getFailures()) {
      String test = failure.getTestIdentifier().getUniqueId();
      LOG.log(System.Logger.Level.ERROR, "failed: " + test, failure.getException());
      failures.add("round " + round + ": " + test + ": " + failure.getException());
    }
  }

  /** How many tests ran in all rounds. */
  public long tests() {
    return tests;
  }
}
