package io.bindery.broker.tools;

import io.bindery.broker.journal.DiskDirectory;
import io.bindery.broker.journal.JournalException;
import io.bindery.broker.queue.QueueDefinition;
import io.bindery.broker.runtime.IoFailure;
import io.bindery.broker.runtime.SystemEnvironment;
import io.bindery.broker.runtime.TextFile;
import io.bindery.broker.store.KeptQueue;
import io.bindery.broker.store.Store.StoredMessage;
import io.bindery.broker.store.StoreImport;
import io.bindery.engine.AmqpException;
import io.bindery.engine.QueueSpec;
import io.bindery.engine.json.JsonException;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/** Puts the messages of a file into a queue. */
final class ImportCommand implements StoreTool.Command {
  private static final String QUEUE = "--queue";
  private static final String HOST = "--vhost";
  private static final String CREATE = "--create";

  @Override
  public Arguments.Syntax syntax() {
    return new Arguments.Syntax(
        "import", List.of("DIR", "FILE"), List.of(), List.of(QUEUE, HOST), List.of(CREATE));
  }

  @Override
  public String help() {
    return """
        store import DIR --queue NAME [--vhost HOST] [--create] FILE

        Puts the messages of FILE, which 'store export' wrote, into a durable queue, behind what is there.
        They are on disk when the command has ended: all of them, or after any failure none. They are kept
        whatever their delivery mode says, and no limit of the queue's length refuses them. What has
        expired meanwhile expires when the broker starts. No broker may have the directory meanwhile.

        --queue NAME   the queue; it may be another than the one that they are from
        --vhost HOST   its virtual host; / if it is not given
        --create       declares the queue, if it is not there, as the one that they are from was

        FILE may be written by hand: 'store export --help' says how. Without routingKey a message gets the
        name of the queue, without persistent it is persistent.
        """;
  }

  @Override
  public int run(Arguments arguments, StoreTool.Streams streams) throws ToolException {
    Target target =
        new Target(arguments.value(HOST, "/"), arguments.needed(QUEUE), arguments.has(CREATE));
    DiskDirectory directory = Places.store(arguments.operand(0));
    Places.checkFree(directory, "");
    String file = arguments.operand(1);
    try (BufferedReader lines = TextFile.read(file);
        SystemEnvironment environment = new SystemEnvironment("import");
        StoreImport store = StoreImport.open(directory, environment)) {
      int count = new Import(file, lines, store, target).run();
      streams
          .err()
          .println(
              count
                  + (count == 1 ? " message is" : " messages are")
                  + " in queue '"
                  + target.queue
                  + "' now");
      return StoreTool.WELL;
    } catch (JournalException e) {
      throw new ToolException("Nothing is imported: " + e.getMessage(), e);
    } catch (IOException e) {
      throw new ToolException("Nothing is imported: the file cannot be read: " + told(file, e), e);
    } catch (IllegalArgumentException e) {
      throw new ToolException("Nothing is imported: " + file + " cannot be read: " + e, e);
    }
  }

  /** What failed, with the file. */
  private static String told(String file, IOException e) {
    String what = IoFailure.of(e);
    return what.startsWith(file) ? what : file + ": " + what;
  }

  /**
   * Where messages go.
   *
   * @param host the virtual host
   * @param queue the queue's name
   * @param create whether it is declared if it is not there
   */
  private record Target(String host, String queue, boolean create) {}

  /** Reads one file. */
  private static final class Import {
    private final String file;
    private final BufferedReader lines;
    private final StoreImport store;
    private final Target target;
    private int number;

    Import(String file, BufferedReader lines, StoreImport store, Target target) {
      this.file = file;
      this.lines = lines;
      this.store = store;
      this.target = target;
    }

    int run() throws ToolException, IOException, JournalException {
      try {
        String first = next();
        if (first == null) {
          throw new JsonException("the file is empty");
        }
        QueueDefinition queue = queue(MessageFile.read(first));
        for (String line = next(); line != null; line = next()) {
          StoredMessage message = MessageJson.read(line, target.queue);
          store.add(message, queue.lane(message.message().priority()));
        }
      } catch (CharacterCodingException e) {
        throw wrong("behind line " + number + ": this is no UTF-8", e);
      } catch (JsonException e) {
        throw wrong("line " + number + ": " + e.getMessage(), e);
      }
      try {
        return store.commit();
      } catch (JournalException e) {
        throw new ToolException(
            "Whether the messages are imported is not known; 'store inspect' tells: "
                + e.getMessage(),
            e);
      }
    }

    private ToolException wrong(String what, Exception e) {
      return new ToolException("Nothing is imported: " + file + ", " + what, e);
    }

    /** The next line that is not blank. */
    private String next() throws IOException {
      String line = lines.readLine();
      number++;
      while (line != null && line.isBlank()) {
        line = lines.readLine();
        number++;
      }
      return line;
    }

    private TreeSet<String> hosts() {
      TreeSet<String> hosts = new TreeSet<>(store.state().hosts());
      hosts.add("/");
      return hosts;
    }

    private QueueDefinition queue(MessageFile from) throws ToolException {
      Optional<KeptQueue> there = Places.find(store.state(), target.host, target.queue);
      if (there.isEmpty() && !target.create) {
        throw new ToolException(
            Places.missing(store.state(), target.host, target.queue).getMessage()
                + ". With --create it is declared as the one that the messages are from");
      }
      if (there.isEmpty() && !target.host.equals("/") && !hosts().contains(target.host)) {
        throw new ToolException(
            "There is no virtual host '" + target.host + "'; there are " + hosts());
      }
      QueueSpec spec = there.map(KeptQueue::spec).orElse(from.queue().named(target.queue));
      try {
        QueueDefinition definition = QueueDefinition.parse(target.host, spec);
        if (there.isPresent()) {
          store.into(there.get());
        } else {
          store.declare(target.host, spec);
        }
        return definition;
      } catch (AmqpException e) {
        throw wrong("line " + number + ": " + e.getMessage(), e);
      }
    }
  }
}
