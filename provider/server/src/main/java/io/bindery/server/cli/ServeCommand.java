package io.bindery.server.cli;

import io.bindery.server.BinderyServer;
import io.bindery.server.StartException;
import io.bindery.server.settings.Key;
import io.bindery.server.settings.Settings;
import io.bindery.server.settings.SettingsException;
import io.bindery.server.settings.SettingsReader;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.UsageMessageSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Unmatched;

/** Starts a broker and serves until it is told to stop (SIGTERM, SIGINT). */
@Command(
    name = ServeCommand.NAME,
    description = "Starts a broker, and serves until SIGTERM or Ctrl-C.",
    mixinStandardHelpOptions = true,
    versionProvider = BinderyCommand.Version.class,
    footerHeading =
        "%nSettings, each as --KEY=VALUE, in the environment, or in the file of --config:%n")
final class ServeCommand implements Callable<Integer> {
  static final String NAME = "serve";

  @Spec private CommandSpec spec;

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "A file of lines KEY = VALUE; # begins a comment.")
  private Path config;

  @Option(names = "--check", description = "Only checks the settings, and certificates.")
  private boolean check;

  @Unmatched private String[] settings = {};

  /** Lets the help of this command tell each key with its default. */
  static CommandLine explained(CommandLine line) {
    line.getHelpSectionMap().put(UsageMessageSpec.SECTION_KEY_FOOTER, help -> footer());
    return line;
  }

  private static String footer() {
    return Arrays.stream(Key.values())
        .map(
            key ->
                String.format(
                    "  %-18s %s%s%n",
                    key.text(),
                    key.description(),
                    key.byDefault().isEmpty() ? "" : " (default " + key.byDefault() + ")"))
        .collect(Collectors.joining());
  }

  @Override
  public Integer call() throws SettingsException, StartException, InterruptedException {
    PrintWriter out = spec.commandLine().getOut();
    if (check) {
      SettingsReader.check(config, System.getenv(), List.of(settings), Instant.now());
      out.println("The settings are in order.");
      return 0;
    }
    Settings read = SettingsReader.read(config, System.getenv(), List.of(settings));
    Logging.level(read.log());
    CountDownLatch stopped = new CountDownLatch(1);
    BinderyServer server = BinderyServer.start(read);
    Thread stop =
        new Thread(
            () -> {
              server.close();
              LastingLog.release();
              stopped.countDown();
            },
            "bindery-stop");
    LastingLog.hold();
    Runtime.getRuntime().addShutdownHook(stop);
    out.println(
        "Bindery is ready after "
            + sinceStartMs()
            + " ms: AMQP on port "
            + port(server.amqpPort())
            + ", AMQP over TLS "
            + port(server.amqpsPort())
            + ", management on port "
            + port(server.httpPort())
            + ", data in "
            + read.data().toAbsolutePath());
    out.flush();
    stopped.await();
    return 0;
  }

  private static long sinceStartMs() {
    Instant now = Instant.now();
    Instant start = ProcessHandle.current().info().startInstant().orElse(now);
    return Duration.between(start, now).toMillis();
  }

  private static String port(int port) {
    return port == 0 ? "off" : Integer.toString(port);
  }
}
