package io.bindery.rabbitmq;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.bindery.engine.AmqpException;
import io.bindery.engine.ReplyCode;
import io.bindery.engine.Ticket;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Who waits for what comes back. */
class LineTest {
  private final Set<String> up = new HashSet<>();
  private final Line<String> line = new Line<>(up::contains);
  private final List<String> done = new ArrayList<>();
  private final List<Ticket<Void>> open = new ArrayList<>();

  private void ask(String what) {
    line.<Void>ask(
        on -> {
          if (on.equals("dies at once")) {
            up.remove(on);
            return Ticket.failed(Losses.closed("channel"));
          }
          if (on.equals("answers late")) {
            Ticket<Void> ticket = new Ticket<>();
            open.add(ticket);
            return ticket;
          }
          done.add(what);
          return Ticket.done();
        });
  }

  private void resume(String on) {
    up.add(on);
    line.resume(on);
  }

  /** A sender that does not wait for each answer has its messages in their order. */
  @Test
  void whoIsAskedWhenItIsLostOnceMoreStaysTheFirst() {
    List.of("a", "b", "c").forEach(this::ask);
    resume("dies at once");
    assertEquals(List.of(), done);
    resume("stays");
    assertEquals(List.of("a", "b", "c"), done);
  }

  @Test
  void whatWasUnderWayGoesBeforeWhatCameAfterTheLoss() {
    resume("answers late");
    List.of("a", "b").forEach(this::ask);
    up.clear();
    line.suspend("answers late");
    ask("c");
    AmqpException lost = Losses.closed("channel");
    open.forEach(each -> each.fail(lost));
    resume("stays");
    assertEquals(List.of("a", "b", "c"), done);
  }

  /** What it is asked for may be nonsense: whoever asked hears it, and nobody else. */
  @Test
  void aQuestionThatThrowsHoldsUpNoOther() {
    Ticket<Void> broken =
        line.ask(
            on -> {
              throw new NullPointerException("no route");
            });
    ask("a");
    resume("stays");
    assertEquals(ReplyCode.INTERNAL_ERROR, broken.failure().replyCode());
    assertEquals(List.of("a"), done);
    ask("b");
    assertEquals(List.of("a", "b"), done);
  }

  /** It is asked again by who hears of the loss, when the next one is there already. */
  @Test
  void aQuestionThatThrowsWhenItIsAskedAgainIsAnswered() {
    Ticket<Void> answer = new Ticket<>();
    resume("lost");
    Ticket<Void> broken =
        line.ask(
            on -> {
              if (on.equals("lost")) {
                return answer;
              }
              throw new NullPointerException("no route");
            });
    up.clear();
    line.suspend("lost");
    resume("stays");
    answer.fail(Losses.closed("channel"));
    assertEquals(ReplyCode.INTERNAL_ERROR, broken.failure().replyCode());
  }
}
