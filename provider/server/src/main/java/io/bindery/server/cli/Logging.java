package io.bindery.server.cli;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.logging.ConsoleHandler;
import java.util.logging.Formatter;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** One line for each thing that is logged, on the standard error. */
final class Logging {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS").withZone(ZoneId.systemDefault());
  private static final int LEVEL_WIDTH = 8;
  private static final Pattern PLACE = Pattern.compile("\\{(\\d)}");

  private static final String MANAGER = "java.util.logging.manager";

  private Logging() {}

  /** Lets lines through until the broker has stopped; before anything is logged. */
  static void lasting() {
    if (System.getProperty(MANAGER) == null) {
      System.setProperty(MANAGER, LastingLog.class.getName());
    }
  }

  static void level(System.Logger.Level asked) {
    Level level =
        switch (asked) {
          case ERROR -> Level.SEVERE;
          case WARNING -> Level.WARNING;
          case DEBUG -> Level.FINE;
          default -> Level.INFO;
        };
    Logger root = Logger.getLogger("");
    for (var handler : root.getHandlers()) {
      root.removeHandler(handler);
    }
    ConsoleHandler console = new ConsoleHandler();
    console.setFormatter(line());
    console.setLevel(level);
    root.addHandler(console);
    Logger.getLogger("io.bindery").setLevel(level);
    root.setLevel(level == Level.FINE ? Level.INFO : level);
  }

  static Formatter line() {
    return new Line();
  }

  /** What is logged as a line, without the data of a locale, which take long to load. */
  private static final class Line extends Formatter {
    @Override
    public String format(LogRecord logged) {
      StringBuilder line = new StringBuilder();
      TIME.formatTo(logged.getInstant(), line);
      String level = name(logged.getLevel());
      line.append(' ').append(level).append(" ".repeat(LEVEL_WIDTH - level.length()));
      line.append(logged.getLoggerName()).append(": ").append(message(logged)).append('\n');
      if (logged.getThrown() != null) {
        StringWriter trace = new StringWriter();
        logged.getThrown().printStackTrace(new PrintWriter(trace));
        line.append(trace);
      }
      return line.toString();
    }

    /** As the setting {@code log} has it, and {@link System.Logger}. */
    private static String name(Level level) {
      int value = level.intValue();
      if (value >= Level.SEVERE.intValue()) {
        return "ERROR";
      } else if (value >= Level.WARNING.intValue()) {
        return "WARNING";
      } else if (value >= Level.INFO.intValue()) {
        return "INFO";
      }
      return value >= Level.FINE.intValue() ? "DEBUG" : "TRACE";
    }

    private String message(LogRecord logged) {
      Object[] parameters = logged.getParameters();
      String text = logged.getMessage();
      if (text == null || text.indexOf('\'') >= 0) {
        // Quoted as java.text.MessageFormat has it.
        return formatMessage(logged);
      }
      return parameters == null
          ? text
          : PLACE
              .matcher(text)
              .replaceAll(
                  place -> {
                    int index = Integer.parseInt(place.group(1));
                    return Matcher.quoteReplacement(
                        index < parameters.length
                            ? String.valueOf(parameters[index])
                            : place.group());
                  });
    }
  }
}
