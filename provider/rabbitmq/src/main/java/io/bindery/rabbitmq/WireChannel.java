package io.bindery.rabbitmq;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.DefaultConsumer;
import com.rabbitmq.client.Envelope;
import com.rabbitmq.client.ShutdownSignalException;
import io.bindery.engine.AmqpException;
import io.bindery.engine.PublishOutcome;
import io.bindery.engine.ReplyCode;
import io.bindery.engine.Route;
import io.bindery.engine.Ticket;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/**
 * A channel of the client library, in confirm mode, with the commands of a Bindery server.
 * Publishes, commands and acknowledgements go out in the order of the calls, and nothing here waits
 * for an answer. Thread-safe; answers come on the connection's thread.
 *
 * <p>What guards the order of what goes out is never taken by the thread that reads: a write may
 * wait for the network, and the network for that thread.
 */
final class WireChannel {
  private static final System.Logger LOG = System.getLogger(WireChannel.class.getName());

  static final String EXCHANGE = "bindery.control";

  private static final String REPLIES = "amq.rabbitmq.reply-to";
  private static final byte[] NOTHING = new byte[0];

  /** More than a content header of a command has besides its arguments, with its frame. */
  private static final int COMMAND_BYTES = 128;

  private final Channel channel;
  private final Outflow out;
  private final Listener listener;
  private final Confirms confirms = new Confirms();
  private final Map<String, Ticket<Answer>> asked = new ConcurrentHashMap<>();
  private final AtomicLong commands = new AtomicLong();
  private final Object writing = new Object();
  private volatile AmqpException ended;
  private volatile Runnable before = () -> {};

  /** Hears what comes. On the connection's thread, which must not be blocked. */
  interface Listener {
    /** A delivery to a consumer. */
    void delivered(String tag, Envelope envelope, BasicProperties properties, byte[] body);

    /** The server ended a consumer. */
    void cancelled(String tag);

    /** The channel is over. */
    void ended(AmqpException why);
  }

  /**
   * The answer to a command.
   *
   * @param fields what it says
   * @param envelope of the message that it got, or null
   * @param received that message, or null
   */
  record Answer(Map<String, Object> fields, Envelope envelope, MessageCodec.Received received) {}

  private WireChannel(Channel channel, Outflow out, Listener listener) {
    this.channel = channel;
    this.out = out;
    this.listener = listener;
  }

  /** Makes a channel ready: asks the server twice, so not on the connection's thread. */
  static WireChannel open(Channel channel, Outflow out, Listener listener) throws IOException {
    WireChannel wire = new WireChannel(channel, out, listener);
    channel.addShutdownListener(wire::end);
    channel.setDefaultConsumer(wire.new Deliveries(channel));
    channel.addConfirmListener(
        (number, multiple) -> wire.confirms.confirmed(number, multiple, true),
        (number, multiple) -> wire.confirms.confirmed(number, multiple, false));
    channel.confirmSelect();
    channel.basicConsume(REPLIES, true, wire.new Replies(channel));
    wire.tell("report-publishes", Map.of());
    return wire;
  }

  private void end(ShutdownSignalException signal) {
    AmqpException why = Failures.of(signal);
    ended = why;
    listener.ended(why);
    AmqpException unanswered = Losses.sent(why);
    confirms.end(Losses.unconfirmed(unanswered));
    asked.values().forEach(each -> each.fail(unanswered));
    asked.clear();
  }

  // --- what goes out ---

  /** Something that is written. */
  private interface Write {
    void run() throws IOException;
  }

  private void write(Write write, String doing) throws AmqpException {
    try {
      write.run();
    } catch (IOException | RuntimeException e) {
      // Of what was written in part nobody knows whether it arrived, also when the end is known.
      AmqpException failure = Failures.of(e, doing);
      throw ended != null && failure.replyCode() == ReplyCode.CHANNEL_ERROR ? closed() : failure;
    }
  }

  AmqpException closed() {
    return new AmqpException(ReplyCode.CHANNEL_ERROR, "The channel is closed", ended);
  }

  /** Does several things with nothing of another thread between them. */
  Object writing() {
    return writing;
  }

  /** What is to go out before anything else does. It may write. */
  void before(Runnable first) {
    before = first;
  }

  /**
   * Publishes.
   *
   * @param about null for a command, whose ticket is null, too
   */
  Ticket<PublishOutcome> publish(Content content, Confirms.Publish about) throws AmqpException {
    synchronized (writing) {
      before.run();
      if (ended != null) {
        throw closed();
      }
      Ticket<PublishOutcome> ticket = confirms.add(about);
      try {
        write(() -> content.to(channel), "publishing");
      } catch (AmqpException e) {
        if (!(e.getCause() instanceof IOException)) {
          // The library has refused it, whatever it counts itself: the server does not count it.
          confirms.takeBack();
        }
        throw about == null ? e : Losses.unconfirmed(e);
      }
      if (ticket != null && !ticket.isDone()) {
        push();
      }
      return ticket;
    }
  }

