package io.bindery.broker.store;

import io.bindery.broker.journal.Completion;
import io.bindery.broker.store.Ledger.Declaring;
import io.bindery.engine.AmqpException;
import io.bindery.engine.Ticket;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** What is declared, in its order, one by one or several as a whole. Thread-safe. */
final class Declarations {
  private final Journal journal;
  private volatile Ticket<Void> last = Ticket.done();

  /** What is declared as a whole, or null; guarded by this. */
  private List<WorkCodec.Declaration> together;

  /** Where they are written. */
  interface Journal {
    void append(int type, ByteBuffer record, Completion completion);
  }

  Declarations(Journal journal) {
    this.journal = journal;
  }

  /** All that the work declares becomes one record. */
  synchronized void together(Declaring work) throws AmqpException {
    together = new ArrayList<>();
    try {
      work.run();
    } finally {
      List<WorkCodec.Declaration> all = together;
      together = null;
      if (!all.isEmpty()) {
        add(RecordTypes.TOGETHER, WorkCodec.together(all));
      }
    }
  }

  synchronized void add(int type, ByteBuffer record) {
    if (together != null) {
      together.add(new WorkCodec.Declaration(type, record));
      return;
    }
    Ticket<Void> ticket = new Ticket<>();
    last = ticket;
    journal.append(type, record, new OnDisk(ticket));
  }

  /** Done when all that was added is on disk. */
  Ticket<Void> written() {
    return last;
  }
}
