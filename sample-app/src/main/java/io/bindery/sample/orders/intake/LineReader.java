package io.bindery.sample.orders.intake;

import io.bindery.sample.orders.Limits;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * Cuts a stream into lines and knows the byte at which each one ends, so that an upload can go on
 * there. Memory stays bounded: of a line that is too long only its length is kept. Not thread-safe.
 */
final class LineReader {
  private static final int BUFFER_BYTES = 16_384;

  private final InputStream in;
  private final byte[] buffer = new byte[BUFFER_BYTES];
  private final ByteArrayOutputStream line = new ByteArrayOutputStream(256);
  private int position;
  private int filled;
  private long lineNumber;
  private long endByte;

  /**
   * A line.
   *
   * @param number from 1, counted in the whole file
   * @param endByte the offset in the whole file behind its line end
   * @param terminated false for a last line without a line end
   * @param text null if it could not be read
   * @param fault why not, or null
   */
  record Line(long number, long endByte, boolean terminated, String text, String fault) {}

  /** A reader whose stream starts behind the given line and byte of the file. */
  LineReader(InputStream in, long confirmedLine, long confirmedByte) {
    this.in = in;
    this.lineNumber = confirmedLine;
    this.endByte = confirmedByte;
  }

  /** The next line, or null at the end of the stream. */
  Line next() throws IOException {
    line.reset();
    long length = 0;
    boolean terminated = false;
    while (!terminated && fill()) {
      int start = position;
      while (position < filled && buffer[position] != '\n') {
        position++;
      }
      int found = position - start;
      int room = (int) Math.min(found, Math.max(0, Limits.LINE_BYTES + 1 - length));
      line.write(buffer, start, room);
      length += found;
      if (position < filled) {
        position++;
        terminated = true;
      }
    }
    if (length == 0 && !terminated) {
      return null;
    }
    lineNumber++;
    endByte += length + (terminated ? 1 : 0);
    return line(length, terminated);
  }

  private Line line(long length, boolean terminated) {
    if (length > Limits.LINE_BYTES + 1 || line.size() > Limits.LINE_BYTES && !endsWithReturn()) {
      String fault = "has " + length + " bytes; a line holds at most " + Limits.LINE_BYTES;
      return new Line(lineNumber, endByte, terminated, null, fault);
    }
    try {
      int size = endsWithReturn() ? line.size() - 1 : line.size();
      ByteBuffer bytes = ByteBuffer.wrap(line.toByteArray(), 0, size);
      String text = StandardCharsets.UTF_8.newDecoder().decode(bytes).toString();
      return new Line(lineNumber, endByte, terminated, text, null);
    } catch (CharacterCodingException e) {
      return new Line(
          lineNumber, endByte, terminated, null, "is not UTF-8; save the file as UTF-8");
    }
  }

  private boolean endsWithReturn() {
    byte[] bytes = line.toByteArray();
    return bytes.length > 0 && bytes[bytes.length - 1] == '\r';
  }

  private boolean fill() throws IOException {
    if (position < filled) {
      return true;
    }
    position = 0;
    filled = Math.max(0, in.read(buffer));
    return filled > 0;
  }
}
