package io.bindery.broker.queue;

import io.bindery.broker.queue.DeadLetters.Reason;
import java.util.ArrayList;
import java.util.List;

/**
 * What follows from a change of a queue and must wait until its lock is free: signals, dead
 * letters, answers. One thread.
 */
final class Aftermath {
  private List<QueueConsumer> woken;
  private List<Dead> dead;
  private List<Runnable> calls;

  private record Dead(Entry entry, Reason reason) {}

  void wake(QueueConsumer consumer) {
    if (consumer != null) {
      if (woken == null) {
        woken = new ArrayList<>(2);
      }
      woken.add(consumer);
    }
  }

  void died(Entry entry, Reason reason) {
    if (dead == null) {
      dead = new ArrayList<>(2);
    }
    dead.add(new Dead(entry, reason));
  }

  void call(Runnable task) {
    if (calls == null) {
      calls = new ArrayList<>(2);
    }
    calls.add(task);
  }

  /** Does it. The queue's lock must not be held. */
  void run(DeadLetters deadLetters) {
    if (woken != null) {
      woken.forEach(QueueConsumer::signal);
    }
    if (calls != null) {
      calls.forEach(Runnable::run);
    }
    if (dead != null) {
      for (Dead letter : dead) {
        deadLetters.deadLetter(letter.entry, letter.reason);
      }
    }
  }
}
