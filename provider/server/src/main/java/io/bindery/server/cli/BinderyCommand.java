package io.bindery.server.cli;

import io.bindery.broker.runtime.IoFailure;
import io.bindery.server.settings.SettingsException;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.ConnectException;
import java.util.Arrays;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.ParseResult;

/** The command and its parts. Their exit codes are in its help. */
@Command(
    name = "bindery",
    description = "A broker that speaks AMQP 0-9-1, and what its operator needs.",
    mixinStandardHelpOptions = true,
    versionProvider = BinderyCommand.Version.class,
    synopsisSubcommandLabel = "COMMAND",
    footer = {
      "",
      "A first start: bindery serve",
      "Commands other than serve and store speak to a running broker: on its own",
      "machine with --data=DIR of that broker (or BINDERY_DATA, as serve), from",
      "elsewhere with --url, --user and BINDERY_PASSWORD.",
      "Exit codes: 0 done, 1 it was refused or failed, 2 the command line or a",
      "setting is wrong; of store also 3, something is damaged."
    },
    subcommands = {
      ServeCommand.class,
      StatusCommand.class,
      ListCommand.class,
      ConnectionsCommand.class,
      UsersCommand.class,
      HostsCommand.class,
      PermissionsCommand.class,
      PublishCommand.class,
      ConsumeCommand.class,
      PurgeCommand.class,
      DefinitionsCommand.class,
      StoreCommand.class
    })
public final class BinderyCommand {
  /** What Java makes of bytes that are no characters in the locale's encoding. */
  private static final char UNDECODED = '\uFFFD';

  /** What the jar says of itself. */
  static final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
      String version = BinderyCommand.class.getPackage().getImplementationVersion();
      return new String[] {
        "Bindery " + (version == null ? "(not from its jar)" : version),
        "Java " + System.getProperty("java.version")
      };
    }
  }

  private BinderyCommand() {}

  /** Runs a command. */
  public static void main(String... arguments) {
    Logging.lasting();
    System.exit(
        run(new PrintWriter(System.out, true), new PrintWriter(System.err, true), arguments));
  }

  /** Runs a command with its own output; answers its exit code. */
  static int run(PrintWriter out, PrintWriter err, String... arguments) {
    for (String argument : arguments) {
      if (argument.indexOf(UNDECODED) >= 0) {
        err.println(
            "bindery: '"
                + argument
                + "' holds characters that the locale has not; set LC_ALL=C.UTF-8");
        return ExitCode.USAGE;
      }
    }
    if (arguments.length > 0 && arguments[0].equals(ServeCommand.NAME)) {
      // A broker that starts has no time for the other commands.
      CommandLine serve = ServeCommand.explained(new CommandLine(new ServeCommand()));
      return told(serve.setCommandName("bindery " + ServeCommand.NAME), out, err)
          .execute(Arrays.copyOfRange(arguments, 1, arguments.length));
    }
    CommandLine line = new CommandLine(new BinderyCommand());
    ServeCommand.explained(line.getSubcommands().get(ServeCommand.NAME));
    told(line, out, err);
    if (arguments.length == 0) {
      line.usage(err);
      return ExitCode.USAGE;
    }
    return line.execute(arguments);
  }

  /** Each command has it: picocli has its option say nothing otherwise. */
  private static void sayVersion(CommandLine line) {
    line.getCommandSpec().versionProvider(new Version());
    line.getSubcommands().values().forEach(BinderyCommand::sayVersion);
  }

  private static CommandLine told(CommandLine line, PrintWriter out, PrintWriter err) {
    sayVersion(line);
    return line.setOut(out)
        .setErr(err)
        .setCaseInsensitiveEnumValuesAllowed(true)
        // A name or a body may begin with @, and is no file of arguments.
        .setExpandAtFiles(false)
        .setExecutionExceptionHandler(new Told());
  }

  /** Tells what went wrong in a line, without a stack trace: it is for an operator. */
  private static final class Told implements IExecutionExceptionHandler {
    @Override
    public int handleExecutionException(
        Exception failure, CommandLine line, ParseResult arguments) {
      boolean asked = failure instanceof SettingsException;
      String why =
          failure instanceof ConnectException
              ? "nothing listens there: is the broker running, and is this its http.port?"
              : failure instanceof IOException file ? IoFailure.of(file) : failure.getMessage();
      line.getErr()
          .println(line.getCommandSpec().qualifiedName() + ": " + (why == null ? failure : why));
      return asked || failure instanceof IllegalArgumentException
          ? ExitCode.USAGE
          : ExitCode.SOFTWARE;
    }
  }
}
