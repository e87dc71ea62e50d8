package io.bindery.broker.queue;

import io.bindery.broker.routing.Publication;
import java.util.ArrayDeque;

/**
 * What consumers with the same selector and no-local see of a queue, and which of them are idle.
 * Under the queue's lock.
 */
final class Selection {
  private final ConsumerSettings settings;
  private final InLane[] lanes;
  private final ArrayDeque<QueueConsumer> idle = new ArrayDeque<>(2);
  private int members;
  private int awake;

  /**
   * What it has picked of one lane: the places of all entries that it accepts and that are ready,
   * as far as it was shown them; some may be ready no longer.
   */
  static final class InLane {
    final Places places = new Places();

    /** Stands at the first place. */
    final Cursor cursor = new Cursor();

    /** Below this index it was shown everything before the scan that runs. */
    long from;

    /** From this index on it had no room, and was shown nothing. */
    long missed = Long.MAX_VALUE;
  }

  /**
   * Of consumers with such settings.
   *
   * @param lanes how many lanes the queue has
   */
  Selection(ConsumerSettings settings, int lanes) {
    this.settings = settings;
    this.lanes = settings.selective() ? new InLane[lanes] : null;
    for (int i = 0; settings.selective() && i < lanes; i++) {
      this.lanes[i] = new InLane();
    }
  }

  ConsumerSettings settings() {
    return settings;
  }

  /** Whether it leaves some messages to others. */
  boolean selective() {
    return lanes != null;
  }

  boolean accepts(Publication publication) {
    return settings.accepts(publication);
  }

  InLane in(int lane) {
    return lanes[lane];
  }

  // --- its consumers ---

  void joined() {
    members++;
  }

  /** Whether it was the last. */
  boolean left() {
    members--;
    return members == 0;
  }

  boolean hasMembers() {
    return members > 0;
  }

  int awake() {
    return awake;
  }

  /** Those who wait for a signal, the one that waits longest first. */
  ArrayDeque<QueueConsumer> idle() {
    return idle;
  }

  /** One of its consumers changes its phase. */
  void changes(QueueConsumer consumer, int before, int after) {
    awake += (after == QueueConsumer.AWAKE ? 1 : 0) - (before == QueueConsumer.AWAKE ? 1 : 0);
    if (before == QueueConsumer.IDLE) {
      idle.remove(consumer);
    }
    if (after == QueueConsumer.IDLE) {
      idle.add(consumer);
    }
  }
}
