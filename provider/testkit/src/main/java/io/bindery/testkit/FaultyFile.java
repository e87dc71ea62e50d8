package io.bindery.testkit;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/**
 * A file with a page cache: what its readers see, what the disk has, and between the two, for each
 * sector of 512 bytes, what it was in the meantime. Guarded by its {@link FaultyDirectory}.
 */
final class FaultyFile {
  static final int SECTOR_BYTES = 512;

  private byte[] cached = new byte[0];
  private byte[] onDisk = new byte[0];
  private final TreeMap<Integer, List<byte[]>> unsynced = new TreeMap<>();
  private final List<Integer> unsyncedSizes = new ArrayList<>();

  int size() {
    return cached.length;
  }

  void read(ByteBuffer bytes, long position) {
    int at = (int) Math.min(position, cached.length);
    bytes.put(cached, at, Math.min(bytes.remaining(), cached.length - at));
  }

  /** Writes so many of the bytes. */
  void write(ByteBuffer bytes, int position, int length) {
    if (length == 0) {
      return;
    }
    if (position + length > cached.length) {
      resize(position + length);
    }
    bytes.get(cached, position, length);
    for (int i = position / SECTOR_BYTES; i <= (position + length - 1) / SECTOR_BYTES; i++) {
      unsynced.computeIfAbsent(i, any -> new ArrayList<>()).add(sector(cached, i));
    }
  }

  /** Whether the file has these bytes there already. */
  boolean has(ByteBuffer bytes, int position) {
    int end = position + bytes.remaining();
    return end <= cached.length
        && ByteBuffer.wrap(cached, position, bytes.remaining()).equals(bytes);
  }

  void resize(int size) {
    cached = Arrays.copyOf(cached, size);
    unsyncedSizes.add(size);
  }

  private static byte[] sector(byte[] all, int number) {
    int start = number * SECTOR_BYTES;
    return Arrays.copyOf(
        Arrays.copyOfRange(all, start, Math.min(all.length, start + SECTOR_BYTES)), SECTOR_BYTES);
  }

  /** Brings to the disk what it should have; not what was lost when an earlier sync failed. */
  void sync() {
    if (!unsyncedSizes.isEmpty()) {
      onDisk = Arrays.copyOf(onDisk, cached.length);
    }
    for (int number : unsynced.keySet()) {
      int start = number * SECTOR_BYTES;
      int length = Math.min(SECTOR_BYTES, Math.min(onDisk.length, cached.length) - start);
      if (length > 0) {
        System.arraycopy(cached, start, onDisk, start, length);
      }
    }
    unsynced.clear();
    unsyncedSizes.clear();
  }

  /**
   * Brings some of it to the disk, and forgets that the rest should go there; only the size is
   * known for long, because it is no data.
   */
  void lose(Random random) {
    onDisk = survivors(random);
    unsynced.clear();
    unsyncedSizes.clear();
    if (onDisk.length != cached.length) {
      unsyncedSizes.add(cached.length);
    }
  }

  /** What a reader finds after a loss of power. */
  FaultyFile afterCrash(Random random) {
    FaultyFile file = new FaultyFile();
    file.onDisk = survivors(random);
    file.cached = file.onDisk.clone();
    return file;
  }

  /** What the disk may have: of each sector what it had, or anything that it was since then. */
  private byte[] survivors(Random random) {
    int size = onDisk.length;
    int luck = random.nextInt(4); // all lost, all there, or any mixture
    if (!unsyncedSizes.isEmpty() && survives(random, luck)) {
      size =
          unsyncedSizes.get(
              luck == 1 ? unsyncedSizes.size() - 1 : random.nextInt(unsyncedSizes.size()));
    }
    byte[] all = Arrays.copyOf(onDisk, Math.max(size, cached.length) + SECTOR_BYTES);
    for (Map.Entry<Integer, List<byte[]>> each : unsynced.entrySet()) {
      if (survives(random, luck)) {
        List<byte[]> versions = each.getValue();
        byte[] one =
            versions.get(luck == 1 ? versions.size() - 1 : random.nextInt(versions.size()));
        System.arraycopy(one, 0, all, each.getKey() * SECTOR_BYTES, SECTOR_BYTES);
      }
    }
    return Arrays.copyOf(all, size);
  }

  private static boolean survives(Random random, int luck) {
    return luck == 1 || luck > 1 && random.nextBoolean();
  }
}
