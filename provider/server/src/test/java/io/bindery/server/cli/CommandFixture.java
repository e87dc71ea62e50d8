package io.bindery.server.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bindery.server.ServerFixture;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A server, and commands on its own machine. */
abstract class CommandFixture extends ServerFixture {
  /** Runs a command with the operator's token; answers what it printed, in all. */
  protected String run(int exitCode, String... arguments) {
    return typed("", exitCode, arguments);
  }

  /** The same with something on the standard input. */
  protected String typed(String input, int exitCode, String... arguments) {
    List<String> all = new ArrayList<>(List.of(arguments));
    all.add("--data=" + directory.resolve("data"));
    if (all.stream().noneMatch(each -> each.startsWith("--url="))) {
      all.add("--url=http://127.0.0.1:" + server.httpPort());
    }
    StringWriter printed = new StringWriter();
    PrintWriter writer = new PrintWriter(printed, true);
    InputStream before = System.in;
    System.setIn(new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)));
    try {
      int code = BinderyCommand.run(writer, writer, all.toArray(String[]::new));
      assertEquals(exitCode, code, () -> String.join(" ", arguments) + ": " + printed);
    } finally {
      System.setIn(before);
    }
    return printed.toString();
  }

  /** Sets permissions. */
  protected void permit(String user, String... flags) {
    List<String> all = new ArrayList<>(List.of("permissions", "set", user));
    all.addAll(List.of(flags));
    run(0, all.toArray(String[]::new));
  }

  /** Imports definitions. */
  protected String imported(int exitCode, String json, String... more) throws IOException {
    Path file = Files.writeString(directory.resolve("definitions.json"), json);
    List<String> all = new ArrayList<>(List.of("definitions", "import", file.toString()));
    all.addAll(List.of(more));
    return run(exitCode, all.toArray(String[]::new));
  }

  protected static void assertTells(String expected, String printed) {
    assertTrue(printed.contains(expected), printed);
  }
}
