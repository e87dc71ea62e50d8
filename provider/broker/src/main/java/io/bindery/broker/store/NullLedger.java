package io.bindery.broker.store;

import io.bindery.broker.journal.Completion;
import io.bindery.broker.store.Store.StoredMessage;
import io.bindery.engine.AmqpException;
import io.bindery.engine.ExchangeSpec;
import io.bindery.engine.QueueSpec;
import io.bindery.engine.SubscriptionSpec;
import io.bindery.engine.Ticket;
import java.util.List;
import java.util.function.Consumer;
import javax.transaction.xa.Xid;

/** Keeps nothing, so that a broker in memory needs no special case. */
final class NullLedger implements Ledger {
  @Override
  public KeptState found() {
    return new KeptState();
  }

  @Override
  public void start(KeptSource source, Consumer<AmqpException> onFailure) {
    // Nothing is kept.
  }

  @Override
  public void close() {
    // Nothing is kept.
  }

  @Override
  public boolean keepsNonPersistent() {
    return false;
  }

  @Override
  public boolean acknowledgesAtOnce() {
    return false;
  }

  @Override
  public boolean isExhausted() {
    return false;
  }

  @Override
  public long unwrittenBytes() {
    return 0;
  }

  @Override
  public boolean isFull() {
    return false;
  }

  @Override
  public boolean keeps() {
    return false;
  }

  @Override
  public int declareQueue(String host, QueueSpec spec) {
    return 0;
  }

  @Override
  public void deleteQueue(int queue) {
    // Nothing is kept.
  }

  @Override
  public void declareExchange(String host, ExchangeSpec spec) {
    // Nothing is kept.
  }

  @Override
  public void deleteExchange(String host, String name) {
    // Nothing is kept.
  }

  @Override
  public void bind(String host, StoredBinding binding) {
    // Nothing is kept.
  }

  @Override
  public void unbind(String host, StoredBinding binding) {
    // Nothing is kept.
  }

  @Override
  public void together(Declaring work) throws AmqpException {
    work.run();
  }

  @Override
  public void subscribe(int queue, SubscriptionSpec spec) {
    // Nothing is kept.
  }

  @Override
  public Ticket<Void> declared() {
    return Ticket.done();
  }

  @Override
  public void publish(
      StoredMessage message, List<? extends Kept> entries, long nowMs, Completion completion) {
    tell(completion);
  }

  @Override
  public void after(Completion completion) {
    tell(completion);
  }

  @Override
  public void stage(StoredMessage message, List<? extends Kept> entries) {
    // Nothing is kept.
  }

  @Override
  public void commit(Unit unit, Completion completion) {
    tell(completion);
  }

  @Override
  public void prepare(Xid xid, Unit unit, Completion completion) {
    tell(completion);
  }

  @Override
  public void decide(Xid xid, Decision decision, Completion completion) {
    tell(completion);
  }

  @Override
  public void ride(Runnable rider) {
    // There is nothing to tell.
  }

  @Override
  public void left(int queue, long[] ranges) {
    // Nothing is kept.
  }

  @Override
  public void failed(Kept entry, int deliveries, int failures, Completion completion) {
    if (completion != null) {
      completion.durable();
    }
  }

  @Override
  public void mark(int queue, int lane, long below, Completion completion) {
    tell(completion);
  }

  private static void tell(Completion completion) {
    completion.durable();
    completion.afterGroup();
  }
}
