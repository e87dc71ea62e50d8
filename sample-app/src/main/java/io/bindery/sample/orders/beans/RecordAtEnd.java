package io.bindery.sample.orders.beans;

import jakarta.transaction.Status;
import jakarta.transaction.Synchronization;

/**
 * Tells the recorder how a bean's transaction ended, on the thread that ends it: done if it
 * committed, failed otherwise. Of one transaction.
 */
final class RecordAtEnd implements Synchronization {
  private final Recorder recorder;
  private final String bean;
  private final String run;
  private final String orderId;
  private boolean first;

  RecordAtEnd(Recorder recorder, String bean, String run, String orderId) {
    this.recorder = recorder;
    this.bean = bean;
    this.run = run;
    this.orderId = orderId;
  }

  /** The order is in the database, for the first time or not. */
  void recorded(boolean forTheFirstTime) {
    first = forTheFirstTime;
  }

  @Override
  public void beforeCompletion() {
    // nothing is counted before the outcome is known
  }

  @Override
  public void afterCompletion(int status) {
    if (status == Status.STATUS_COMMITTED) {
      recorder.recorded(bean, first);
    } else {
      recorder.failed(bean, run, orderId);
    }
  }
}
