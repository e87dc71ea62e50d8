package io.bindery.sample.orders.intake;

import io.bindery.sample.orders.DeskException;
import io.bindery.sample.orders.Limits;
import io.bindery.sample.orders.Problem;
import jakarta.ejb.EJBException;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;

/**
 * Reads what a request sends of a file and publishes it in chunks. A chunk and its place in the
 * file are one transaction; what was read and not committed when the request broke off, or the
 * server with it, is sent again by the client. Stateless; a request runs on its own thread.
 */
@ApplicationScoped
public class UploadIntake {
  private ChunkChannel channel;
  private UploadStore store;

  /** For the container. */
  protected UploadIntake() {}

  /** An intake that publishes to this channel, which writes down in the store what it published. */
  @Inject
  public UploadIntake(ChunkChannel channel, UploadStore store) {
    this.channel = channel;
    this.store = store;
  }

  /**
   * Takes the next bytes of an upload.
   *
   * @param fromByte their offset in the file; must be the confirmed byte
   * @throws DeskException if they cannot be taken; what was confirmed before stays so
   */
  public void receive(Upload upload, long fromByte, InputStream body) {
    upload.begin(fromByte);
    try {
      Upload.Status status = upload.status();
      read(upload, new LineReader(body, status.confirmedLine(), status.confirmedByte()));
    } catch (IOException e) {
      throw new DeskException(
              400,
              "the upload broke off: " + e.getMessage(),
              "send the rest from byte " + upload.status().confirmedByte())
          .causedBy(e);
    } finally {
      upload.end();
    }
  }

  private void read(Upload upload, LineReader reader) throws IOException {
    Chunk chunk = new Chunk();
    long seenByte = upload.status().confirmedByte();
    for (LineReader.Line line = reader.next(); line != null; line = reader.next()) {
      if (!line.terminated() && upload.size() >= 0 && line.endByte() < upload.size()) {
        break; // cut in the middle: the next request starts with this line
      }
      seenByte = line.endByte();
      refuseTooMuch(upload, line);
      take(upload, line, chunk);
      if (chunk.full()) {
        flush(upload, chunk);
        chunk = new Chunk();
      }
    }
    flush(upload, chunk);
    if (upload.size() < 0 || seenByte == upload.size()) {
      if (upload.lines() == null) {
        refuse(upload, "the file is empty");
      }
      end(upload, Upload.State.COMPLETE);
    }
  }

  private void end(Upload upload, Upload.State state) {
    store.end(upload.id(), state);
    upload.end(state);
  }

  private void take(Upload upload, LineReader.Line line, Chunk chunk) {
    if (upload.lines() == null) {
      if (line.fault() != null) {
        refuse(upload, "the first line " + line.fault());
      }
      readHeader(upload, line.text());
      chunk.pass(line);
    } else if (line.fault() != null) {
      chunk.addFault(line);
    } else {
      chunk.add(line, upload.lines().read(line.text()));
    }
  }

  private void readHeader(Upload upload, String text) {
    try {
      upload.header(OrderLines.withHeader(text));
    } catch (IllegalArgumentException e) {
      refuse(upload, e.getMessage());
    }
  }

  private void refuse(Upload upload, String reason) {
    end(upload, Upload.State.REFUSED);
    throw new DeskException(
        422,
        reason,
        "put the header on the first line, then one order on each line, and upload the file again",
        List.of(new Problem(1, "", reason)));
  }

  private void refuseTooMuch(Upload upload, LineReader.Line line) {
    if (line.number() > Limits.UPLOAD_LINES || line.endByte() > Limits.UPLOAD_BYTES) {
      end(upload, Upload.State.REFUSED);
      throw new DeskException(
          413,
          "the file passes " + Limits.UPLOAD_LINES + " lines or " + Limits.UPLOAD_BYTES + " bytes",
          "what was confirmed stays published; split the rest, from line "
              + (upload.status().confirmedLine() + 1),
          List.of(new Problem(line.number(), "", "is over the limit")));
    }
    if (upload.size() >= 0 && line.endByte() > upload.size()) {
      throw new DeskException(
          400,
          "more bytes came than the " + upload.size() + " announced",
          "start a new upload with the file's size");
    }
  }

  private void flush(Upload upload, Chunk chunk) {
    if (!chunk.empty()) {
      publish(upload, chunk);
      upload.confirm(chunk);
    }
  }

  private void publish(Upload upload, Chunk chunk) {
    try {
      channel.publish(upload, chunk);
    } catch (EJBException e) {
      upload.restore(store.read(upload.id()));
      throw new DeskException(
              503,
              "the transaction up to line " + chunk.lastLine() + " did not commit",
              "line "
                  + upload.status().confirmedLine()
                  + " is confirmed; send from byte "
                  + upload.status().confirmedByte())
          .causedBy(e);
    }
  }
}
