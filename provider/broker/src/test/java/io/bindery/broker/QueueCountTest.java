package io.bindery.broker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.bindery.broker.queue.QueueEnvironment;
import io.bindery.broker.runtime.SystemEnvironment;
import io.bindery.broker.store.Ledger;
import io.bindery.broker.store.Store;
import io.bindery.engine.AmqpException;
import io.bindery.engine.QueueSpec;
import io.bindery.engine.ReplyCode;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** How many queues a virtual host may have. */
class QueueCountTest {
  private static final int MOST = 3;

  private static QueueSpec queue(int number) {
    return QueueSpec.durable("q" + number, Map.of());
  }

  @Test
  void oneTooManyIsRefusedUntilAnotherIsDeleted() throws AmqpException {
    SystemEnvironment environment = new SystemEnvironment("count");
    try {
      MemoryBudget memory = new MemoryBudget(1 << 20, environment, () -> {}, Ledger.NONE);
      VirtualHost host =
          new VirtualHost(
              "/",
              new QueueEnvironment(
                  environment, Store.NONE, Ledger.NONE, memory, (entry, reason) -> {}),
              memory,
              MOST);
      for (int i = 0; i < MOST; i++) {
        host.declareQueue(queue(i), null);
      }
      host.declareQueue(queue(0), null);
      AmqpException refused =
          assertThrows(AmqpException.class, () -> host.declareQueue(queue(MOST), null));
      assertEquals(ReplyCode.PRECONDITION_FAILED, refused.replyCode());
      assertEquals(
          "cannot declare queue 'q3': queue limit in vhost '/' (3) is reached; delete some first",
          refused.getMessage());
      host.deleteQueue("q1", false, false);
      host.declareQueue(queue(MOST), null);
      assertEquals(MOST, host.queues().size());
    } finally {
      environment.close();
    }
  }
}
