package io.bindery.amqp.server;

import io.bindery.amqp.codec.ExchangeMethod;
import io.bindery.amqp.codec.Method;
import io.bindery.amqp.codec.MethodType;
import io.bindery.amqp.codec.ProtocolException;
import io.bindery.amqp.codec.QueueMethod;
import io.bindery.engine.AmqpException;
import io.bindery.engine.Arguments;
import io.bindery.engine.Binding;
import io.bindery.engine.Binding.DestinationType;
import io.bindery.engine.Channel;
import io.bindery.engine.ExchangeSpec;
import io.bindery.engine.QueueSpec;
import io.bindery.engine.QueueStatus;
import io.bindery.engine.ReplyCode;
import io.bindery.engine.Ticket;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;

/** The methods of classes exchange and queue. On the event loop. */
final class Topology {
  /** Says who makes a queue, and so what holds where its arguments say nothing. */
  private static final String DEFAULTS = "x-bindery-defaults";

  private final ClientChannel channel;
  private String lastQueue = "";

  Topology(ClientChannel channel) {
    this.channel = channel;
  }

  private Channel engine() {
    return channel.engine();
  }

  /** Answers when the engine has, if the client waits for it. */
  private <T> void answer(
      Ticket<T> ticket, Method question, boolean noWait, Function<? super T, Method> reply) {
    channel.answer(
        ticket,
        question.type(),
        value -> {
          Method answer = reply.apply(value);
          if (!noWait) {
            channel.reply(answer);
          }
        });
  }

  /**
   * The queue that an empty name stands for: the one that was declared last on the channel (AMQP
   * 0-9-1, rule "queue-known").
   */
  String queueNamed(String name, MethodType about) throws ProtocolException {
    if (!name.isEmpty()) {
      return name;
    }
    if (lastQueue.isEmpty()) {
      throw new ProtocolException(ReplyCode.NOT_FOUND, "no previously declared queue", about);
    }
    return lastQueue;
  }

  /**
   * The same, of a queue that one may work with. To whoever knows its name, a reply queue is there,
   * and takes replies, but nothing else is done with it (RabbitMQ, "Direct Reply-to").
   */
  String workedQueue(String name, MethodType about) throws AmqpException {
    String queue = queueNamed(name, about);
    if (Arguments.isReplyQueue(queue)) {
      throw new ProtocolException(
          ReplyCode.NOT_FOUND,
          "no queue '"
              + queue
              + "' in vhost '"
              + engine().connection().virtualHost()
              + "': it takes replies for the channel that consumes "
              + Arguments.REPLY_QUEUE,
          about);
    }
    return queue;
  }

  /** The arguments, of which none may be void. */
  static Map<String, Object> given(Map<String, Object> arguments, MethodType about)
      throws ProtocolException {
    for (Map.Entry<String, Object> each : arguments.entrySet()) {
      if (each.getValue() == null) {
        throw new ProtocolException(
            ReplyCode.PRECONDITION_FAILED, "Argument '" + each.getKey() + "' is void", about);
      }
    }
    return arguments;
  }

  // --- class exchange ---

  /** The exchange of commands is none of the engine's. */
  private static void checkNotControl(MethodType about, String... exchanges)
      throws ProtocolException {
    for (String each : exchanges) {
      if (each.equals(Control.EXCHANGE)) {
        throw new ProtocolException(
            ReplyCode.ACCESS_REFUSED, "exchange '" + each + "' is the server's own", about);
      }
    }
  }

  void exchange(ExchangeMethod method) throws AmqpException {
    if (method instanceof ExchangeMethod.Declare declare) {
      declare(declare);
    } else if (method instanceof ExchangeMethod.Delete delete) {
      checkNotControl(delete.type(), delete.exchange());
      answer(
          engine().deleteExchange(delete.exchange(), delete.ifUnused()),
          delete,
          delete.noWait(),
          done -> new ExchangeMethod.DeleteOk());
    } else if (method instanceof ExchangeMethod.Bind bind) {
      checkNotControl(bind.type(), bind.source(), bind.destination());
      Binding binding =
          new Binding(
              bind.source(),
              bind.destination(),
              DestinationType.EXCHANGE,
              bind.routingKey(),
              bind.arguments());
      answer(engine().bind(binding), bind, bind.noWait(), done -> new ExchangeMethod.BindOk());
    } else if (method instanceof ExchangeMethod.Unbind unbind) {
      Binding binding =
          new Binding(
              unbind.source(),
              unbind.destination(),
              DestinationType.EXCHANGE,
              unbind.routingKey(),
              unbind.arguments());
      answer(
          engine().unbind(binding), unbind, unbind.noWait(), done -> new ExchangeMethod.UnbindOk());
    } else {
      throw ClientChannel.invalid(method);
    }
  }

