package io.bindery.broker.tools;

import io.bindery.broker.journal.DiskDirectory;
import io.bindery.broker.journal.JournalException;
import io.bindery.broker.runtime.IoFailure;
import io.bindery.broker.runtime.TextFile;
import io.bindery.broker.store.KeptBranch;
import io.bindery.broker.store.KeptQueue;
import io.bindery.broker.store.KeptState;
import io.bindery.broker.store.Store.StoredMessage;
import io.bindery.broker.store.StoreReader;
import io.bindery.broker.store.StoredEntry;
import java.io.IOException;
import java.io.PrintStream;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** Writes the messages of a queue to a file. */
final class ExportCommand implements StoreTool.Command {
  private static final String QUEUE = "--queue";
  private static final String HOST = "--vhost";

  @Override
  public Arguments.Syntax syntax() {
    return new Arguments.Syntax(
        "export", List.of("DIR"), List.of("FILE"), List.of(QUEUE, HOST), List.of());
  }

  @Override
  public String help() {
    return """
        store export DIR --queue NAME [--vhost HOST] [FILE]

        Writes the messages of a durable queue to FILE, which must not be there yet, or to the standard
        output, in the order in which they would be delivered. They stay in the queue, and nothing is
        changed. Messages that a prepared branch of a global transaction takes or brings are left out.
        No broker may have the directory meanwhile.

        --queue NAME   the queue
        --vhost HOST   its virtual host; / if it is not given

        The file is text in UTF-8 with a JSON object on each line. The first says which queue it was:
          {"format":"bindery-messages","version":1,"virtualHost":"/","queue":"orders","arguments":{}}
        Each other is a message, and what it does not have is not there:
          {"messageId":"ID:1","timestamp":"2026-01-31T12:00:00.000Z","exchange":"","routingKey":"orders",
           "persistent":true,"priority":4,"headers":{"colour":"red","n":{"int":7}},"body":{"text":"hello"}}
        body      {"text":…}, {"bytes":"Base64"}, {"map":{…}}, {"stream":[…]} or {"object":"Base64"}
        values    in headers, maps and streams a string, true, false and null stand for themselves; of
                  anything else the type is said: {"byte":1} short int long float double, {"decimal":"125e-2"},
                  {"char":"x"}, {"bytes":"Base64"}, {"date":"2026-…Z"} {"instant":"2026-…Z"}, {"map":{…}},
                  {"list":[…]}
        others    mandatory, expiration, expiresAt, deliverAt, contentType, contentEncoding, correlationId,
                  replyTo, type, userId, appId; connectionId and clientId of the publisher; deliveries and
                  failures, which an import passes over

        Exit code 3: messages are damaged, and not in the file.
        """;
  }

  @Override
  public int run(Arguments arguments, StoreTool.Streams streams) throws ToolException {
    String name = arguments.needed(QUEUE);
    DiskDirectory directory = Places.store(arguments.operand(0));
    Places.checkFree(directory, ", or export from a snapshot of the directory");
    try (StoreReader store = StoreReader.open(directory)) {
      String host = arguments.value(HOST, "/");
      KeptQueue queue =
          Places.find(store.state(), host, name)
              .orElseThrow(() -> Places.missing(store.state(), host, name));
      Export export = new Export(store, queue, streams.err());
      String file = arguments.operand(1);
      if (file == null) {
        export.to(streams.out());
      } else {
        export.to(file);
      }
      Places.checkFree(directory, ", or export from a snapshot of the directory");
      return export.report(file == null ? "" : " in " + file);
    } catch (JournalException e) {
      throw new ToolException(e.getMessage(), e);
    }
  }

  /** Writes one queue. */
  private static final class Export implements StoreReader.MessageVisitor {
    private final StoreReader store;
    private final KeptQueue queue;
    private final PrintStream err;
    private final Set<Long> inDoubt;
    private Appendable text;
    private long written;
    private long leftOut;
    private long damaged;

    Export(StoreReader store, KeptQueue queue, PrintStream err) {
      this.store = store;
      this.queue = queue;
      this.err = err;
      this.inDoubt = inDoubt(store.state(), queue.id());
    }

    private static Set<Long> inDoubt(KeptState state, int queue) {
      return state.branches().stream()
          .flatMap(branch -> branch.accepted().stream())
          .filter(each -> each.queueId() == queue)
          .map(KeptBranch.Accepted::sequence)
          .collect(Collectors.toSet());
    }

    void to(String file) throws ToolException, JournalException {
      try (TextFile target = TextFile.create(file)) {
        write(target.text());
        target.finish();
      } catch (IOException e) {
        throw new ToolException("The file " + file + " cannot be written: " + IoFailure.of(e), e);
      } catch (IllegalArgumentException e) {
        throw new ToolException("The file " + file + " cannot be written: " + e.getMessage(), e);
      }
    }

    void to(PrintStream out) throws ToolException, JournalException {
      try {
        write(out);
      } catch (IOException e) {
        throw new ToolException("The messages cannot be written: " + e, e);
      }
      if (out.checkError()) {
        throw new ToolException("The messages cannot be written: the output was closed");
      }
    }

    private void write(Appendable into) throws IOException, JournalException {
      text = into;
      into.append(new MessageFile(queue.host(), queue.spec()).write()).append('\n');
      store.forEach(queue, this);
    }

    @Override
    public void message(StoredEntry entry, StoredMessage message) throws IOException {
      if (inDoubt.contains(entry.sequence())) {
        leftOut++;
        return;
      }
      text.append(MessageJson.write(entry, message)).append('\n');
      written++;
    }

    @Override
    public void unreadable(long count, JournalException why) {
      damaged += count;
      err.println("DAMAGED " + why.what());
    }

    int report(String where) {
      err.println(
          written
              + (written == 1 ? " message" : " messages")
              + " of queue '"
              + queue.spec().name()
              + "'"
              + where);
      if (leftOut > 0) {
        err.println(leftOut + " more are taken by prepared branches, and left out");
      }
      if (damaged > 0) {
        err.println(damaged + " more are damaged, and left out");
      }
      return damaged > 0 ? StoreTool.DAMAGED : StoreTool.WELL;
    }
  }
}
