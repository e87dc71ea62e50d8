package io.bindery.broker.store;

import io.bindery.engine.ExchangeSpec;
import io.bindery.engine.XidKey;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A {@link KeptState} as bytes: identity, position to replay from, last number of a queue; then for
 * each virtual host its exchanges and bindings, the queues, the prepared branches, and those that
 * an operator has decided. Lists begin with their count; declarations are those of {@link
 * DeclarationCodec} behind their length.
 */
final class CheckpointCodec {
  private CheckpointCodec() {}

  static void write(KeptState state, DataOutputStream to) throws IOException {
    to.writeUTF(state.identity());
    to.writeLong(state.replayFrom());
    to.writeInt(state.lastQueueId());
    List<String> hosts = state.hosts();
    to.writeInt(hosts.size());
    for (String host : hosts) {
      to.writeUTF(host);
      List<ExchangeSpec> exchanges = state.exchanges(host);
      to.writeInt(exchanges.size());
      for (ExchangeSpec exchange : exchanges) {
        write(DeclarationCodec.encode(0, exchange), to);
      }
      List<StoredBinding> bindings = state.bindings(host);
      to.writeInt(bindings.size());
      for (StoredBinding binding : bindings) {
        write(DeclarationCodec.encode(0, binding), to);
      }
    }
    to.writeInt(state.queues().size());
    for (KeptQueue queue : state.queues()) {
      write(queue, to);
    }
    to.writeInt(state.branches().size());
    for (KeptBranch branch : state.branches()) {
      write(branch, to);
    }
    to.writeInt(state.heuristics().size());
    for (Map.Entry<XidKey, Boolean> each : state.heuristics().entrySet()) {
      write(each.getKey(), to);
      to.writeBoolean(each.getValue());
    }
  }

