package io.bindery.broker.journal;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/**
 * A directory of the file system.
 *
 * <p>The lock is the operating system's, on a byte of the file {@code lock}, which also holds who
 * has it. Closing any handle of that file would give the process's lock back, so within the process
 * a system property keeps others away from the file: they may be of another class loader.
 */
public final class DiskDirectory implements JournalDirectory {
  private static final String LOCK_FILE = "lock";
  private static final String LOCK_PROPERTY = "io.bindery.locked.";

  /** Beyond the text, which others must be able to read where locks are mandatory. */
  private static final long LOCKED_BYTE = 1L << 40;

  private static final int OWNER_MAX_BYTES = 1_000;

  private static final FileAttribute<?>[] OWNER_ONLY = {
    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"))
  };
  private static final FileAttribute<?>[] DEFAULT = {};

  private final Path path;
  private final AtomicInteger idleHandles = new AtomicInteger();
  private FileChannel lockChannel;
  private boolean owned;

  /** A directory, made if it is not there: then only its owner may look into it. */
  public DiskDirectory(String directory) throws IOException {
    this(made(Path.of(directory).toAbsolutePath()));
  }

  private DiskDirectory(Path path) {
    this.path = path;
  }

  /** A directory that is there, to be read. Makes nothing, also no directory. */
  public static Optional<DiskDirectory> existing(String directory) throws IOException {
    Path wanted = Path.of(directory);
    return Files.isDirectory(wanted)
        ? Optional.of(new DiskDirectory(wanted.toRealPath()))
        : Optional.empty();
  }

  private static Path made(Path wanted) throws IOException {
    make(wanted);
    return wanted.toRealPath();
  }

  /**
   * Makes it and its parents, each on disk, and what is in it nobody's business but its owner's.
   */
  private static void make(Path wanted) throws IOException {
    if (Files.exists(wanted) && !Files.isDirectory(wanted)) {
      throw new NotDirectoryException(wanted.toString());
    }
    if (!Files.isDirectory(wanted)) {
      make(wanted.getParent());
      boolean posix = wanted.getFileSystem().supportedFileAttributeViews().contains("posix");
      Files.createDirectory(wanted, posix ? OWNER_ONLY : DEFAULT);
      sync(wanted.getParent());
    }
  }

  @Override
  public String location() {
    return path.toString();
  }

  @Override
  public List<String> names() throws IOException {
    try (Stream<Path> files = Files.list(path)) {
      return files.map(each -> each.getFileName().toString()).sorted().toList();
    }
  }

  @Override
  public JournalFile open(String name) throws IOException {
    return new DiskFile(path.resolve(name), idleHandles);
  }

  @Override
  public JournalFile create(String name) throws IOException {
    try {
      Files.createFile(path.resolve(name));
    } catch (IOException e) {
      throw DiskFile.explained(path, e);
    }
    return open(name);
  }

  @Override
  public void rename(String from, String to) throws IOException {
    Files.move(path.resolve(from), path.resolve(to), StandardCopyOption.ATOMIC_MOVE);
  }

  @Override
  public void delete(String name) throws IOException {
    Files.delete(path.resolve(name));
  }

  @Override
  public void sync() throws IOException {
    sync(path);
  }

  private static void sync(Path path) throws IOException {
    if (path.getFileSystem().getSeparator().equals("\\")) {
      return; // Windows opens no directories, and its file system logs their entries
    }
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  @Override
  public long usableBytes() throws IOException {
    // Looking for the file store reads the whole table of mounts, a tenth of a busy writer's time.
    long bytes = path.toFile().getUsableSpace();
    return bytes > 0
        ? bytes
        : Files.getFileStore(path).getUsableSpace(); // which says what is wrong
  }

  @Override
  public Optional<String> lock(String since) throws IOException {
    String me = "process " + ProcessHandle.current().pid() + " on " + host() + " since " + since;
    Object here = System.getProperties().putIfAbsent(LOCK_PROPERTY + path, me);
    if (here != null) {
      return Optional.of(here.toString());
    }
    owned = true;
    try {
      Optional<String> other = lockFile(me);
      if (other.isPresent()) {
        unlock();
      }
      return other;
    } catch (IOException e) {
      unlock();
      throw e;
    }
  }

  private static String host() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "a host without a name";
    }
  }

  private Optional<String> lockFile(String me) throws IOException {
    lockChannel =
        FileChannel.open(
            path.resolve(LOCK_FILE),
            StandardOpenOption.CREATE,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE);
    FileLock lock = lockChannel.tryLock(LOCKED_BYTE, 1, false);
    if (lock == null) {
      return Optional.of(owner(lockChannel));
    }
    lockChannel.truncate(0);
    lockChannel.write(StandardCharsets.UTF_8.encode(me), 0);
    return Optional.empty();
  }

  private static String owner(FileChannel lock) throws IOException {
    ByteBuffer text = ByteBuffer.allocate(OWNER_MAX_BYTES);
    lock.read(text, 0);
    return StandardCharsets.UTF_8.decode(text.flip()).toString();
  }

  /**
   * Who has the directory now; nothing if nobody has. Changes nothing, and keeps nobody from taking
   * it afterwards.
   */
  public Optional<String> holder() throws IOException {
    String me = "process " + ProcessHandle.current().pid() + ", which looks who has it";
    Object here = System.getProperties().putIfAbsent(LOCK_PROPERTY + path, me);
    if (here != null) {
      return Optional.of(here.toString());
    }
    try {
      return Files.exists(path.resolve(LOCK_FILE)) ? holderOfFile() : Optional.empty();
    } finally {
      System.getProperties().remove(LOCK_PROPERTY + path);
    }
  }

  private Optional<String> holderOfFile() throws IOException {
    try (FileChannel channel = FileChannel.open(path.resolve(LOCK_FILE), StandardOpenOption.READ);
        FileLock lock = channel.tryLock(LOCKED_BYTE, 1, true)) {
      return lock == null ? Optional.of(owner(channel)) : Optional.empty();
    }
  }

  private void unlock() throws IOException {
    if (!owned) {
      return;
    }
    owned = false;
    try {
      if (lockChannel != null) {
        lockChannel.close();
      }
    } finally {
      System.getProperties().remove(LOCK_PROPERTY + path);
    }
  }

  @Override
  public void close() throws IOException {
    unlock();
  }
}
