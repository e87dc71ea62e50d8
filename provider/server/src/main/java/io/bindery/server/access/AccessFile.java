package io.bindery.server.access;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * The file that keeps who may do what, in the form of RabbitMQ's definitions. Only the account that
 * made it can read it. It is replaced as a whole, so that there is always a whole one.
 */
public final class AccessFile {
  private static final Set<PosixFilePermission> OWNER_ONLY =
      EnumSet.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);

  private static final String WHAT_TO_DO =
      "; restore it from a copy, or delete it to begin with the default user";

  private final Path path;

  /** The file of that path, which need not be there. */
  public AccessFile(Path path) {
    this.path = path;
  }

  /** Whether there is one. */
  public boolean exists() {
    return Files.exists(path);
  }

  /**
   * What it says; {@link AccessState#EMPTY} when there is none.
   *
   * @throws IOException when it cannot be read or understood; the text names file and place
   */
  AccessState read() throws IOException {
    if (!exists()) {
      return AccessState.EMPTY;
    }
    try {
      JsonNode root = Json.read(Files.readAllBytes(path));
      checkWhole(root);
      return AccessForm.read(root, AccessState.EMPTY.withoutHost("/"));
    } catch (JsonProcessingException e) {
      throw new IOException(path + ", " + JsonFailure.of(e) + WHAT_TO_DO, e);
    } catch (IllegalArgumentException e) {
      throw new IOException(path + ": " + e.getMessage() + WHAT_TO_DO, e);
    }
  }

  /**
   * What is not there must not be taken for nobody and nothing: all would be refused, and the next
   * change would write that over what there was.
   */
  private static void checkWhole(JsonNode root) {
    if (!root.isObject()) {
      throw new IllegalArgumentException(
          "it must be a JSON object, and is " + root.getNodeType().name().toLowerCase(Locale.ROOT));
    }
    for (String field : List.of("users", "vhosts")) {
      if (!root.has(field)) {
        throw new IllegalArgumentException("it has no " + field);
      }
    }
  }

  /** Replaces it; on disk when this returns. */
  void write(AccessState state) throws IOException {
    writePrivately(path, Json.write(AccessForm.write(state)));
  }

  /**
   * Replaces a file that only this account may read; on disk when this returns.
   *
   * @throws IOException when that cannot be; the old one is there then
   */
  public static void writePrivately(Path path, byte[] content) throws IOException {
    Path beside = path.resolveSibling(path.getFileName() + ".new");
    Files.deleteIfExists(beside);
    Files.createFile(beside);
    if (Files.getFileStore(beside).supportsFileAttributeView("posix")) {
      Files.setPosixFilePermissions(beside, OWNER_ONLY);
    }
    try (FileChannel file = FileChannel.open(beside, StandardOpenOption.WRITE)) {
      ByteBuffer buffer = ByteBuffer.wrap(content);
      while (buffer.hasRemaining()) {
        file.write(buffer);
      }
      file.force(true);
    }
    Files.move(beside, path, StandardCopyOption.ATOMIC_MOVE);
    try (FileChannel directory = FileChannel.open(path.toAbsolutePath().getParent())) {
      directory.force(true);
    }
  }
}
