package io.bindery.jms;

import io.bindery.engine.Consumer;
import io.bindery.engine.Delivery;
import io.bindery.engine.Outcome;
import java.util.ArrayList;
import java.util.List;

/**
 * What a consumer has drained from the engine's and not shown yet. The engine's consumer begins
 * paused, and is so again whenever nobody receives: what comes then is for others.
 *
 * <p>Touched only inside the session's gate, or while the gate is held and empty.
 */
final class Drained {
  private final JmsSession session;
  private final Consumer source;
  private final int batch;
  private final List<Delivery> buffer;
  private int position;
  private boolean paused;

  /**
   * Nothing yet, of a consumer that it pauses.
   *
   * @param batch how many deliveries it drains at once, at most
   */
  Drained(JmsSession session, Consumer source, int batch) {
    this.session = session;
    this.source = source;
    this.batch = batch;
    this.buffer = new ArrayList<>(batch);
    pause();
  }

  /** The next of what was drained, or null when all was shown. */
  Delivery poll() {
    while (position < buffer.size()) {
      Delivery next = buffer.get(position++);
      if (next.isLost()) {
        continue;
      }
      if (!isExpired(next)) {
        return next;
      }
      // It expired in our hands: its queue does with it what is due.
      session.channel().settle(next, Outcome.RELEASED, session.channel().autoCommit());
    }
    return null;
  }

  static boolean isExpired(Delivery delivery) {
    long expiresAtMs = delivery.message().expiresAtMs();
    return expiresAtMs != 0 && expiresAtMs <= System.currentTimeMillis();
  }

  /** Drains, when all was shown. False when there was nothing. */
  boolean fill() {
    buffer.clear();
    position = 0;
    session.mode().beforeDrain();
    if (paused) {
      paused = false;
      source.pause(false);
    }
    return source.drain(batch, buffer) > 0;
  }

  /** What was polled last was not shown: it is the next again. */
  void putBack() {
    position--;
  }

  /** Whether the last drain brought nothing, or failed. */
  boolean isNothing() {
    return buffer.isEmpty();
  }

  /** Takes what was not shown. */
  List<Delivery> takeUnseen() {
    if (position >= buffer.size()) {
      return List.of();
    }
    List<Delivery> unseen = List.copyOf(buffer.subList(position, buffer.size()));
    buffer.clear();
    position = 0;
    return unseen;
  }

  /** Gives what was not shown back to its queue. */
  void release() {
    List<Delivery> unseen = takeUnseen();
    if (!unseen.isEmpty()) {
      // Not giveBack: settling is what a channel allows any thread.
      session.channel().settle(unseen, Outcome.RELEASED, session.channel().autoCommit());
    }
  }

  /** Until the next {@link #fill} what comes is for others. */
  void pause() {
    if (!paused) {
      paused = true;
      source.pause(true);
      // A drain while paused yields nothing; it tells the engine that a signal it gave before is
      // not followed.
      source.drain(1, buffer);
    }
  }
}