  private static void write(XidKey xid, DataOutputStream to) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(XidCodec.bytes(xid));
    XidCodec.write(xid, bytes);
    write(bytes.flip(), to);
  }

  private static void write(ByteBuffer bytes, DataOutputStream to) throws IOException {
    to.writeInt(bytes.remaining());
    to.write(bytes.array(), bytes.arrayOffset() + bytes.position(), bytes.remaining());
  }

  private static void write(KeptQueue queue, DataOutputStream to) throws IOException {
    to.writeInt(queue.id());
    to.writeUTF(queue.host());
    write(DeclarationCodec.encode(0, queue.spec()), to);
    to.writeBoolean(queue.subscription() != null);
    if (queue.subscription() != null) {
      write(DeclarationCodec.encode(0, queue.subscription()), to);
    }
    to.writeLong(queue.lastSequence());
    write(queue.pages(), to);
    write(queue.delayed(), to);
    write(queue.reserved().toArray(), to);
    write(queue.marks(), to);
    to.writeBoolean(queue.parked());
  }

  private static void write(long[] numbers, DataOutputStream to) throws IOException {
    to.writeInt(numbers.length);
    for (long number : numbers) {
      to.writeLong(number);
    }
  }

  private static void write(List<PageRef> pages, DataOutputStream to) throws IOException {
    to.writeInt(pages.size());
    for (PageRef page : pages) {
      to.writeLong(page.position());
      to.writeInt(page.bytes());
      to.writeInt(page.lane());
      to.writeInt(page.slots());
      to.writeInt(page.live());
      to.writeInt(page.kept());
      to.writeLong(page.leastExpiryMs());
      to.writeLong(page.firstSequence());
      to.writeLong(page.lastSequence());
      write(page.messages(), to);
    }
  }

  private static void write(KeptBranch branch, DataOutputStream to) throws IOException {
    write(new XidKey(branch.xid()), to);
    to.writeInt(branch.enqueued().size());
    for (KeptEntry entry : branch.enqueued()) {
      to.writeInt(entry.queueId());
      to.writeInt(entry.lane());
      to.writeLong(entry.sequence());
      to.writeLong(entry.position());
      to.writeInt(entry.sizeBytes());
      to.writeLong(entry.expiresAtMs());
      to.writeLong(entry.enqueuedAtMs());
      to.writeBoolean(entry.delayed());
    }
    to.writeInt(branch.accepted().size());
    for (KeptBranch.Accepted accepted : branch.accepted()) {
      to.writeInt(accepted.queueId());
      to.writeLong(accepted.sequence());
    }
    to.writeLong(branch.preparedAtMs());
  }

  /**
   * Reads one.
   *
   * @param version of the format, see {@link Checkpoints}
   */
  static KeptState read(DataInputStream from, int version) throws IOException {
    KeptState state = new KeptState();
    state.identity(from.readUTF());
    state.replayFrom(from.readLong());
    state.lastQueueId(from.readInt());
    for (int hosts = from.readInt(); hosts > 0; hosts--) {
      String host = from.readUTF();
      for (int count = from.readInt(); count > 0; count--) {
        state.add(host, DeclarationCodec.decodeExchange(bytes(from)));
      }
      for (int count = from.readInt(); count > 0; count--) {
        state.add(host, DeclarationCodec.decodeBinding(bytes(from)));
      }
    }
    for (int count = from.readInt(); count > 0; count--) {
      state.add(queue(from, version));
    }
    for (int count = from.readInt(); count > 0; count--) {
      state.add(branch(from, version));
    }
    for (int count = version < 2 ? 0 : from.readInt(); count > 0; count--) {
      state.decided(XidCodec.read(bytes(from)), from.readBoolean());
    }
    return state;
  }

  private static ByteBuffer bytes(DataInputStream from) throws IOException {
    return ByteBuffer.wrap(from.readNBytes(from.readInt()));
  }

  private static KeptQueue queue(DataInputStream from, int version) throws IOException {
    int id = from.readInt();
    String host = from.readUTF();
    KeptQueue queue = new KeptQueue(id, host, DeclarationCodec.decodeQueue(bytes(from)));
    if (from.readBoolean()) {
      queue.subscription(DeclarationCodec.decodeSubscription(bytes(from)));
    }
    queue.seen(from.readLong());
    pages(from, queue.pages());
    pages(from, queue.delayed());
    long[] reserved = numbers(from);
    for (int i = 0; i < reserved.length; i += 2) {
      queue.reserved().add(reserved[i], reserved[i + 1]);
    }
    long[] marks = numbers(from);
    for (int lane = 0; lane < marks.length; lane++) {
      queue.mark(lane, marks[lane]);
    }
    queue.parked(version >= 2 && from.readBoolean());
    return queue;
  }

  private static long[] numbers(DataInputStream from) throws IOException {
    long[] numbers = new long[from.readInt()];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = from.readLong();
    }
    return numbers;
  }

  private static void pages(DataInputStream from, List<PageRef> into) throws IOException {
    for (int count = from.readInt(); count > 0; count--) {
      into.add(
          new PageRef(
              from.readLong(),
              from.readInt(),
              from.readInt(),
              from.readInt(),
              from.readInt(),
              from.readInt(),
              from.readLong(),
              from.readLong(),
              from.readLong(),
              numbers(from)));
    }
  }

  private static KeptBranch branch(DataInputStream from, int version) throws IOException {
    XidKey xid = XidCodec.read(bytes(from));
    List<KeptEntry> enqueued = new ArrayList<>();
    for (int count = from.readInt(); count > 0; count--) {
      enqueued.add(
          new KeptEntry(
              from.readInt(),
              from.readInt(),
              from.readLong(),
              from.readLong(),
              from.readInt(),
              from.readLong(),
              from.readLong(),
              from.readBoolean()));
    }
    List<KeptBranch.Accepted> accepted = new ArrayList<>();
    for (int count = from.readInt(); count > 0; count--) {
      accepted.add(new KeptBranch.Accepted(from.readInt(), from.readLong()));
    }
    long preparedAtMs = version < 2 ? 0 : from.readLong();
    return new KeptBranch(xid, enqueued, accepted, preparedAtMs);
  }
}