  /** Somebody waits for what was written, or may. */
  void push() {
    try {
      out.push();
    } catch (IOException e) {
      // The connection is broken, and all that wait are told by its end.
      LOG.log(Level.DEBUG, "A write failed", e);
    }
  }

  /** A message, and where it goes. */
  record Content(Route route, BasicProperties properties, byte[] body) {
    private void to(Channel channel) throws IOException {
      channel.basicPublish(
          route.exchange(), route.routingKey(), route.mandatory(), properties, body);
    }
  }

  private void command(String name, BasicProperties properties) throws AmqpException {
    publish(new Content(new Route(EXCHANGE, name, false), properties, NOTHING), null);
  }

  /** How long the arguments of a command may be: all of them are in one frame. */
  int mostArgumentBytes() {
    int frameMax = channel.getConnection().getFrameMax();
    return (frameMax == 0 ? Integer.MAX_VALUE : frameMax) - COMMAND_BYTES;
  }

  /** Done when everything whose sender did not wait for it is confirmed. */
  Ticket<Void> idle() {
    return confirms.idle();
  }

  /** Sends a command that is answered. */
  Ticket<Answer> ask(String command, Map<String, Object> arguments) {
    return ask(command, arguments, refused -> {});
  }

  /**
   * The same.
   *
   * @param first is told before anything that comes after the answer whether that is a failure:
   *     null when it is none
   */
  Ticket<Answer> ask(String command, Map<String, Object> arguments, Consumer<AmqpException> first) {
    String id = Long.toString(commands.incrementAndGet());
    Ticket<Answer> ticket = new Ticket<>();
    ticket.whenDone((done, failure) -> first.accept(failure));
    asked.put(id, ticket);
    BasicProperties properties =
        new BasicProperties.Builder().headers(arguments).replyTo(REPLIES).correlationId(id).build();
    try {
      command(command, properties);
      push();
    } catch (AmqpException e) {
      asked.remove(id);
      ticket.fail(e);
    }
    return ticket;
  }

  /** Sends a command that is not answered, and that nothing can be wrong with. */
  void tell(String command, Map<String, Object> arguments) {
    BasicProperties properties = new BasicProperties.Builder().headers(arguments).build();
    try {
      command(command, properties);
    } catch (AmqpException e) {
      // The channel is over, or about to be, and whoever must know is told so.
    }
  }

  /**
   * Acknowledges.
   *
   * @param multiple with all before it that are not settled
   */
  void acknowledge(long tag, boolean multiple) throws AmqpException {
    synchronized (writing) {
      write(() -> channel.basicAck(tag, multiple), "acknowledging");
    }
  }

  void refuse(long tag, boolean requeue) throws AmqpException {
    synchronized (writing) {
      before.run();
      write(() -> channel.basicNack(tag, false, requeue), "giving back");
    }
  }

  /** Closes it: waits for the server. */
  void close() throws AmqpException {
    if (channel.isOpen()) {
      try {
        channel.close();
      } catch (IOException | java.util.concurrent.TimeoutException | RuntimeException e) {
        if (channel.isOpen()) {
          throw Failures.of(e, "closing a channel");
        }
      }
    }
  }

  // --- what comes in ---

  /** All consumers of the channel but that of the replies. */
  private final class Deliveries extends DefaultConsumer {
    private Deliveries(Channel channel) {
      super(channel);
    }

    @Override
    public void handleDelivery(
        String tag, Envelope envelope, BasicProperties properties, byte[] body) {
      listener.delivered(tag, envelope, properties, body);
    }

    @Override
    public void handleCancel(String tag) {
      listener.cancelled(tag);
    }
  }

  private final class Replies extends DefaultConsumer {
    private Replies(Channel channel) {
      super(channel);
    }

    @Override
    public void handleDelivery(
        String tag, Envelope envelope, BasicProperties properties, byte[] body) {
      if (properties.getHeaders() != null
          && properties.getHeaders().get(MessageCodec.GET) != null) {
        got(envelope, MessageCodec.received(properties, body));
        return;
      }
      Map<String, Object> fields = MessageCodec.headers(properties.getHeaders());
      if (envelope.getRoutingKey().equals("publish") && fields.get("publish") != null) {
        reported(fields);
        return;
      }
      Ticket<Answer> ticket = asked.remove(String.valueOf(properties.getCorrelationId()));
      if (ticket != null) {
        AmqpException failure = Failures.told(fields);
        if (failure == null) {
          ticket.complete(new Answer(fields, null, null));
        } else {
          ticket.fail(failure);
        }
      }
    }

    private void got(Envelope envelope, MessageCodec.Received received) {
      Ticket<Answer> ticket = asked.remove(received.answers());
      if (ticket != null) {
        ticket.complete(new Answer(Map.of(), envelope, received));
      }
    }

    private void reported(Map<String, Object> fields) {
      confirms.reported(
          ((Number) fields.get("publish")).longValue(),
          "unrouted".equals(fields.get("outcome"))
              ? PublishOutcome.UNROUTED
              : PublishOutcome.ROUTED,
          Failures.told(fields));
    }
  }
}
