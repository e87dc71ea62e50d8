package io.bindery.server.settings;

import java.util.List;

/** All that is wrong with the settings, at once. */
public final class SettingsException extends Exception {
  private static final long serialVersionUID = 1L;

  /** One line for each thing that is wrong: where it was said, what it is, what it must be. */
  public SettingsException(List<String> wrong) {
    super(String.join(System.lineSeparator(), wrong));
  }
}
