package io.bindery.broker.store;

import io.bindery.broker.store.Ledger.Unit;
import io.bindery.broker.store.Store.StoredMessage;
import io.bindery.engine.XidKey;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * The payloads of records that say what happened to entries. All numbers are big-endian.
 *
 * <pre>
 * target   queue 4, lane 1, flags 1 (1: near, 2: delayed), 2 free, sequence 8, expiry 8
 * entry    target 24, position of the message 8, size in memory 4
 * left     queue 4, sequence 8
 * unit     time ms 8, count of entries 4, count of left 4, entries, left
 * xid      format 4, length of the global part 1, of the branch part 1, both parts
 *
 * ENQUEUE  time ms 8, count of targets 4, targets, message
 * MESSAGE  message
 * COMMIT   unit
 * PREPARE  xid, unit
 * DECIDE   decision 1 (0: rolled back, 1: committed, 2, 3: the same by an operator, 4: forgotten), xid,
 *          time ms 8 (missing in the oldest stores)
 * LEFT     queue 4, pairs of first and last sequence 16
 * FAILED   queue 4, sequence 8, deliveries 4, failures 4
 * MARK     queue 4, lane 4, below 8
 * QUEUE, SUBSCRIPTION        queue 4, declaration
 * QUEUE_GONE                 queue 4
 * EXCHANGE, BINDING[_GONE]   length of the host's name 2, the name in UTF-8, declaration
 * EXCHANGE_GONE              the same, the rest is the exchange's name
 * PAGE     as the queue wrote it
 * TOGETHER for each declaration: type 4, length 4, its record
 * STARTED  nothing
 * </pre>
 */
final class WorkCodec {
  private static final int TARGET_BYTES = 24;
  private static final int ENTRY_BYTES = TARGET_BYTES + Long.BYTES + Integer.BYTES;
  private static final int LEFT_BYTES = Integer.BYTES + Long.BYTES;
  private static final int UNIT_BYTES = Long.BYTES + 2 * Integer.BYTES;
  private static final int NEAR = 1;
  private static final int DELAYED = 2;

  private WorkCodec() {}

  /** What a transaction did, read back: entries with the marks that they carry. */
  record Work(
      List<KeptEntry> entered, List<KeptEntry> near, List<KeptBranch.Accepted> left, long atMs) {}

  static ByteBuffer enqueue(StoredMessage message, List<? extends Kept> entries, long nowMs) {
    int head = Long.BYTES + Integer.BYTES + TARGET_BYTES * entries.size();
    ByteBuffer record = MessageCodec.encode(head, message);
    record.position(record.position() - head);
    int start = record.position();
    record.putLong(nowMs).putInt(entries.size());
    entries.forEach(entry -> target(record, entry));
    return record.position(start);
  }

  private static void target(ByteBuffer into, Kept entry) {
    int flags = (entry.near() ? NEAR : 0) | (entry.delayed() ? DELAYED : 0);
    into.putInt(entry.queueId()).put((byte) entry.lane()).put((byte) flags).putShort((short) 0);
    into.putLong(entry.sequence()).putLong(entry.expiresAtMs());
  }

  /** Moves behind the targets of an ENQUEUE, to its message. */
  static ByteBuffer message(int type, ByteBuffer record) {
    if (type == RecordTypes.ENQUEUE) {
      int targets = record.getInt(record.position() + Long.BYTES);
      record.position(record.position() + Long.BYTES + Integer.BYTES + TARGET_BYTES * targets);
    }
    return record;
  }

  static Work enqueue(ByteBuffer record, long position) {
    long nowMs = record.getLong();
    int count = record.getInt();
    ByteBuffer targets = record.slice();
    record.position(record.position() + count * TARGET_BYTES);
    int sizeBytes = MessageCodec.summary(record).sizeBytes();
    Work work = new Work(new ArrayList<>(count), new ArrayList<>(count), List.of(), nowMs);
    for (int i = 0; i < count; i++) {
      enter(work, target(targets, nowMs), position, sizeBytes);
    }
    return work;
  }

  /** What a record says of an entry, but for its message. */
  private record Target(ByteBuffer bytes, long nowMs) {
    boolean has(int flag) {
      return (bytes.get(5) & flag) != 0;
    }

    KeptEntry of(long position, int sizeBytes) {
      return new KeptEntry(
          bytes.getInt(0),
          Byte.toUnsignedInt(bytes.get(4)),
          bytes.getLong(8),
          position,
          sizeBytes,
          bytes.getLong(16),
          nowMs,
          has(DELAYED));
    }
  }

  private static Target target(ByteBuffer from, long nowMs) {
    ByteBuffer bytes = from.slice(from.position(), TARGET_BYTES);
    from.position(from.position() + TARGET_BYTES);
    return new Target(bytes, nowMs);
  }

