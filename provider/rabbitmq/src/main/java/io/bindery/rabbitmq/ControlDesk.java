package io.bindery.rabbitmq;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import io.bindery.engine.AmqpException;
import io.bindery.engine.Binding;
import io.bindery.engine.Binding.DestinationType;
import io.bindery.engine.ExchangeSpec;
import io.bindery.engine.QueueSpec;
import io.bindery.engine.QueueStatus;
import io.bindery.engine.ReplyCode;
import io.bindery.engine.Ticket;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executor;

/**
 * Declares, binds, checks and deletes on a channel of a connection's own, one after the other: a
 * server closes the channel of what it refuses, and so no channel with messages is used. It is
 * opened again when that happened.
 */
final class ControlDesk {
  private static final System.Logger LOG = System.getLogger(ControlDesk.class.getName());
  private static final int MAX_NAME_BYTES = 255;
  private static final Set<String> TYPES = Set.of("direct", "fanout", "topic", "headers");

  private final Connection connection;
  private final Executor errands;
  private Channel channel;

  ControlDesk(Connection connection, Executor errands) {
    this.connection = connection;
    this.errands = errands;
  }

  /** What is asked of the server, and its answer. */
  interface Question<T> {
    /** Asks and waits. */
    T ask(Channel channel) throws IOException, AmqpException;
  }

  <T> Ticket<T> ask(Question<T> question) {
    Ticket<T> ticket = new Ticket<>();
    errands.execute(
        () -> {
          try {
            ticket.complete(question.ask(channel));
          } catch (AmqpException e) {
            ticket.fail(e);
          } catch (IOException | RuntimeException e) { // boundary: the client library
            AmqpException failure = Failures.of(e, "The server's answer");
            openAgain();
            ticket.fail(failure);
          }
        });
    return ticket;
  }

  /** Once, before anything is asked. */
  void open() throws IOException {
    channel = connection.createChannel();
  }

  /** At once, so that nobody else takes the number. */
  private void openAgain() {
    try {
      if (!channel.isOpen() && connection.isOpen()) {
        open();
      }
    } catch (IOException | RuntimeException e) { // boundary: the client library
      LOG.log(Level.DEBUG, "The channel for declares could not be opened again", e);
    }
  }

  /** Fails for a name that does not fit onto the wire. */
  static void checkName(String what, String name) throws AmqpException {
    // A character is at most three bytes of UTF-8 for each of its UTF-16 units.
    if (name.length() * 3 <= MAX_NAME_BYTES) {
      return;
    }
    int bytes = name.getBytes(StandardCharsets.UTF_8).length;
    if (bytes > MAX_NAME_BYTES) {
      throw new AmqpException(
          ReplyCode.SYNTAX_ERROR,
          "The name of " + what + " has " + bytes + " bytes, but at most 255 are allowed");
    }
  }

  // --- exchanges ---

  static Question<Void> declare(ExchangeSpec spec) {
    return channel -> {
      checkName("an exchange", spec.name());
      if (!TYPES.contains(spec.type())) {
        // A server would close the connection.
        throw new AmqpException(
            ReplyCode.COMMAND_INVALID,
            "There is no exchange type '" + spec.type() + "'; there are " + TYPES);
      }
      channel.exchangeDeclare(
          spec.name(),
          spec.type(),
          spec.durable(),
          spec.autoDelete(),
          spec.internal(),
          spec.arguments());
      return null;
    };
  }

  static Question<Void> checkExchange(String name) {
    return channel -> {
      checkName("an exchange", name);
      channel.exchangeDeclarePassive(name);
      return null;
    };
  }

  static Question<Void> deleteExchange(String name, boolean ifUnused) {
    return channel -> {
      checkName("an exchange", name);
      channel.exchangeDelete(name, ifUnused);
      return null;
    };
  }

  // --- bindings ---

  private static void check(Binding binding) throws AmqpException {
    checkName("an exchange", binding.source());
    checkName("a destination", binding.destination());
    checkName("a routing key", binding.routingKey());
  }

  static Question<Void> bind(Binding binding) {
    return channel -> {
      check(binding);
      if (binding.destinationType() == DestinationType.QUEUE) {
        channel.queueBind(
            binding.destination(), binding.source(), binding.routingKey(), binding.arguments());
      } else {
        channel.exchangeBind(
            binding.destination(), binding.source(), binding.routingKey(), binding.arguments());
      }
      return null;
    };
  }

  static Question<Void> unbind(Binding binding) {
    return channel -> {
      check(binding);
      if (binding.destinationType() == DestinationType.QUEUE) {
        channel.queueUnbind(
            binding.destination(), binding.source(), binding.routingKey(), binding.arguments());
      } else {
        channel.exchangeUnbind(
            binding.destination(), binding.source(), binding.routingKey(), binding.arguments());
      }
      return null;
    };
  }

  // --- queues ---

  static Question<QueueStatus> declare(QueueSpec spec) {
    return channel -> {
      checkName("a queue", spec.name());
      Map<String, Object> arguments = new HashMap<>(spec.arguments());
      if (spec.defaults() == QueueSpec.Defaults.JMS) {
        arguments.put("x-bindery-defaults", "jms");
      }
      return status(
          channel.queueDeclare(
              spec.name(), spec.durable(), spec.exclusive(), spec.autoDelete(), arguments));
    };
  }

  private static QueueStatus status(AMQP.Queue.DeclareOk ok) {
    return new QueueStatus(ok.getQueue(), ok.getMessageCount(), ok.getConsumerCount());
  }

  static Question<QueueStatus> checkQueue(String name) {
    return channel -> {
      checkName("a queue", name);
      return status(channel.queueDeclarePassive(name));
    };
  }

  static Question<Long> deleteQueue(String name, boolean ifUnused, boolean ifEmpty) {
    return channel -> {
      checkName("a queue", name);
      return (long) channel.queueDelete(name, ifUnused, ifEmpty).getMessageCount();
    };
  }

  static Question<Long> purge(String name) {
    return channel -> {
      checkName("a queue", name);
      return (long) channel.queuePurge(name).getMessageCount();
    };
  }
}
