package io.bindery.amqp.server;

import io.bindery.amqp.codec.BasicMethod;
import io.bindery.amqp.codec.Method;
import java.util.function.Consumer;

/**
 * Publisher confirms of a channel (RabbitMQ, "Consumer Acknowledgements and Publisher Confirms"):
 * answered in the order of the publishes, many with one method. On the event loop.
 */
final class Confirms {
  private static final byte OPEN = 0;
  private static final byte ACCEPTED = 1;
  private static final byte REFUSED = 2;

  private byte[] states = new byte[64];
  private long published;
  private long answered;

  /** A publish begins: its number. */
  long next() {
    if (published - answered == states.length) {
      grow();
    }
    published++;
    states[slot(published)] = OPEN;
    return published;
  }

  private void grow() {
    byte[] old = states;
    states = new byte[old.length * 2];
    for (long each = answered + 1; each <= published; each++) {
      states[slot(each)] = old[(int) each & old.length - 1];
    }
  }

  private int slot(long number) {
    return (int) number & states.length - 1;
  }

  /** A publish is done. */
  void done(long number, boolean accepted) {
    states[slot(number)] = accepted ? ACCEPTED : REFUSED;
  }

  /** Answers what is done, up to the first that is not. */
  void answer(Consumer<Method> out) {
    while (answered < published) {
      byte state = states[slot(answered + 1)];
      if (state == OPEN) {
        return;
      }
      long last = answered + 1;
      while (last < published && states[slot(last + 1)] == state) {
        last++;
      }
      boolean multiple = last > answered + 1;
      answered = last;
      out.accept(
          state == ACCEPTED
              ? new BasicMethod.Ack(last, multiple)
              : new BasicMethod.Nack(last, multiple, false));
    }
  }
}
