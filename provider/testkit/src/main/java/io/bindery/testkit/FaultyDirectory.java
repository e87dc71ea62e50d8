package io.bindery.testkit;

import io.bindery.broker.journal.DiskFullException;
import io.bindery.broker.journal.JournalDirectory;
import io.bindery.broker.journal.JournalFile;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;

/**
 * A directory in memory that fails as disks do. What is not synced may be lost at a crash: of files
 * any sector of 512 bytes, in any order, also back to what it was between two writes; of the
 * directory any entry. A step is a write, truncate, sync, create, rename or delete; it can crash or
 * fail, and then is done in part. Thread-safe.
 */
public final class FaultyDirectory implements JournalDirectory {
  private final Random random;
  private final long seed;
  private final Set<Sabotage> sabotage;
  private final TreeMap<String, FaultyFile> cached = new TreeMap<>();
  private final TreeMap<String, FaultyFile> onDisk = new TreeMap<>();
  private final List<Entry> unsynced = new ArrayList<>();
  private long capacityBytes = Long.MAX_VALUE;
  private final Power power;
  private boolean locked;

  /** What a disk would do that is not to be trusted, to see that a test finds out. */
  public enum Sabotage {
    /** A sync of a file does nothing. */
    NO_FILE_SYNC,
    /** A sync of the directory does nothing. */
    NO_DIRECTORY_SYNC,
    /** A sync that fails does not say so. */
    SILENT_SYNC_FAILURE,
    /** Bytes that are there already are not written again. */
    NO_REWRITE
  }

  /** A change of the directory: a file loses a name, or gets one, or both. */
  private record Entry(FaultyFile file, String from, String to) {
    void apply(Map<String, FaultyFile> names) {
      if (from != null && !names.remove(from, file)) {
        return; // what came before it was lost
      }
      if (to != null) {
        names.put(to, file);
      }
    }
  }

  /** The process has no power any more. */
  public static final class CrashException extends IOException {
    private static final long serialVersionUID = 1L;

    CrashException(long step) {
      super("no power since step " + step);
    }
  }

  /** What all directories of one machine have together: its steps, and their end. */
  private static final class Power {
    private long steps;
    private long crashAt = Long.MAX_VALUE;
    private long failAt = Long.MAX_VALUE;
    private boolean crashed;
    private boolean failed;
    private Power next;

    synchronized Luck step() throws CrashException {
      check();
      steps++;
      if (steps == crashAt) {
        crashed = true;
        return Luck.CRASHES;
      }
      failed |= steps == failAt;
      return steps == failAt ? Luck.FAILS : Luck.DONE;
    }

    synchronized void check() throws CrashException {
      if (crashed) {
        throw new CrashException(steps);
      }
    }

    /** It ends now, if it has not; all directories find the same power again. */
    synchronized Power off() {
      crashed = true;
      if (next == null) {
        next = new Power();
      }
      return next;
    }
  }

  /** An empty directory whose faults follow from the seed. */
  public FaultyDirectory(long seed, Set<Sabotage> sabotage) {
    this(seed, sabotage, new Power());
  }

  private FaultyDirectory(long seed, Set<Sabotage> sabotage, Power power) {
    this.random = new Random(seed);
    this.seed = seed;
    this.sabotage = Set.copyOf(sabotage);
    this.power = power;
  }

  /**
   * Another empty directory of the same machine: steps of both are counted as one, and both crash
   * at once.
   */
  public FaultyDirectory beside() {
    return new FaultyDirectory(seed + 1, sabotage, power);
  }

  /** How many steps were taken. */
  public long steps() {
    synchronized (power) {
      return power.steps;
    }
  }

  /** That step, counted from 1 over the directory's life, is done in part, and is the last one. */
  public void crashAt(long step) {
    synchronized (power) {
      power.crashAt = step;
    }
  }

