package io.bindery.ra;

import io.bindery.engine.AmqpException;
import io.bindery.engine.Channel;
import io.bindery.engine.Delivery;
import io.bindery.engine.Outcome;
import io.bindery.engine.Transaction;
import jakarta.jms.Message;
import jakarta.jms.MessageListener;
import jakarta.resource.ResourceException;
import jakarta.resource.spi.endpoint.MessageEndpoint;
import java.lang.System.Logger.Level;
import java.lang.reflect.Method;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import javax.transaction.xa.XAResource;

/**
 * Delivery in the container's transaction (Jakarta Connectors, message delivery option B): the
 * container begins it and enlists the session's XA resource in {@code beforeDelivery}, the message
 * is settled in its branch, the bean runs, and the container commits or rolls back in {@code
 * afterDelivery}. All of it on one thread.
 */
final class TransactedDelivery implements DeliveryMode {
  private static final System.Logger LOG = System.getLogger(TransactedDelivery.class.getName());

  private final Channel channel;
  private final Function<Delivery, Message> messages;
  private final DeliveryResource resource;
  private final Method onMessage;

  /**
   * A mode.
   *
   * @param channel that of the session
   * @param messages what a bean sees of a delivery
   * @param lasting what makes the decisions of transactions outlive the connection
   */
  TransactedDelivery(
      Channel channel, Function<Delivery, Message> messages, UnaryOperator<XAResource> lasting) {
    this.channel = channel;
    this.messages = messages;
    this.resource = new DeliveryResource(channel.connection(), lasting);
    this.onMessage = onMessage();
  }

  /** The method that a message-driven bean of Jakarta Messaging has. */
  static Method onMessage() {
    try {
      return MessageListener.class.getMethod("onMessage", Message.class);
    } catch (NoSuchMethodException e) {
      throw new IllegalStateException("jakarta.jms.MessageListener has no onMessage", e);
    }
  }

  @Override
  public Result deliver(MessageEndpoint endpoint, Delivery delivery) throws ResourceException {
    resource.next();
    try {
      endpoint.beforeDelivery(onMessage);
    } catch (NoSuchMethodException e) {
      throw new ResourceException("The endpoint has no method onMessage(jakarta.jms.Message)", e);
    }
    boolean joined = joined(delivery);
    boolean shown = joined && PlainDelivery.show(endpoint, messages, delivery);
    complete(endpoint);
    return switch (resource.outcome()) {
      // Also when the bean threw something that the application declared not to roll back.
      case COMMITTED -> joined ? Result.DONE : Result.IN_DOUBT;
      case ROLLED_BACK -> Result.FAILED;
      case OPEN -> Result.IN_DOUBT;
      case NONE -> {
        if (!joined) {
          yield Result.IN_DOUBT;
        }
        yield shown ? accepted(delivery) : Result.FAILED;
      }
    };
  }

  /**
   * Puts the acknowledgement into the branch, before the bean runs: however the branch ends, the
   * message ends with it.
   */
  private boolean joined(Delivery delivery) {
    if (resource.isRefused()) {
      LOG.log(Level.WARNING, "A message has no transaction that it could join: it comes again");
      return false;
    }
    Transaction branch = resource.transaction();
    if (branch == null) {
      return true;
    }
    try {
      Tickets.get(channel.settle(delivery, Outcome.ACCEPTED, branch));
      return true;
    } catch (AmqpException e) {
      LOG.log(Level.WARNING, "A message could not join its transaction: {0}", e.getMessage());
      return false;
    }
  }

  private static void complete(MessageEndpoint endpoint) {
    try {
      endpoint.afterDelivery();
    } catch (ResourceException | RuntimeException e) {
      // Container boundary: what counts is how the branch ended, and the resource knows that.
      LOG.log(Level.DEBUG, "The transaction of a delivery did not commit", e);
    }
  }

  /**
   * The container enlisted nothing (its method has no transaction after all), so the message ends
   * on its own.
   */
  private Result accepted(Delivery delivery) {
    channel.settle(delivery, Outcome.ACCEPTED, channel.autoCommit());
    return Result.DONE;
  }

  @Override
  public void flush() {
    // Each delivery ended with its transaction.
  }

  @Override
  public XAResource resource() {
    return resource;
  }
}
