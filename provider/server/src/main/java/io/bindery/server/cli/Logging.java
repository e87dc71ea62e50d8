package io.bindery.server.cli;

import java.util.logging.ConsoleHandler;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;

/** One line for each thing that is logged, on the standard error. */
final class Logging {
  private static final String FORMAT = "%1$tFT%1$tT.%1$tL %4$-7s %3$s: %5$s%6$s%n";

  private Logging() {}

  static void level(System.Logger.Level asked) {
    System.setProperty("java.util.logging.SimpleFormatter.format", FORMAT);
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
    console.setFormatter(new SimpleFormatter());
    console.setLevel(level);
    root.addHandler(console);
    Logger.getLogger("io.bindery").setLevel(level);
    root.setLevel(level == Level.FINE ? Level.INFO : level);
  }
}
