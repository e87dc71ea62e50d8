package io.bindery.server.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import java.util.logging.Formatter;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import org.junit.jupiter.api.Test;

/** A line of the log. */
class LoggingTest {
  private final Formatter line = Logging.line();

  private String logged(String message, Object... parameters) {
    LogRecord record = new LogRecord(Level.WARNING, message);
    record.setLoggerName("io.bindery.x");
    record.setParameters(parameters);
    return line.format(record);
  }

  @Test
  void itHasTimeLevelNameAndMessage() {
    String text = logged("{0} of {1}, {0}", 5_000, "{0}");
    assertTrue(text.matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3} .*\\R"), text);
    assertEquals(" WARNING io.bindery.x: 5000 of {0}, 5000\n", text.substring(23));
  }

  @Test
  void levelsHaveTheNamesThatTheSettingHas() {
    Map<Level, String> names =
        Map.of(
            Level.SEVERE, "ERROR  ",
            Level.WARNING, "WARNING",
            Level.INFO, "INFO   ",
            Level.FINE, "DEBUG  ",
            Level.FINER, "TRACE  ");
    names.forEach(
        (level, name) -> {
          LogRecord record = new LogRecord(level, "said");
          record.setLoggerName("x");
          assertEquals(" " + name + " x: said\n", line.format(record).substring(23));
        });
  }

  @Test
  void whatHasNoValueStays() {
    assertTrue(logged("{1} $1 \\ {x}", "a").endsWith(": {1} $1 \\ {x}\n"));
    assertTrue(logged("it''s {0}", "a").endsWith(": it's a\n"));
  }

  @Test
  void aFailureComesWithItsTrace() {
    LogRecord record = new LogRecord(Level.SEVERE, "failed");
    record.setThrown(new IllegalStateException("why"));
    assertTrue(line.format(record).contains("failed\njava.lang.IllegalStateException: why\n\tat "));
  }
}
