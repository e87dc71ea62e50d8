package io.bindery.sample.orders.beans;

import jakarta.transaction.Status;
import jakarta.transaction.Synchronization;

/**
 * One entry of the recorder, written by the thread that ends the transaction: done if it committed,
 * failed otherwise.
 */
record RecordAtEnd(Recorder recorder, String bean, String run, String orderId)
    implements Synchronization {
  @Override
  public void beforeCompletion() {
    // nothing is written before the outcome is known
  }

  @Override
  public void afterCompletion(int status) {
    if (status == Status.STATUS_COMMITTED) {
      recorder.recorded(bean, run, orderId);
    } else {
      recorder.failed(bean, run, orderId);
    }
  }
}
