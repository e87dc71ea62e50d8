package io.bindery.testkit;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;

/** What a log says, line by line, until it is closed. Thread-safe. */
public final class HeardLog extends Handler {
  private final List<String> lines = new CopyOnWriteArrayList<>();

  /** Kept, or the log manager would forget it. */
  private final Logger log;

  /** Listens to a log from now on. */
  public HeardLog(String name) {
    log = Logger.getLogger(name);
    log.addHandler(this);
  }

  /** What it has said. */
  public List<String> lines() {
    return List.copyOf(lines);
  }

  /** Forgets that. */
  public void clear() {
    lines.clear();
  }

  @Override
  public void publish(LogRecord line) {
    lines.add(new SimpleFormatter().formatMessage(line));
  }

  @Override
  public void flush() {
    // Nothing is buffered.
  }

  @Override
  public void close() {
    log.removeHandler(this);
  }
}
