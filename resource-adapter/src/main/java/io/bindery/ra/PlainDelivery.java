package io.bindery.ra;

import io.bindery.engine.AmqpException;
import io.bindery.engine.Channel;
import io.bindery.engine.Delivery;
import io.bindery.engine.Outcome;
import io.bindery.engine.Ticket;
import jakarta.jms.Message;
import jakarta.jms.MessageListener;
import jakarta.resource.spi.endpoint.MessageEndpoint;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import javax.transaction.xa.XAResource;

/**
 * Delivery without a transaction: accepted when the bean has returned, each (Auto-acknowledge) or
 * together (Dups-ok-acknowledge). Jakarta Connectors, message delivery option A: no {@code
 * beforeDelivery}.
 */
final class PlainDelivery implements DeliveryMode {
  private static final System.Logger LOG = System.getLogger(PlainDelivery.class.getName());

  private final Channel channel;
  private final Function<Delivery, Message> messages;
  private final boolean together;
  private final List<Delivery> processed = new ArrayList<>();

  PlainDelivery(Channel channel, Function<Delivery, Message> messages, boolean together) {
    this.channel = channel;
    this.messages = messages;
    this.together = together;
  }

  @Override
  public Result deliver(MessageEndpoint endpoint, Delivery delivery) {
    if (!show(endpoint, messages, delivery)) {
      return Result.FAILED;
    }
    if (together) {
      processed.add(delivery);
    } else {
      report(channel.settle(delivery, Outcome.ACCEPTED, channel.autoCommit()));
    }
    return Result.DONE;
  }

  @Override
  public void flush() {
    if (!processed.isEmpty()) {
      // One by one, and nobody waits for the disk: whether they come again is not promised.
      processed.forEach(
          each -> report(channel.settle(each, Outcome.ACCEPTED, channel.autoCommit())));
      processed.clear();
    }
  }

  @Override
  public XAResource resource() {
    return null;
  }

  /** Calls the bean; false when it threw. */
  static boolean show(
      MessageEndpoint endpoint, Function<Delivery, Message> messages, Delivery delivery) {
    try {
      ((MessageListener) endpoint).onMessage(messages.apply(delivery));
      return true;
    } catch (Throwable e) { // boundary: the container; whatever a bean throws, it has failed
      LOG.log(
          Level.DEBUG,
          "The message listener failed on message "
              + delivery.sequence()
              + " of "
              + delivery.queue(),
          e);
      return false;
    }
  }

  private static void report(Ticket<Void> settled) {
    settled.whenDone((done, failure) -> log(failure));
  }

  private static void log(AmqpException failure) {
    if (failure != null) {
      LOG.log(
          Level.WARNING,
          "A processed message could not be acknowledged and will come again: {0}",
          failure.getMessage());
    }
  }
}
