package io.bindery.broker.tools;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * The command line of a store: see {@code --help}. Exit codes: 0 when all is well, 1 when the
 * command could not be done, 2 when the command line is wrong, 3 when something is damaged.
 */
public final class StoreTool {
  /** What the program is called in its own texts. */
  static final String NAME = "store";

  static final int WELL = 0;
  static final int FAILED = 1;
  static final int WRONG = 2;
  static final int DAMAGED = 3;

  private static final String HELP =
      """
      Looks into the directory of a broker (dir= in its URI).

      store inspect DIR                       what is in it: queues, exchanges, bindings, branches
      store verify DIR                        reads every byte, and tells what is damaged
      store export DIR --queue NAME [FILE]    writes the messages of a queue to a file
      store import DIR --queue NAME FILE      puts the messages of such a file into a queue

      store COMMAND --help says more. Exit codes: 0 all is well, 1 the command could not be done, 2 the
      command line is wrong, 3 something is damaged.
      """;

  private static final Map<String, Command> COMMANDS = new LinkedHashMap<>();

  static {
    for (Command each :
        List.of(
            new InspectCommand(), new VerifyCommand(), new ExportCommand(), new ImportCommand())) {
      COMMANDS.put(each.syntax().command(), each);
    }
  }

  /** One of the commands. */
  interface Command {
    /** What it takes. */
    Arguments.Syntax syntax();

    /** What it does. */
    String help();

    /**
     * Does it.
     *
     * @return the exit code
     */
    int run(Arguments arguments, Streams streams) throws ToolException;
  }

  /**
   * Where a command writes.
   *
   * @param out what was asked for
   * @param err progress and failures
   */
  record Streams(PrintStream out, PrintStream err) {}

  /** Held, or its level would be forgotten. */
  private static final Logger QUIET = Logger.getLogger("io.bindery");

  private StoreTool() {}

  /** The program. */
  public static void main(String[] args) {
    System.exit(run(args));
  }

  /** The same within another program: answers the exit code. */
  public static int run(String... args) {
    // What a start of the journal tells is not what was asked for.
    QUIET.setLevel(Level.WARNING);
    PrintStream out = new PrintStream(System.out, false, StandardCharsets.UTF_8);
    PrintStream err = new PrintStream(System.err, true, StandardCharsets.UTF_8);
    return run(List.of(args), new Streams(out, err));
  }

  /** What cannot be written whole is no success. */
  static int run(List<String> args, Streams streams) {
    int code = dispatch(args, streams);
    if (streams.out().checkError() && (code == WELL || code == DAMAGED)) {
      streams.err().println("Not all is written: the output was closed, or its disk is full");
      return FAILED;
    }
    return code;
  }

  private static int dispatch(List<String> args, Streams streams) {
    if (args.isEmpty() || isHelp(args.get(0))) {
      streams.out.print(HELP);
      return args.isEmpty() ? WRONG : WELL;
    }
    Command command = COMMANDS.get(args.get(0));
    if (command == null) {
      streams.err.println(
          "There is no command '"
              + args.get(0)
              + "'; there are "
              + String.join(", ", COMMANDS.keySet()));
      return WRONG;
    }
    List<String> rest = args.subList(1, args.size());
    if (rest.stream().anyMatch(StoreTool::isHelp)) {
      streams.out.print(command.help());
      return WELL;
    }
    try {
      return command.run(Arguments.parse(command.syntax(), rest), streams);
    } catch (ToolException e) {
      streams.err.println(e.getMessage());
      return e.exitCode();
    }
  }

  private static boolean isHelp(String argument) {
    return Arrays.asList("--help", "-h").contains(argument);
  }
}
