package io.bindery.ra;

import io.bindery.jms.JmsExceptions;
import jakarta.jms.JMSException;

/**
 * Turns the exceptions of the classic API into those of the simplified one (Jakarta Messaging 10).
 */
final class Unchecked {
  private Unchecked() {}

  /** A call that yields something. */
  @FunctionalInterface
  interface Call<T> {
    T call() throws JMSException;
  }

  /** A call that yields nothing. */
  @FunctionalInterface
  interface Action {
    void run() throws JMSException;
  }

  static <T> T call(Call<T> call) {
    try {
      return call.call();
    } catch (JMSException e) {
      throw JmsExceptions.unchecked(e);
    }
  }

  static void run(Action action) {
    try {
      action.run();
    } catch (JMSException e) {
      throw JmsExceptions.unchecked(e);
    }
  }
}
