package io.bindery.rabbitmq;

import io.bindery.engine.AmqpException;
import io.bindery.engine.Consumer;
import io.bindery.engine.Delivery;
import io.bindery.engine.Signal;
import io.bindery.engine.Ticket;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A consumer: what the server delivers waits in a buffer until it is drained. How much the server
 * sends ahead is bounded by the prefetch; where there is none, by credit, which follows what the
 * drains ask for, so that a consumer that asks for one at a time is sent one at a time.
 *
 * <p>Thread-safe. The connection's thread takes its lock, so nothing is written within it; what
 * must be written in order is so by the channel's.
 */
final class RabbitConsumer implements Consumer, Sink {
  /** More than most drains ask for, and little memory. */
  private static final int MAX_WINDOW = 256;

  private static final String TAG = "consumer-tag";
  private static final String SEEN = "seen-up-to";

  private final RabbitChannel channel;
  private final String tag;
  private final Terms terms;
  private final Signal signal;
  private final ArrayDeque<RabbitDelivery> buffer = new ArrayDeque<>();

  /** What the server is told that it has back, until it has answered. */
  private final List<RabbitDelivery> returning = new ArrayList<>(0);

  /** The tag of the delivery that was drained last. */
  private long drained;

  private long credit;
  private int window = 1;

  /** How many answers are to come before which whatever comes was given back already. */
  private int givenBack;

  private boolean armed = true;
  private boolean paused;
  private boolean closed;

  /**
   * What a consumer begins with.
   *
   * @param credit whether it is sent only what it asks for
   */
  record Terms(String queue, boolean credit, boolean paused) {}

  RabbitConsumer(RabbitChannel channel, String tag, Terms terms, Signal signal) {
    this.channel = channel;
    this.tag = tag;
    this.terms = terms;
    this.signal = signal;
    this.paused = terms.paused();
    this.credit = terms.credit() && !paused ? window : 0;
  }

  RabbitChannel channel() {
    return channel;
  }

  @Override
  public String tag() {
    return tag;
  }

  @Override
  public String queue() {
    return terms.queue();
  }

  // --- what comes, on the connection's thread ---

  @Override
  public void delivered(RabbitDelivery delivery) {
    boolean wakes;
    synchronized (this) {
      if (givenBack > 0 || closed) {
        // It was sent before the server was told so.
        returning.add(delivery);
        return;
      }
      credit--;
      buffer.add(delivery);
      wakes = wakes();
    }
    if (wakes) {
      signal.work();
    }
  }

  private boolean wakes() {
    boolean wakes = armed && !paused && !buffer.isEmpty();
    armed &= !wakes;
    return wakes;
  }

  @Override
  public void ended() {
    synchronized (this) {
      if (closed) {
        return;
      }
      closed = true;
      forgetUnseen();
      endReturning();
    }
    signal.work();
  }

  // --- the seam ---

  @Override
  public int drain(int max, List<? super Delivery> into) {
    int count = 0;
    boolean asks;
    synchronized (this) {
      while (count < max && !paused && !closed && !buffer.isEmpty()) {
        RabbitDelivery next = buffer.poll();
        drained = next.tag();
        into.add(next);
        count++;
      }
      armed |= count == 0;
      window = Math.min(max, MAX_WINDOW);
      // What is taken one at a time is not sent ahead.
      asks = (count == 0 || window > 1) && missing() > 0;
    }
    if (asks) {
      ask();
    }
    if (count == 0) {
      channel.flush();
      // Who drains is about to wait.
      channel.wire().push();
    }
    return count;
  }

  /** How much credit is missing, once it is half of what may be. */
  private long missing() {
    long ahead = credit + buffer.size();
    return !terms.credit() || paused || closed || ahead * 2 > window ? 0 : window - ahead;
  }

  private void ask() {
    synchronized (channel.wire().writing()) {
      long more;
      synchronized (this) {
        more = missing();
        credit += more;
      }
      if (more > 0) {
        channel.wire().tell("credit", Map.of(TAG, tag, "credit", more));
      }
    }
  }

  @Override
  public Ticket<Boolean> fetch() {
    synchronized (this) {
      if (paused || closed) {
        return Ticket.done(false);
      }
      if (!buffer.isEmpty()) {
        return Ticket.done(true);
      }
    }
    return Tickets.then(channel.asked("fetch", Map.of(TAG, tag)), done -> true);
  }

  @Override
  public void pause(boolean value) {
    Ticket<Void> answer;
    boolean wakes;
    synchronized (channel.wire().writing()) {
      Map<String, Object> arguments = new HashMap<>();
      synchronized (this) {
        if (paused == value || closed) {
          return;
        }
        paused = value;
        if (value) {
          forgetUnseen();
          // With the same command it goes back.
          arguments.put(SEEN, drained);
          givenBack++;
        }
        wakes = wakes();
      }
      arguments.put(TAG, tag);
      arguments.put("paused", value);
      answer =
          Tickets.nothing(
              channel.wire().ask("pause", arguments, value ? this::gaveBack : refused -> {}));
    }
    if (value) {
      channel.home().patience(answer);
      return;
    }
    ask();
    channel.wire().push();
    if (wakes) {
      signal.work();
    }
  }

  private void forgetUnseen() {
    returning.addAll(buffer);
    buffer.clear();
    credit = 0;
  }

  /**
   * Forgets what was sent and not drained, and tells what the server is told so that it has it
   * back. Holding the wire.
   */
  synchronized Map<String, Object> giveBack() {
    long again = paused ? 0 : Math.min(window, Math.max(0, credit) + buffer.size());
    forgetUnseen();
    credit = terms.credit() ? again : 0;
    givenBack++;
    return Map.of(TAG, tag, SEEN, drained, "credit", credit);
  }

  /**
   * The server has answered: what comes from now on was sent later.
   *
   * @param refused why it has taken nothing back, so that all of it is here still; null otherwise
   */
  void gaveBack(AmqpException refused) {
    boolean wakes = false;
    synchronized (this) {
      givenBack--;
      if (refused == null) {
        endReturning();
      } else if (givenBack == 0 && !closed) {
        credit -= returning.size();
        buffer.addAll(returning);
        returning.clear();
        wakes = wakes();
      }
    }
    if (wakes) {
      // Whoever could not even ask holds the wire.
      channel.home().errand(signal::work);
    }
  }

  private void endReturning() {
    returning.forEach(RabbitDelivery::end);
    returning.clear();
  }

  @Override
  public synchronized boolean isClosed() {
    return closed;
  }

  @Override
  public void close() {
    Ticket<Void> answer;
    synchronized (channel.wire().writing()) {
      long seen;
      synchronized (this) {
        if (closed) {
          return;
        }
        closed = true;
        forgetUnseen();
        givenBack++;
        seen = drained;
      }
      answer =
          Tickets.nothing(
              channel.wire().ask("cancel", Map.of(TAG, tag, SEEN, seen), this::gaveBack));
    }
    channel.forget(tag);
    channel.home().patience(answer);
  }
}
