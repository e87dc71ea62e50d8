package io.bindery.broker.store;

import io.bindery.broker.journal.JournalException;
import io.bindery.broker.journal.JournalException.Reason;
import io.bindery.broker.journal.RecordVisitor;
import io.bindery.engine.XidKey;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.function.LongFunction;

/**
 * Changes what a checkpoint held by what the journal says behind it. What the checkpoint saw
 * already changes nothing when it comes again. One thread.
 */
final class Replay implements RecordVisitor {
  private static final int LAST_TYPE = RecordTypes.STARTED;

  private final KeptState state;
  private final LongFunction<String> place;
  private long records;

  /**
   * A replay.
   *
   * @param state changed by what it sees
   * @param place tells file and offset of a position, for messages
   */
  Replay(KeptState state, LongFunction<String> place) {
    this.state = state;
    this.place = place;
  }

  /** How many records it saw. */
  long records() {
    return records;
  }

  @Override
  public void record(long position, int type, ByteBuffer payload) throws JournalException {
    records++;
    try {
      apply(position, type, payload);
    } catch (UnknownFormatException e) {
      throw e.in(place.apply(position));
    } catch (MalformedRecordException | BufferUnderflowException e) {
      throw new JournalException(
          Reason.DAMAGED,
          place.apply(position)
              + ": the record of type "
              + type
              + " cannot be understood: "
              + e.getMessage(),
          e);
    }
  }

  void apply(long position, int type, ByteBuffer payload) {
    switch (type) {
      case RecordTypes.ENQUEUE -> enter(WorkCodec.enqueue(payload, position));
      case RecordTypes.COMMIT -> enter(WorkCodec.unit(payload));
      case RecordTypes.PREPARE -> {
        XidKey xid = XidCodec.read(payload);
        WorkCodec.Work work = WorkCodec.unit(payload);
        state.add(new KeptBranch(xid, work.entered(), work.left(), work.atMs()));
        work.near().forEach(this::mark);
      }
      case RecordTypes.DECIDE -> {
        Ledger.Decision decision = Ledger.Decision.of(payload.get());
        XidKey xid = XidCodec.read(payload);
        state.decide(xid, decision, payload.hasRemaining() ? payload.getLong() : 0);
      }
      case RecordTypes.LEFT -> left(payload);
      case RecordTypes.FAILED -> failed(payload);
      case RecordTypes.MARK -> mark(payload);
      case RecordTypes.TOGETHER -> together(payload);
      case RecordTypes.STARTED -> state.started();
      case RecordTypes.MESSAGE, RecordTypes.PAGE -> {
        // Others refer to it.
      }
      default -> declaration(type, payload);
    }
  }

  private void enter(WorkCodec.Work work) {
    state.commit(work.entered(), work.left());
    work.near().forEach(this::mark);
  }

  private void mark(KeptEntry entry) {
    KeptQueue queue = state.queue(entry.queueId());
    if (queue != null) {
      queue.mark(entry.lane(), entry.sequence() + 1);
    }
  }

  private void left(ByteBuffer payload) {
    KeptQueue queue = state.queue(payload.getInt());
    while (queue != null && payload.hasRemaining()) {
      queue.left(payload.getLong(), payload.getLong());
    }
  }

  private void failed(ByteBuffer payload) {
    KeptQueue queue = state.queue(payload.getInt());
    if (queue != null) {
      long sequence = payload.getLong();
      queue.counts().put(sequence, new KeptQueue.Counts(payload.getInt(), payload.getInt()));
    }
  }

  private void mark(ByteBuffer payload) {
    KeptQueue queue = state.queue(payload.getInt());
    if (queue != null) {
      queue.mark(payload.getInt(), payload.getLong());
    }
  }

  /** Declarations that count as a whole. */
  private void together(ByteBuffer payload) {
    while (payload.hasRemaining()) {
      int type = payload.getInt();
      int bytes = payload.getInt();
      declaration(type, payload.slice(payload.position(), bytes));
      payload.position(payload.position() + bytes);
    }
  }

  private void declaration(int type, ByteBuffer payload) {
    switch (type) {
      case RecordTypes.QUEUE -> {
        int id = payload.getInt();
        String host = WorkCodec.host(payload);
        state.declare(new KeptQueue(id, host, DeclarationCodec.decodeQueue(payload)));
      }
      case RecordTypes.QUEUE_GONE -> state.removeQueue(payload.getInt());
      case RecordTypes.EXCHANGE -> {
        String host = WorkCodec.host(payload);
        state.add(host, DeclarationCodec.decodeExchange(payload));
      }
      case RecordTypes.EXCHANGE_GONE -> {
        String host = WorkCodec.host(payload);
        state.removeExchange(host, StandardCharsets.UTF_8.decode(payload).toString());
      }
      case RecordTypes.BINDING -> {
        String host = WorkCodec.host(payload);
        state.add(host, DeclarationCodec.decodeBinding(payload));
      }
      case RecordTypes.BINDING_GONE -> {
        String host = WorkCodec.host(payload);
        state.removeBinding(host, DeclarationCodec.decodeBinding(payload).binding());
      }
      case RecordTypes.SUBSCRIPTION -> {
        KeptQueue queue = state.queue(payload.getInt());
        if (queue != null) {
          queue.subscription(DeclarationCodec.decodeSubscription(payload));
        }
      }
      default ->
          throw new UnknownFormatException("a record of type " + type, "types up to " + LAST_TYPE);
    }
  }
}
