package io.bindery.sample.orders.intake;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bindery.sample.orders.Limits;
import io.bindery.sample.orders.intake.LineReader.Line;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class LineReaderTest {
  @Test
  void linesAreCountedWithTheByteTheyEndAt() throws IOException {
    List<Line> lines = read("a\nbé\r\n\nlast");
    assertEquals(List.of("a", "bé", "", "last"), lines.stream().map(Line::text).toList());
    assertEquals(List.of(1L, 2L, 3L, 4L), lines.stream().map(Line::number).toList());
    assertEquals(List.of(2L, 7L, 8L, 12L), lines.stream().map(Line::endByte).toList());
    assertTrue(lines.get(2).terminated());
    assertFalse(lines.get(3).terminated());
  }

  @Test
  void itGoesOnCountingWhereItIsTold() throws IOException {
    Line line = new LineReader(stream("x\n"), 41, 1_000).next();
    assertEquals(new Line(42, 1_002, true, "x", null), line);
  }

  @Test
  void aLineAtTheLimitIsReadAndOneByteMoreIsNot() throws IOException {
    String atLimit = "x".repeat(Limits.LINE_BYTES);
    List<Line> lines = read(atLimit + "\n" + atLimit + "\r\n" + atLimit + "y\n" + "ok\n");
    assertEquals(atLimit, lines.get(0).text());
    assertEquals(atLimit, lines.get(1).text());
    assertNull(lines.get(2).text());
    assertEquals("has 4097 bytes; a line holds at most 4096", lines.get(2).fault());
    assertEquals("ok", lines.get(3).text());
  }

  @Test
  void aHugeLineCostsNoMemoryAndTheNextOneIsRead() throws IOException {
    long hugeBytes = 300L * 1024 * 1024;
    InputStream huge = new Repeated(hugeBytes, "\nnext\n");
    LineReader reader = new LineReader(huge, 0, 0);
    assertEquals("has " + hugeBytes + " bytes; a line holds at most 4096", reader.next().fault());
    assertEquals(new Line(2, hugeBytes + 6, true, "next", null), reader.next());
    assertNull(reader.next());
  }

  @Test
  void whatIsNotUtf8IsABadLineAndNoMore() throws IOException {
    byte[] bytes = "a\n?\nb\n".getBytes(StandardCharsets.US_ASCII);
    bytes[2] = (byte) 0xE7;
    LineReader reader = new LineReader(new ByteArrayInputStream(bytes), 0, 0);
    assertEquals("a", reader.next().text());
    assertEquals("is not UTF-8; save the file as UTF-8", reader.next().fault());
    assertEquals("b", reader.next().text());
  }

  @Test
  void howTheBytesArriveMakesNoDifference() throws IOException {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 300; i++) {
      text.append("ö".repeat(random.nextInt(120))).append(random.nextBoolean() ? "\n" : "\r\n");
    }
    LineReader dripping = new LineReader(new Dripping(stream(text.toString()), random), 0, 0);
    List<Line> found = all(dripping);
    assertEquals(read(text.toString()), found, "seed " + seed);
    assertEquals(300, found.size(), "seed " + seed);
  }

  private static List<Line> read(String text) throws IOException {
    return all(new LineReader(stream(text), 0, 0));
  }

  private static List<Line> all(LineReader reader) throws IOException {
    List<Line> lines = new ArrayList<>();
    for (Line line = reader.next(); line != null; line = reader.next()) {
      lines.add(line);
    }
    return lines;
  }

  private static InputStream stream(String text) {
    return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
  }

  /** Gives a few bytes at a time, as a network does. */
  private static final class Dripping extends InputStream {
    private final InputStream in;
    private final Random random;

    Dripping(InputStream in, Random random) {
      this.in = in;
      this.random = random;
    }

    @Override
    public int read() throws IOException {
      return in.read();
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      return in.read(bytes, offset, Math.min(length, 1 + random.nextInt(7)));
    }
  }

  /** So many times the letter x, then a text. */
  private static final class Repeated extends InputStream {
    private final byte[] after;
    private long left;
    private int position;

    Repeated(long count, String after) {
      this.left = count;
      this.after = after.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public int read() {
      if (left > 0) {
        left--;
        return 'x';
      }
      return position < after.length ? after[position++] : -1;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) {
      if (left > 0) {
        int given = (int) Math.min(left, length);
        java.util.Arrays.fill(bytes, offset, offset + given, (byte) 'x');
        left -= given;
        return given;
      }
      int next = read();
      if (next >= 0) {
        bytes[offset] = (byte) next;
      }
      return next < 0 ? -1 : 1;
    }
  }
}
