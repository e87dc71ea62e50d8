package io.bindery.rabbitmq;

import io.bindery.engine.Browser;
import io.bindery.engine.Delivery;
import java.util.List;

/** A browser: it does not come back, and tells so. One thread at a time. */
final class LastingBrowser implements Browser {
  private final Browser look;
  private final RabbitConnection at;

  LastingBrowser(Browser look, RabbitConnection at) {
    this.look = look;
    this.at = at;
  }

  @Override
  public int next(int max, List<? super Delivery> into) {
    int count = look.next(max, into);
    if (count == 0 && at.isLost()) {
      throw new IllegalStateException(
          "The connection was lost while the queue was browsed: there may be more in it");
    }
    return count;
  }

  @Override
  public void close() {
    look.close();
  }
}