  /** That step is done in part and fails; those that follow do not. */
  public void failAt(long step) {
    synchronized (power) {
      power.failAt = step;
    }
  }

  /** The same, counted from the last step that was taken; others may be taking steps meanwhile. */
  public void failAfter(long further) {
    synchronized (power) {
      power.failAt = power.steps + further;
    }
  }

  /** Whether the step that was to fail has been reached. */
  public boolean hasFailed() {
    synchronized (power) {
      return power.failed;
    }
  }

  /** Whether the step that was to be the last has been reached. */
  public boolean hasCrashed() {
    synchronized (power) {
      return power.crashed;
    }
  }

  /** How many bytes the files may have together. */
  public synchronized void capacityBytes(long bytes) {
    capacityBytes = bytes;
  }

  /** The directory as it is found when the power is back; this one can do no more. */
  public synchronized FaultyDirectory afterCrash() {
    FaultyDirectory found = new FaultyDirectory(random.nextLong(), sabotage, power.off());
    TreeMap<String, FaultyFile> names = new TreeMap<>(onDisk);
    boolean inOrder = random.nextBoolean();
    boolean lost = false;
    for (Entry each : unsynced) {
      boolean lostToo = random.nextInt(3) == 0;
      lost = inOrder ? lost || lostToo : lostToo;
      if (!lost) {
        each.apply(names);
      }
    }
    names.forEach((name, file) -> found.onDisk.put(name, file.afterCrash(random)));
    found.cached.putAll(found.onDisk);
    return found;
  }

  /**
   * The directory as another process finds it when this one was killed; this one can do no more.
   */
  public synchronized FaultyDirectory afterKill() {
    FaultyDirectory found = new FaultyDirectory(random.nextLong(), sabotage, power.off());
    found.cached.putAll(cached);
    found.onDisk.putAll(onDisk);
    found.unsynced.addAll(unsynced);
    return found;
  }

  /** Another machine's directory, where all is on disk that is read here now; this one goes on. */
  public synchronized FaultyDirectory copy() {
    FaultyDirectory copy = new FaultyDirectory(seed, Set.of());
    cached.forEach((name, file) -> copy.put(name, content(file)));
    return copy;
  }

  private static byte[] content(FaultyFile file) {
    byte[] bytes = new byte[file.size()];
    file.read(ByteBuffer.wrap(bytes), 0);
    return bytes;
  }

  /** The bytes of a file. */
  public synchronized byte[] content(String name) throws IOException {
    return content(find(name));
  }

  /** Has a file of that name with these bytes, on disk. */
  public synchronized void put(String name, byte[] content) {
    FaultyFile file = new FaultyFile();
    file.write(ByteBuffer.wrap(content), 0, content.length);
    file.sync();
    cached.put(name, file);
    onDisk.put(name, file);
  }

  /** Takes a file away, from the disk too. */
  public synchronized void remove(String name) {
    cached.remove(name);
    onDisk.remove(name);
  }

  /** What a step meets. */
  private enum Luck {
    DONE,
    FAILS,
    CRASHES
  }

  private void end(Luck luck, String what) throws IOException {
    if (luck == Luck.CRASHES) {
      throw new CrashException(steps());
    }
    if (luck == Luck.FAILS) {
      throw new IOException("input/output error in step " + steps() + ": " + what);
    }
  }

  @Override
  public String location() {
    return "memory";
  }

  @Override
  public synchronized List<String> names() throws IOException {
    power.check();
    return List.copyOf(cached.keySet());
  }

  @Override
  public synchronized JournalFile open(String name) throws IOException {
    power.check();
    return new Handle(name, find(name));
  }

  private FaultyFile find(String name) throws FileNotFoundException {
    FaultyFile file = cached.get(name);
    if (file == null) {
      throw new FileNotFoundException(name);
    }
    return file;
  }

