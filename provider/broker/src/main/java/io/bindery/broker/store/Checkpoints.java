package io.bindery.broker.store;

import io.bindery.broker.journal.JournalDirectory;
import io.bindery.broker.journal.JournalException;
import io.bindery.broker.journal.JournalException.Reason;
import io.bindery.broker.journal.JournalFile;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * The files that hold a {@link KeptState}. A checkpoint counts once it has its name: it is written
 * and synced under another one before. For one thread at a time.
 *
 * <pre>
 * offset bytes
 *      0     8  "BNDCKPT" and a zero
 *      8     4  format version, 2
 *     12     4  CRC32C of the state
 *     16     8  length of the state in bytes
 *     24     …  the state, see {@link CheckpointCodec}
 * </pre>
 *
 * <p>Version 1 is read, too: it did not say what is parked, when a branch was prepared, and what an
 * operator has decided.
 */
final class Checkpoints {
  private static final long MAGIC = 0x424e_4443_4b50_5400L;
  static final int VERSION = 2;
  private static final int OLDEST_VERSION = 1;
  private static final int HEADER_BYTES = 24;
  private static final int MAX_BYTES = 1 << 30;
  private static final String PREFIX = "checkpoint-";
  private static final String UNFINISHED = "unfinished";

  private final JournalDirectory directory;
  private long number;

  Checkpoints(JournalDirectory directory) {
    this.directory = directory;
  }

  /** The latest one, or an empty state when there is none. */
  KeptState load() throws JournalException {
    try {
      List<String> names = names();
      if (names.isEmpty()) {
        return new KeptState();
      }
      String latest = names.get(names.size() - 1);
      number = Long.parseLong(latest.substring(PREFIX.length()), 16);
      return read(latest);
    } catch (IOException e) {
      throw new JournalException(Reason.FAILED, "reading checkpoints in " + where(), e);
    }
  }

  private String where() {
    return directory.location();
  }

  /** The name of the latest one's file, or null when there is none. */
  String latest() throws JournalException {
    try {
      List<String> names = names();
      return names.isEmpty() ? null : names.get(names.size() - 1);
    } catch (IOException e) {
      throw new JournalException(Reason.FAILED, "reading checkpoints in " + where(), e);
    }
  }

  private List<String> names() throws IOException {
    return directory.names().stream().filter(name -> name.startsWith(PREFIX)).sorted().toList();
  }

  private KeptState read(String name) throws IOException, JournalException {
    try (JournalFile file = directory.open(name)) {
      ByteBuffer header = ByteBuffer.allocate(HEADER_BYTES);
      file.read(header, 0);
      header.flip();
      if (header.remaining() < HEADER_BYTES || header.getLong() != MAGIC) {
        throw damaged(name, "it is no checkpoint");
      }
      int version = header.getInt();
      if (version < OLDEST_VERSION || version > VERSION) {
        throw JournalException.version(
            where() + "/" + name,
            "a checkpoint of format version " + version,
            "versions " + OLDEST_VERSION + " to " + VERSION);
      }
      int checksum = header.getInt();
      long length = header.getLong();
      if (length < 0 || length > MAX_BYTES || HEADER_BYTES + length > file.size()) {
        throw damaged(name, "its length " + length + " is not that of the file");
      }
      byte[] state = new byte[(int) length];
      file.read(ByteBuffer.wrap(state), HEADER_BYTES);
      CRC32C crc = new CRC32C();
      crc.update(state);
      if ((int) crc.getValue() != checksum) {
        throw damaged(name, "its checksum is wrong");
      }
      return CheckpointCodec.read(new DataInputStream(new ByteArrayInputStream(state)), version);
    }
  }

  private JournalException damaged(String name, String why) {
    return new JournalException(
        Reason.DAMAGED, where() + "/" + name + ": " + why + "; restore the directory from a copy");
  }

  /** Writes one, and deletes those before it. */
  void save(KeptState state) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    CheckpointCodec.write(state, new DataOutputStream(bytes));
    byte[] content = bytes.toByteArray();
    CRC32C crc = new CRC32C();
    crc.update(content);
    ByteBuffer header = ByteBuffer.allocate(HEADER_BYTES);
    header.putLong(MAGIC).putInt(VERSION).putInt((int) crc.getValue()).putLong(content.length);
    if (directory.names().contains(UNFINISHED)) {
      directory.delete(UNFINISHED);
    }
    try (JournalFile file = directory.create(UNFINISHED)) {
      file.write(header.flip(), 0);
      file.write(ByteBuffer.wrap(content), HEADER_BYTES);
      file.sync();
    }
    List<String> before = names();
    number++;
    directory.rename(UNFINISHED, PREFIX + String.format("%016x", number));
    directory.sync();
    for (String old : before) {
      directory.delete(old);
    }
  }
}
