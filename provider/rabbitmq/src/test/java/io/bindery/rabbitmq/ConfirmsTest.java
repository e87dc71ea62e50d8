package io.bindery.rabbitmq;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bindery.engine.AmqpException;
import io.bindery.engine.PublishOutcome;
import io.bindery.engine.ReplyCode;
import io.bindery.engine.Ticket;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The window of publishes whose senders do not wait. */
class ConfirmsTest {
  private final Confirms confirms = new Confirms();
  private final List<String> fates = new ArrayList<>();

  private Ticket<PublishOutcome> add(int bytes, PublishOutcome ahead) throws AmqpException {
    return confirms.add(
        new Confirms.Publish(
            bytes,
            ahead,
            (publish, outcome, failure, told) ->
                fates.add((failure == null ? outcome : failure.replyCode()) + " " + told)));
  }

  private Ticket<PublishOutcome> ahead(int bytes) throws AmqpException {
    return add(bytes, PublishOutcome.ROUTED);
  }

  @Test
  void whoWaitsIsToldByTheConfirmAndOthersAtOnce() throws AmqpException {
    Ticket<PublishOutcome> waiting = add(1, null);
    assertFalse(waiting.isDone());
    assertEquals(PublishOutcome.UNROUTED, add(1, PublishOutcome.UNROUTED).await());
    confirms.confirmed(2, true, false);
    assertEquals(PublishOutcome.REJECTED, waiting.await());
    assertEquals(List.of("REJECTED true", "REJECTED false"), fates);
  }

  @Test
  void pastTheWindowSendersWaitUntilHalfOfItIsFree() throws AmqpException {
    for (int i = 0; i < Confirms.WINDOW; i++) {
      assertTrue(ahead(1).isDone());
    }
    Ticket<PublishOutcome> late = ahead(1);
    Ticket<PublishOutcome> later = ahead(1);
    confirms.confirmed(Confirms.WINDOW / 2 + 1, true, true);
    assertFalse(late.isDone());
    confirms.confirmed(Confirms.WINDOW / 2 + 2, true, true);
    assertEquals(PublishOutcome.ROUTED, late.await());
    assertTrue(later.isDone());
    assertTrue(ahead(1).isDone());
  }

  @Test
  void theWindowHasSoManyBytes() throws AmqpException {
    assertTrue(ahead(Confirms.WINDOW_BYTES).isDone());
    assertFalse(ahead(1).isDone());
  }

  @Test
  void whatDidNotGoOutLeavesTheWindow() throws AmqpException {
    ahead(Confirms.WINDOW_BYTES);
    confirms.takeBack();
    assertTrue(ahead(Confirms.WINDOW_BYTES).isDone());
  }

  @Test
  void itIsIdleWhenAllAreConfirmedWhoseSendersDidNotWait() throws AmqpException {
    add(1, null);
    assertTrue(confirms.idle().isDone());
    ahead(1);
    ahead(1);
    Ticket<Void> idle = confirms.idle();
    confirms.confirmed(2, true, true);
    assertFalse(idle.isDone());
    confirms.confirmed(3, false, true);
    assertTrue(idle.isDone());
  }

  @Test
  void itIsIdleWhenTheLastWasTakenBack() throws AmqpException {
    ahead(1);
    Ticket<Void> idle = confirms.idle();
    confirms.takeBack();
    assertTrue(idle.isDone());
  }

  @Test
  void theEndFailsWhatIsOpen() throws AmqpException {
    ahead(1);
    Ticket<PublishOutcome> waiting = add(1, null);
    Ticket<Void> idle = confirms.idle();
    confirms.end(new AmqpException(ReplyCode.CONNECTION_FORCED, "gone"));
    assertEquals(ReplyCode.CONNECTION_FORCED, waiting.failure().replyCode());
    assertTrue(idle.isDone());
    assertEquals(List.of("CONNECTION_FORCED false", "CONNECTION_FORCED true"), fates);
  }

  @Test
  void whatComesWhenTheChannelIsOverWasNotSent() {
    confirms.end(new AmqpException(ReplyCode.CONNECTION_FORCED, "gone"));
    AmqpException why = assertThrows(AmqpException.class, () -> add(1, null));
    assertEquals(ReplyCode.CHANNEL_ERROR, why.replyCode());
  }
}
