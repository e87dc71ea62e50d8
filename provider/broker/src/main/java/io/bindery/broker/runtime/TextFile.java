package io.bindery.broker.runtime;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.Closeable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A new file of text in UTF-8, which gets its name when it is whole. One thread.
 *
 * <p>Until then it is {@code NAME.part}, and is deleted if it is closed before.
 */
public final class TextFile implements Closeable {
  private final Path path;
  private final Path part;
  private final BufferedWriter writer;
  private boolean finished;

  private TextFile(Path path, Path part, BufferedWriter writer) {
    this.path = path;
    this.part = part;
    this.writer = writer;
  }

  /**
   * A new file.
   *
   * @throws IOException when it is there already, or cannot be made
   * @throws IllegalArgumentException when the path is none
   */
  public static TextFile create(String name) throws IOException {
    Path path = Path.of(name);
    if (Files.exists(path)) {
      throw new IOException("it is there already: delete it, or give another name");
    }
    Path directory = path.toAbsolutePath().getParent();
    if (directory != null && !Files.isDirectory(directory)) {
      throw new IOException("there is no directory " + directory);
    }
    Path part = Path.of(name + ".part");
    return new TextFile(
        path,
        part,
        Files.newBufferedWriter(part, StandardCharsets.UTF_8, StandardOpenOption.CREATE_NEW));
  }

  /**
   * Opens a file of text in UTF-8; what is no UTF-8 fails when it is read.
   *
   * @throws IllegalArgumentException when the path is none
   */
  public static BufferedReader read(String name) throws IOException {
    return Files.newBufferedReader(Path.of(name), StandardCharsets.UTF_8);
  }

  /** Where its text goes. */
  public Appendable text() {
    return writer;
  }

  /** It is whole: gives it its name. */
  public void finish() throws IOException {
    writer.close();
    Files.move(part, path);
    finished = true;
  }

  @Override
  public void close() throws IOException {
    writer.close();
    if (!finished) {
      Files.deleteIfExists(part);
    }
  }
}
