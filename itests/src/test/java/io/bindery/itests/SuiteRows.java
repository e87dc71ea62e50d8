package io.bindery.itests;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.TestPlan;

/**
 * Appends the row of a suite to {@code target/suites.tsv} when its test run has ended: name, tests,
 * failures, seconds. A suite is a run with the system property {@code bindery.suite}; found by
 * JUnit as a service. {@link SuiteTable} prints the rows.
 */
public final class SuiteRows implements TestExecutionListener {
  private final String suite = System.getProperty("bindery.suite");
  private final long startedNs = System.nanoTime();
  private final AtomicInteger tests = new AtomicInteger();
  private final AtomicInteger failed = new AtomicInteger();

  @Override
  public void executionFinished(TestIdentifier test, TestExecutionResult result) {
    if (test.isTest()) {
      tests.incrementAndGet();
    }
    if (result.getStatus() != TestExecutionResult.Status.SUCCESSFUL) {
      failed.incrementAndGet(); // a class whose server does not start fails without a test
    }
  }

  @Override
  public void testPlanExecutionFinished(TestPlan plan) {
    if (suite == null || tests.get() + failed.get() == 0) {
      return;
    }
    long seconds = Math.round((System.nanoTime() - startedNs) / 1e9);
    String row = String.join("\t", suite, "" + tests, "" + failed, "" + seconds) + "\n";
    try {
      Files.writeString(
          Path.of(System.getProperty("bindery.target"), "suites.tsv"),
          row,
          StandardOpenOption.CREATE,
          StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
