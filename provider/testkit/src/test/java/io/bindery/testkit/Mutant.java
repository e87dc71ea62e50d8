package io.bindery.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.File;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongConsumer;
import java.util.regex.Pattern;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;

/**
 * Mistakes that somebody could make in the broker, each a change of its source: a crash test must
 * find out every one of them, or it could not find out anything.
 */
enum Mutant {
  NO_SYNC_OF_A_GROUP(
      "journal/Writer",
      "      segment.file().sync();\n      synced = written;\n      unmarked = unsynced;",
      "      synced = written;\n      unmarked = unsynced;"),
  NO_SYNC_OF_THE_DIRECTORY(
      "journal/Segments",
      "    directory.rename(spare.name(), name);\n    directory.sync();",
      "    directory.rename(spare.name(), name);"),
  A_TORN_RECORD_IS_READ(
      "journal/SegmentScanner",
      "        ? null\n        : \"a record's checksum is wrong\"",
      "        ? null\n        : null"),
  A_SEGMENT_IS_FREED_WITH_LIVE_MESSAGES("store/Checkpointer", " && live.live(segment) <= 0)", ")"),
  A_SEGMENT_IS_FREED_BEFORE_THE_CHECKPOINT(
      "store/Checkpointer",
      "      checkpoints.save(state);\n      dead.forEach(journal::free);",
      "      dead.forEach(journal::free);\n      checkpoints.save(state);"),
  A_CHECKPOINT_IS_NOT_SYNCED("store/Checkpoints", "      file.sync();\n", ""),
  A_GROUP_WITHOUT_ITS_COMMIT_COUNTS(
      "store/DurableStore",
      "        RecordTypes.MESSAGE,\n        MessageCodec.encode(0, message),\n",
      "        RecordTypes.ENQUEUE,\n        WorkCodec.enqueue(message, entries, 0),\n"),
  AN_ACKNOWLEDGEMENT_IS_REPLAYED_BEFORE_ITS_ENQUEUE(
      "store/KeptQueue", "    entries.subMap(first, true, last, true).clear();\n", ""),
  AN_ACKNOWLEDGEMENT_IS_DONE_BEFORE_IT_IS_ON_DISK(
      "AutoCommit",
      "    Ticket<Void> ticket = new Ticket<>();\n    ledger.commit(",
      "    Ticket<Void> ticket = Ticket.done();\n    ledger.commit("),
  A_MESSAGE_DOES_NOT_CARRY_ITS_MARK("store/WorkCodec", "(entry.near() ? NEAR : 0) | ", ""),
  A_PREPARED_BRANCH_FORGETS_ITS_LOCKS(
      "queue/RestoreOfQueue", "      contents.hold(nobody, entry);\n      entry.lock();\n", ""),
  A_PREPARED_BRANCH_IS_IN_NO_CHECKPOINT("BrokerState", "    branches.snapshot(state);\n", ""),
  A_DECISION_IS_FORGOTTEN("store/KeptState", "branches.remove(xid);", "branches.get(xid);"),
  WHAT_IS_DELAYED_IS_DELIVERED_AT_ONCE(
      "queue/RestoreOfQueue", "entry.dueMs > nowMs && !wanted.contains(entry.sequence)", "false"),
  A_DEAD_LETTER_IS_MOVED_IN_TWO_STEPS(
      "DeadLetterOffice",
      "entry.kept() ? List.of(entry) : List.of(), environment",
      "List.of(), environment");

  private static final Path SOURCES =
      Path.of("..", "broker", "src", "main", "java", "io", "bindery", "broker");

  private final String file;
  private final String from;
  private final String to;

  Mutant(String file, String from, String to) {
    this.file = file;
    this.from = from;
    this.to = to;
  }

  /**
   * Makes a crash run of a broker that has the mistake. Its classes are loaded apart from ours.
   *
   * @param directory where it is compiled
   * @throws AssertionError if the broker's source does not read as it was when this was written
   */
  LongConsumer crashRun(Path directory) throws IOException, ReflectiveOperationException {
    Path source = SOURCES.resolve(file + ".java");
    String text = Files.readString(source, UTF_8);
    BrokerModel.verify(
        text.split(Pattern.quote(from), -1).length == 2,
        this + " does not fit to " + source + " any more: change it with the source");
    Path changed = directory.resolve(source.getFileName());
    Files.writeString(changed, text.replace(from, to), UTF_8);
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    String classPath = System.getProperty("java.class.path");
    int failures =
        compiler.run(
            null,
            null,
            null,
            "-nowarn",
            "-d",
            directory.toString(),
            "-cp",
            classPath,
            changed.toString());
    BrokerModel.verify(failures == 0, this + " cannot be compiled");
    return crashRunOf(directory);
  }

  /** Makes a crash run of a broker as it is, apart from the classes in a directory. */
  static LongConsumer crashRunOf(Path directory) throws IOException, ReflectiveOperationException {
    Class<?> run = new OwnFirst(directory).loadClass(CrashRun.class.getName());
    var constructor = run.getDeclaredConstructor();
    constructor.setAccessible(true);
    return (LongConsumer) constructor.newInstance();
  }

  /** Loads all of Bindery itself, what was compiled anew first. */
  private static final class OwnFirst extends URLClassLoader {
    OwnFirst(Path first) throws IOException {
      super(urls(first), Mutant.class.getClassLoader());
    }

    private static URL[] urls(Path first) throws IOException {
      List<URL> urls = new ArrayList<>(List.of(first.toUri().toURL()));
      for (String each : System.getProperty("java.class.path").split(File.pathSeparator)) {
        urls.add(Path.of(each).toUri().toURL());
      }
      return urls.toArray(URL[]::new);
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
      if (!name.startsWith("io.bindery.")) {
        return super.loadClass(name, resolve);
      }
      synchronized (getClassLoadingLock(name)) {
        Class<?> loaded = findLoadedClass(name);
        return loaded == null ? findClass(name) : loaded;
      }
    }
  }
}