  private void declare(ExchangeMethod.Declare declare) throws AmqpException {
    answer(
        declare.passive() ? found(declare.exchange()) : declared(declare),
        declare,
        declare.noWait(),
        done -> new ExchangeMethod.DeclareOk());
  }

  private Ticket<Void> found(String exchange) {
    return exchange.equals(Control.EXCHANGE) ? Ticket.done() : engine().checkExchange(exchange);
  }

  private Ticket<Void> declared(ExchangeMethod.Declare declare) throws AmqpException {
    checkNotControl(declare.type(), declare.exchange());
    return engine()
        .declareExchange(
            new ExchangeSpec(
                declare.exchange(),
                declare.exchangeType(),
                declare.durable(),
                declare.autoDelete(),
                declare.internal(),
                given(declare.arguments(), declare.type())));
  }

  // --- class queue ---

  void queue(QueueMethod method) throws AmqpException {
    if (method instanceof QueueMethod.Declare declare) {
      declare(declare);
    } else if (method instanceof QueueMethod.Bind bind) {
      bind(bind);
    } else if (method instanceof QueueMethod.Unbind unbind) {
      String queue = queueNamed(unbind.queue(), unbind.type());
      Binding binding =
          Binding.queue(unbind.exchange(), queue, unbind.routingKey(), unbind.arguments());
      answer(engine().unbind(binding), unbind, false, done -> new QueueMethod.UnbindOk());
    } else if (method instanceof QueueMethod.Purge purge) {
      answer(
          engine().purgeQueue(workedQueue(purge.queue(), purge.type())),
          purge,
          purge.noWait(),
          QueueMethod.PurgeOk::new);
    } else if (method instanceof QueueMethod.Delete delete) {
      String queue = queueNamed(delete.queue(), delete.type());
      answer(
          Arguments.isReplyQueue(queue)
              ? Ticket.done(0L)
              : engine().deleteQueue(queue, delete.ifUnused(), delete.ifEmpty()),
          delete,
          delete.noWait(),
          QueueMethod.DeleteOk::new);
    } else {
      throw ClientChannel.invalid(method);
    }
  }

  private void declare(QueueMethod.Declare declare) throws AmqpException {
    answer(
        declare.passive() || isForReplies(declare.queue())
            ? checked(declare.queue())
            : engine().declareQueue(spec(declare)),
        declare,
        declare.noWait(),
        status -> {
          lastQueue = status.name();
          return new QueueMethod.DeclareOk(status.name(), status.messages(), status.consumers());
        });
  }

  private static boolean isForReplies(String queue) {
    return queue.equals(Arguments.REPLY_QUEUE) || Arguments.isReplyQueue(queue);
  }

  /** RabbitMQ, "Direct Reply-to": its name is always there, and has one consumer. */
  private Ticket<QueueStatus> checked(String queue) {
    return queue.equals(Arguments.REPLY_QUEUE)
        ? Ticket.done(new QueueStatus(queue, 0, 1))
        : engine().checkQueue(queue);
  }

  private static QueueSpec spec(QueueMethod.Declare declare) throws AmqpException {
    Map<String, Object> arguments = given(declare.arguments(), declare.type());
    return new QueueSpec(
        declare.queue(),
        declare.durable(),
        declare.exclusive(),
        declare.autoDelete(),
        defaults(arguments.get(DEFAULTS), declare.type()),
        without(arguments, DEFAULTS));
  }

  private static QueueSpec.Defaults defaults(Object given, MethodType about)
      throws ProtocolException {
    if (given == null) {
      return QueueSpec.Defaults.AMQP;
    }
    if ("jms".equals(given)) {
      return QueueSpec.Defaults.JMS;
    }
    throw new ProtocolException(
        ReplyCode.PRECONDITION_FAILED,
        "Argument '" + DEFAULTS + "' is '" + given + "', but must be 'jms'",
        about);
  }

  private static Map<String, Object> without(Map<String, Object> arguments, String name) {
    if (!arguments.containsKey(name)) {
      return arguments;
    }
    Map<String, Object> rest = new LinkedHashMap<>(arguments);
    rest.remove(name);
    return rest;
  }

  private void bind(QueueMethod.Bind bind) throws AmqpException {
    checkNotControl(bind.type(), bind.exchange());
    String queue = workedQueue(bind.queue(), bind.type());
    // AMQP 0-9-1, queue.bind: with neither name nor key the key is the queue's name, too.
    String key = bind.queue().isEmpty() && bind.routingKey().isEmpty() ? queue : bind.routingKey();
    answer(
        engine().bind(Binding.queue(bind.exchange(), queue, key, bind.arguments())),
        bind,
        bind.noWait(),
        done -> new QueueMethod.BindOk());
  }
}