  @Override
  public synchronized JournalFile create(String name) throws IOException {
    if (cached.containsKey(name)) {
      throw new IOException(name + " is there already");
    }
    FaultyFile file = new FaultyFile();
    change(new Entry(file, null, name), "create " + name);
    return new Handle(name, file);
  }

  @Override
  public synchronized void rename(String from, String to) throws IOException {
    change(new Entry(find(from), from, to), "rename " + from);
  }

  @Override
  public synchronized void delete(String name) throws IOException {
    change(new Entry(find(name), name, null), "delete " + name);
  }

  private void change(Entry entry, String what) throws IOException {
    Luck luck = power.step();
    if (luck == Luck.DONE || random.nextBoolean()) {
      entry.apply(cached);
      unsynced.add(entry);
    }
    end(luck, what);
  }

  @Override
  public synchronized void sync() throws IOException {
    Luck luck = power.step();
    if (luck == Luck.DONE && !sabotage.contains(Sabotage.NO_DIRECTORY_SYNC)) {
      unsynced.forEach(each -> each.apply(onDisk));
      unsynced.clear();
    }
    end(luck, "sync of the directory");
  }

  @Override
  public synchronized long usableBytes() {
    return capacityBytes - usedBytes();
  }

  private long usedBytes() {
    return cached.values().stream().mapToLong(FaultyFile::size).sum();
  }

  @Override
  public synchronized Optional<String> lock(String since) {
    if (locked) {
      return Optional.of("a test since " + since);
    }
    locked = true;
    return Optional.empty();
  }

  @Override
  public synchronized void close() {
    locked = false;
  }

  private final class Handle implements JournalFile {
    private final String name;
    private final FaultyFile file;
    private boolean closed;

    Handle(String name, FaultyFile file) {
      this.name = name;
      this.file = file;
    }

    private void checkOpen() throws IOException {
      if (closed) {
        throw new IOException(name + " is closed");
      }
      power.check();
    }

    @Override
    public void write(ByteBuffer bytes, long position) throws IOException {
      synchronized (FaultyDirectory.this) {
        checkOpen();
        Luck luck = power.step();
        long room = capacityBytes - usedBytes() + Math.max(0, file.size() - position);
        int length = (int) Math.max(0, Math.min(bytes.remaining(), room));
        boolean isFull = length < bytes.remaining();
        if (luck != Luck.DONE && length > 0) {
          length = random.nextInt(length);
        }
        if (!sabotage.contains(Sabotage.NO_REWRITE) || !file.has(bytes, (int) position)) {
          file.write(bytes, (int) position, length);
        }
        end(luck, "write to " + name);
        if (isFull) {
          throw new DiskFullException("no space left for " + name, null);
        }
        bytes.position(bytes.limit());
      }
    }

    @Override
    public void read(ByteBuffer bytes, long position) throws IOException {
      synchronized (FaultyDirectory.this) {
        checkOpen();
        file.read(bytes, position);
      }
    }

    @Override
    public long size() throws IOException {
      synchronized (FaultyDirectory.this) {
        checkOpen();
        return file.size();
      }
    }

    @Override
    public void truncate(long size) throws IOException {
      synchronized (FaultyDirectory.this) {
        checkOpen();
        Luck luck = power.step();
        file.resize((int) size);
        end(luck, "truncate " + name);
      }
    }

    @Override
    public void sync() throws IOException {
      synchronized (FaultyDirectory.this) {
        checkOpen();
        Luck luck = power.step();
        if (luck == Luck.FAILS) {
          file.lose(random);
          if (sabotage.contains(Sabotage.SILENT_SYNC_FAILURE)) {
            return;
          }
        } else if (luck == Luck.DONE && !sabotage.contains(Sabotage.NO_FILE_SYNC)) {
          file.sync();
        }
        end(luck, "sync of " + name);
      }
    }

    @Override
    public void seal() {
      // It has nothing to give back.
    }

    @Override
    public void close() {
      synchronized (FaultyDirectory.this) {
        closed = true;
      }
    }
  }
}
