package io.bindery.jms.halt;

import com.arjuna.ats.arjuna.common.ObjectStoreEnvironmentBean;
import com.arjuna.ats.arjuna.common.Uid;
import com.arjuna.ats.arjuna.exceptions.ObjectStoreException;
import com.arjuna.ats.arjuna.state.OutputObjectState;
import com.arjuna.ats.internal.arjuna.objectstore.ShadowNoFileLockStore;

/** The transaction manager's log, before and after whose records the virtual machine may halt. */
public final class HaltingStore extends ShadowNoFileLockStore {
  private static final String TRANSACTIONS = "AtomicAction";

  /** Narayana makes it by its name. */
  public HaltingStore(ObjectStoreEnvironmentBean settings) throws ObjectStoreException {
    super(settings);
  }

  @Override
  public boolean write_committed(Uid uid, String type, OutputObjectState state)
      throws ObjectStoreException {
    boolean ours = type.endsWith(TRANSACTIONS);
    reached(ours, HaltPoint.BEFORE_LOG);
    boolean written = super.write_committed(uid, type, state);
    reached(ours, HaltPoint.AFTER_LOG);
    return written;
  }

  @Override
  public boolean remove_committed(Uid uid, String type) throws ObjectStoreException {
    boolean ours = type.endsWith(TRANSACTIONS);
    reached(ours, HaltPoint.BEFORE_LOG_IS_REMOVED);
    boolean removed = super.remove_committed(uid, type);
    reached(ours, HaltPoint.AFTER_LOG_IS_REMOVED);
    return removed;
  }

  private static void reached(boolean ours, HaltPoint step) {
    if (ours) {
      Halts.reached(step);
    }
  }
}