  private static void enter(Work work, Target target, long position, int sizeBytes) {
    KeptEntry entry = target.of(position, sizeBytes);
    work.entered.add(entry);
    if (target.has(NEAR)) {
      work.near.add(entry);
    }
  }

  static ByteBuffer unit(Unit unit) {
    ByteBuffer record = ByteBuffer.allocate(bytes(unit));
    unit(record, unit);
    return record.flip();
  }

  private static int bytes(Unit unit) {
    return UNIT_BYTES + ENTRY_BYTES * unit.enqueued().size() + LEFT_BYTES * unit.accepted().size();
  }

  private static void unit(ByteBuffer into, Unit unit) {
    into.putLong(unit.nowMs()).putInt(unit.enqueued().size()).putInt(unit.accepted().size());
    for (Kept entry : unit.enqueued()) {
      target(into, entry);
      into.putLong(entry.position()).putInt(entry.sizeBytes());
    }
    for (Kept entry : unit.accepted()) {
      into.putInt(entry.queueId()).putLong(entry.sequence());
    }
  }

  static Work unit(ByteBuffer record) {
    long nowMs = record.getLong();
    int entered = record.getInt();
    int left = record.getInt();
    Work work = new Work(new ArrayList<>(), new ArrayList<>(), new ArrayList<>(), nowMs);
    for (int i = 0; i < entered; i++) {
      Target target = target(record, nowMs);
      long position = record.getLong();
      enter(work, target, position, record.getInt());
    }
    for (int i = 0; i < left; i++) {
      work.left.add(new KeptBranch.Accepted(record.getInt(), record.getLong()));
    }
    return work;
  }

  static ByteBuffer prepare(XidKey xid, Unit unit) {
    ByteBuffer record = ByteBuffer.allocate(XidCodec.bytes(xid) + bytes(unit));
    XidCodec.write(xid, record);
    unit(record, unit);
    return record.flip();
  }

  static ByteBuffer decide(XidKey xid, Ledger.Decision decision, long nowMs) {
    ByteBuffer record = ByteBuffer.allocate(1 + XidCodec.bytes(xid) + Long.BYTES);
    record.put((byte) decision.ordinal());
    XidCodec.write(xid, record);
    return record.putLong(nowMs).flip();
  }

  /** The record of a declaration, and its type. */
  record Declaration(int type, ByteBuffer record) {}

  static ByteBuffer together(List<Declaration> declarations) {
    int bytes =
        declarations.stream().mapToInt(each -> 2 * Integer.BYTES + each.record.remaining()).sum();
    ByteBuffer record = ByteBuffer.allocate(bytes);
    for (Declaration each : declarations) {
      record.putInt(each.type).putInt(each.record.remaining()).put(each.record.duplicate());
    }
    return record.flip();
  }

  static ByteBuffer left(int queue, long[] ranges) {
    ByteBuffer record = ByteBuffer.allocate(Integer.BYTES + Long.BYTES * ranges.length);
    record.putInt(queue);
    for (long each : ranges) {
      record.putLong(each);
    }
    return record.flip();
  }

  static ByteBuffer failed(Kept entry, int deliveries, int failures) {
    ByteBuffer record = ByteBuffer.allocate(LEFT_BYTES + 2 * Integer.BYTES);
    record.putInt(entry.queueId()).putLong(entry.sequence()).putInt(deliveries).putInt(failures);
    return record.flip();
  }

  static ByteBuffer mark(int queue, int lane, long below) {
    ByteBuffer record = ByteBuffer.allocate(2 * Integer.BYTES + Long.BYTES);
    return record.putInt(queue).putInt(lane).putLong(below).flip();
  }

  /** How many bytes {@link #host} takes. */
  static int hostBytes(String host) {
    return Short.BYTES + host.getBytes(StandardCharsets.UTF_8).length;
  }

  /** Writes the host's name into the headroom of a declaration. */
  static ByteBuffer host(String host, ByteBuffer declaration) {
    byte[] name = host.getBytes(StandardCharsets.UTF_8);
    int start = declaration.position() - Short.BYTES - name.length;
    declaration.position(start).putShort((short) name.length).put(name);
    return declaration.position(start);
  }

  static String host(ByteBuffer record) {
    byte[] name = new byte[Short.toUnsignedInt(record.getShort())];
    record.get(name);
    return new String(name, StandardCharsets.UTF_8);
  }

  /** Writes a queue's number into the headroom of a declaration. */
  static ByteBuffer queue(int queue, ByteBuffer declaration) {
    int start = declaration.position() - Integer.BYTES;
    return declaration.putInt(start, queue).position(start);
  }
}
