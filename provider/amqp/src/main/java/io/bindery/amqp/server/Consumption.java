package io.bindery.amqp.server;

import io.bindery.engine.AmqpException;
import io.bindery.engine.Arguments;
import io.bindery.engine.ConsumeSpec;
import io.bindery.engine.ReplyCode;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a client asks for that wants deliveries.
 *
 * @param queue from where
 * @param tag under which consumer tag; empty to let the engine make one
 * @param noAck whether a delivery is settled when it is sent
 * @param exclusive whether it must be the only one
 * @param arguments RabbitMQ's names and our own
 */
record Consumption(
    String queue, String tag, boolean noAck, boolean exclusive, Map<String, Object> arguments) {
  private static final String LOOKS = "x-filter-no-consume";
  private static final String ENDS = "x-filter-auto-close";

  /** The same with a selector, empty for none, and perhaps without its own messages. */
  Consumption withSelector(String selector, boolean noLocal) {
    Map<String, Object> more = new LinkedHashMap<>(arguments);
    if (!selector.isEmpty()) {
      more.put(Arguments.SELECTOR, selector);
    }
    if (noLocal) {
      more.put(Arguments.NO_LOCAL, true);
    }
    return new Consumption(queue, tag, noAck, exclusive, more);
  }

  String selector() {
    return String.valueOf(arguments.getOrDefault(Arguments.SELECTOR, ""));
  }

  /** Whether it only looks. */
  boolean looks() {
    return Boolean.TRUE.equals(arguments.get(LOOKS));
  }

  /** Fails when what is asked for does not go together. */
  void check() throws AmqpException {
    if (Arguments.isReplyQueue(queue) || queue.equals(Arguments.REPLY_QUEUE)) {
      throw new AmqpException(
          ReplyCode.ACCESS_REFUSED, "Only its own channel reads a reply queue, by basic.consume");
    }
    if (looks() && !(noAck && Boolean.TRUE.equals(arguments.get(ENDS)))) {
      throw new AmqpException(
          ReplyCode.PRECONDITION_FAILED,
          "A consumer of queue '"
              + queue
              + "' with "
              + LOOKS
              + " takes nothing and ends: it needs "
              + ENDS
              + " and no-ack");
    }
  }

  /** The engine's consumer. */
  ConsumeSpec spec(int prefetch) {
    return new ConsumeSpec(
        queue,
        tag,
        noAck ? 0 : prefetch,
        exclusive,
        selector(),
        Boolean.TRUE.equals(arguments.get(Arguments.NO_LOCAL)),
        arguments,
        false);
  }
}
