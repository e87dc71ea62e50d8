package io.bindery.amqp;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Runs Jazzer, the coverage-guided fuzzer, on the targets for a time, each in a process of its own
 * with a limit of memory. What it finds is a failure, and is kept beside its log.
 */
public final class FuzzRun {
  private static final List<String> TARGETS =
      List.of("io.bindery.amqp.codec.CodecFuzz", "io.bindery.amqp.server.ConnectionFuzz");
  private static final Pattern DONE = Pattern.compile("Done (\\d+) runs in (\\d+) second");
  private static final Pattern COVERED = Pattern.compile("cov: (\\d+)");
  private static final int SEEDS = 300;
  private static final long GRACE_MINUTES = 3;

  private FuzzRun() {}

  /**
   * Runs them, and leaves a line in {@code figures.txt} of the folder.
   *
   * @param arguments a folder; seconds for all targets together; minutes instead, 0 for those
   *     seconds
   * @throws IllegalStateException if something was found, or nothing tried
   */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    long minutes = Long.parseLong(arguments[2]);
    long seconds = minutes > 0 ? minutes * 60 : Long.parseLong(arguments[1]);
    Path figures = Files.createDirectories(Path.of(arguments[0])).resolve("figures.txt");
    Files.deleteIfExists(figures);
    List<String> parts = new ArrayList<>();
    for (String target : TARGETS) {
      parts.add(run(target, Path.of(arguments[0]), seconds / TARGETS.size()));
    }
    Files.writeString(figures, "fuzz: " + String.join("; ", parts) + "\n");
  }

  private static String run(String target, Path folder, long seconds)
      throws IOException, InterruptedException {
    String name = target.substring(target.lastIndexOf('.') + 1);
    Path work = Files.createDirectories(folder.resolve(name)).toAbsolutePath();
    Path corpus = Files.createDirectories(work.resolve("corpus"));
    int number = 0;
    for (byte[] seed : FuzzSeeds.of(1, SEEDS)) {
      Files.write(corpus.resolve("seed-" + number++), seed);
    }
    Path log = work.resolve("log");
    Process process = process(target, work, seconds, log);
    boolean ended =
        process.waitFor(seconds + TimeUnit.MINUTES.toSeconds(GRACE_MINUTES), TimeUnit.SECONDS);
    process.destroyForcibly();
    String text = Files.readString(log, StandardCharsets.UTF_8);
    Matcher done = DONE.matcher(text);
    if (!ended || process.exitValue() != 0 || !done.find()) {
      throw new IllegalStateException("something was found of " + target + ": see " + log);
    }
    Matcher covered = COVERED.matcher(text);
    String edges = covered.results().map(each -> each.group(1)).reduce((a, b) -> b).orElse("0");
    return "%s %s inputs, %s branches".formatted(name, done.group(1), edges);
  }

  private static Process process(String target, Path work, long seconds, Path log)
      throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx512m",
            "-XX:+EnableDynamicAgentLoading",
            "-cp",
            System.getProperty("java.class.path"),
            "com.code_intelligence.jazzer.Jazzer",
            "--target_class=" + target,
            "--instrumentation_includes=io.bindery.**",
            "--custom_hook_includes=io.bindery.none",
            "-max_total_time=" + seconds,
            "-max_len=4096",
            "-len_control=0",
            "-timeout=90",
            "-rss_limit_mb=2000",
            "-artifact_prefix=" + work + "/",
            "corpus")
        .directory(work.toFile())
        .redirectErrorStream(true)
        .redirectOutput(log.toFile())
        .start();
  }
}
