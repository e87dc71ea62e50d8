package io.bindery.amqp.server;

import io.bindery.amqp.codec.BasicMethod;
import io.bindery.amqp.codec.MethodType;
import io.bindery.amqp.codec.ProtocolException;
import io.bindery.engine.AmqpException;
import io.bindery.engine.AmqpMessage;
import io.bindery.engine.Arguments;
import io.bindery.engine.ReplyCode;
import java.util.Map;
import java.util.TreeMap;

/**
 * The commands of a channel: what Jakarta Messaging needs and AMQP 0-9-1 has no method for, as
 * messages to an exchange that is none ({@code CONTROL.md}). On the event loop.
 */
final class Control {
  /** The exchange, and what client and server say that they know it by. */
  static final String EXCHANGE = "bindery.control";

  private final ClientChannel channel;
  private final Map<String, Verb> verbs = new TreeMap<>();

  /** What a command does. */
  interface Verb {
    /** Does it, and sees to its answer; what it throws is the answer. */
    void run(Command command) throws AmqpException;
  }

  Control(ClientChannel channel) {
    this.channel = channel;
  }

  /** A command came. */
  void perform(BasicMethod.Publish method, AmqpMessage message) throws AmqpException {
    check(method, message);
    Command command =
        new Command(channel, method.routingKey(), message, channel.work().publishing());
    Verb verb = verbs().get(command.name());
    try {
      if (verb == null) {
        throw new AmqpException(
            ReplyCode.NOT_FOUND,
            "There is no command '" + command.name() + "'; there are " + verbs.keySet());
      }
      verb.run(command);
    } catch (AmqpException e) {
      command.fail(e);
    }
  }

  private void check(BasicMethod.Publish method, AmqpMessage message) throws AmqpException {
    if (method.immediate()) {
      throw new ProtocolException(
          ReplyCode.NOT_IMPLEMENTED, "immediate=true", MethodType.BASIC_PUBLISH);
    }
    if (message.replyTo() == null) {
      return;
    }
    if (!message.replyTo().equals(Arguments.REPLY_QUEUE)) {
      throw refused(
          "a command is answered to '"
              + Arguments.REPLY_QUEUE
              + "', and its reply-to is '"
              + message.replyTo()
              + "'");
    }
    if (channel.consuming().replyQueue() == null) {
      throw refused("fast reply consumer does not exist");
    }
  }

  private static ProtocolException refused(String why) {
    return new ProtocolException(ReplyCode.PRECONDITION_FAILED, why, MethodType.BASIC_PUBLISH);
  }

  /** Most channels never see a command. */
  private Map<String, Verb> verbs() {
    if (verbs.isEmpty()) {
      new DeliveryCommands(channel).addTo(verbs);
      new TransactionCommands(channel).addTo(verbs);
      new BranchCommands(channel).addTo(verbs);
      new SubscriptionCommands(channel).addTo(verbs);
      verbs.put("report-publishes", this::reportPublishes);
    }
    return verbs;
  }

  private void reportPublishes(Command command) throws AmqpException {
    if (!channel.work().isConfirming()) {
      throw command.refused("the channel is not in confirm mode");
    }
    channel.publishing().report();
    command.done();
  }
}
