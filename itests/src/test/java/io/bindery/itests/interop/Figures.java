package io.bindery.itests.interop;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Lines that the build prints at its end. */
public final class Figures {
  private Figures() {}

  /** Adds one. */
  public static void add(String line) throws IOException {
    Files.writeString(
        Path.of(System.getProperty("bindery.target"), "interop.txt"),
        line + "\n",
        StandardOpenOption.CREATE,
        StandardOpenOption.APPEND);
  }
}
