package io.bindery.amqp.server;

import io.bindery.amqp.codec.BasicMethod;
import io.bindery.amqp.codec.ChannelMethod;
import io.bindery.amqp.codec.ConfirmMethod;
import io.bindery.amqp.codec.ContentHeader;
import io.bindery.amqp.codec.ExchangeMethod;
import io.bindery.amqp.codec.Method;
import io.bindery.amqp.codec.MethodType;
import io.bindery.amqp.codec.ProtocolException;
import io.bindery.amqp.codec.QueueMethod;
import io.bindery.amqp.codec.TxMethod;
import io.bindery.engine.AmqpException;
import io.bindery.engine.Channel;
import io.bindery.engine.ReplyCode;
import io.bindery.engine.Ticket;
import io.netty.buffer.ByteBuf;
import java.util.ArrayDeque;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/**
 * A client's channel as a state machine (AMQP 0-9-1, class channel): hands methods to its parts,
 * and keeps their order. While an engine's answer is awaited what comes is parked, so that answers
 * are in the order of the questions; publishes do not wait for each other. On the event loop.
 */
final class ClientChannel {
  private static final int PARKED_BYTES = 512;

  private final ClientConnection connection;
  private final int number;
  private final ContentAssembly assembly;
  private final Topology topology = new Topology(this);
  private final Work work = new Work(this);
  private final Consuming consuming = new Consuming(this);
  private final Publishing publishing = new Publishing(this);
  private final Control control = new Control(this);
  private final ArrayDeque<Parked> parked = new ArrayDeque<>(0);
  private Channel engine;
  private Phase phase = Phase.OPENING;
  private boolean waiting;
  private boolean unparks;
  private boolean finishes;
  private boolean crossed;

  /** What follows once all that came before the client's close is done; null before. */
  private Runnable leaving;

  private enum Phase {
    OPENING,
    OPEN,
    /** The server has sent channel.close. */
    CLOSING,
    CLOSED
  }

  /** Something that waits for its turn. */
  private record Parked(Step step, MethodType about, int bytes) {}

  /** Something that may fail. */
  interface Step {
    void run() throws AmqpException;
  }

  ClientChannel(ClientConnection connection, int number, long messageBytes) {
    this.connection = connection;
    this.number = number;
    this.assembly = new ContentAssembly(messageBytes);
  }

  int number() {
    return number;
  }

  ClientConnection connection() {
    return connection;
  }

  Channel engine() {
    return engine;
  }

  Work work() {
    return work;
  }

  Consuming consuming() {
    return consuming;
  }

  Publishing publishing() {
    return publishing;
  }

  Topology topology() {
    return topology;
  }

  Control control() {
    return control;
  }

  boolean isOpen() {
    return phase == Phase.OPEN;
  }

  void open(Ticket<Channel> ticket) {
    answer(
        ticket,
        MethodType.CHANNEL_OPEN,
        channel -> {
          engine = channel;
          phase = Phase.OPEN;
          reply(new ChannelMethod.OpenOk());
        });
  }

  // --- what comes ---

  void method(Method method) throws AmqpException {
    if (phase == Phase.CLOSING) {
      closing(method);
      return;
    }
    assembly.checkComplete(method.type());
    if (method instanceof BasicMethod.Publish publish) {
      assembly.begin(publish);
    } else {
      inTurn(() -> handle(method), method.type(), PARKED_BYTES);
    }
  }

  /**
   * Where both have closed at once, the client's own close-ok is still to come; whoever does not
   * send it may open the channel again nevertheless.
   */
  private void closing(Method method) throws AmqpException {
    if (method instanceof ChannelMethod.CloseOk) {
      connection.channels().forget(this);
    } else if (method instanceof ChannelMethod.Close) {
      crossed = true;
      reply(new ChannelMethod.CloseOk());
    } else if (crossed && method instanceof ChannelMethod.Open) {
      connection.channels().forget(this);
      connection.channels().method(number, method);
    }
  }

  void header(ContentHeader header) throws AmqpException {
    if (phase != Phase.CLOSING) {
      try {
        content(assembly.header(header));
      } catch (ProtocolException e) {
        fail(e, MethodType.BASIC_PUBLISH);
      }
    }
  }

  void body(ByteBuf from, int length) throws AmqpException {
    if (phase != Phase.CLOSING) {
      content(assembly.body(from, length));
    }
  }

  private void content(ContentAssembly.Content content) {
    if (content != null) {
      if (waiting) {
        int bytes = content.properties().build().sizeBytes();
        park(new Parked(() -> publishing.publish(content), MethodType.BASIC_PUBLISH, bytes));
      } else {
        perform(() -> publishing.publish(content), MethodType.BASIC_PUBLISH);
      }
    }
  }

  private void inTurn(Step step, MethodType about, int bytes) {
    if (waiting) {
      park(new Parked(step, about, bytes));
    } else {
      perform(step, about);
    }
  }

  private void park(Parked one) {
    parked.add(one);
    connection.intake().began(one.bytes);
  }

  private void perform(Step step, MethodType about) {
    try {
      step.run();
    } catch (AmqpException e) {
      fail(e, about);
    }
  }

  /** Answers that are there at once come back here: they are taken one after the other. */
  private void unpark() {
    if (unparks) {
      return;
    }
    unparks = true;
    try {
      while (!waiting && !parked.isEmpty()) {
        Parked next = parked.poll();
        connection.intake().ended(next.bytes);
        perform(next.step, next.about);
      }
    } finally {
      unparks = false;
    }
  }

  private void forgetParked() {
    while (!parked.isEmpty()) {
      connection.intake().ended(parked.poll().bytes);
    }
  }

  private void handle(Method method) throws AmqpException {
    if (method instanceof BasicMethod basic) {
      basic(basic);
    } else if (method instanceof QueueMethod queue) {
      topology.queue(queue);
    } else if (method instanceof ExchangeMethod exchange) {
      topology.exchange(exchange);
    } else if (method instanceof ChannelMethod channel) {
      channel(channel);
    } else if (method instanceof TxMethod tx) {
      work.tx(tx);
    } else if (method instanceof ConfirmMethod.Select select) {
      work.confirm(select);
    } else {
      throw invalid(method);
    }
  }

  private void basic(BasicMethod method) throws AmqpException {
    if (method instanceof BasicMethod.Ack
        || method instanceof BasicMethod.Nack
        || method instanceof BasicMethod.Reject
        || method instanceof BasicMethod.Recover
        || method instanceof BasicMethod.RecoverAsync) {
      work.settle(method);
    } else {
      consuming.method(method);
    }
  }

  private void channel(ChannelMethod method) throws AmqpException {
    if (method instanceof ChannelMethod.Close) {
      leaving = leaving == null ? this::closeOk : both(this::closeOk, leaving);
      leave();
    } else if (method instanceof ChannelMethod.Flow flow) {
      reply(new ChannelMethod.FlowOk(flow.active()));
      consuming.flow(flow.active());
    } else if (method instanceof ChannelMethod.Open) {
      throw new ProtocolException(
          ReplyCode.CHANNEL_ERROR, "Channel " + number + " is open already", method.type());
    } else if (!(method instanceof ChannelMethod.FlowOk)) {
      throw invalid(method);
    }
  }

  /** A method that only servers send, or that nothing asked for. */
  static ProtocolException invalid(Method method) {
    return new ProtocolException(
        ReplyCode.COMMAND_INVALID,
        method.type() + " may not come from a client now",
        method.type());
  }

  // --- what goes ---

  void reply(Method method) {
    connection.reply(number, method);
  }

  /** Handles an engine's answer, a failure closes; what comes meanwhile waits. */
  <T> void answer(Ticket<T> ticket, MethodType about, Consumer<? super T> handler) {
    await(
        ticket,
        (value, failure) -> {
          if (failure != null) {
            fail(failure, about);
          } else {
            handler.accept(value);
          }
        });
  }

  /** Handles an engine's answer or failure; what comes meanwhile waits. */
  <T> void await(Ticket<T> ticket, BiConsumer<? super T, ? super AmqpException> handler) {
    waiting = true;
    connection.then(
        ticket,
        (value, failure) -> {
          waiting = false;
          if (phase != Phase.CLOSED && phase != Phase.CLOSING) {
            handler.accept(value, failure);
            unpark();
          }
        });
  }

  /** There is something to do when the turn ends. */
  void finishLater() {
    if (!finishes) {
      finishes = true;
      connection.channels().finishLater(this);
    }
  }

  void turnEnded() {
    finishes = false;
    if (phase == Phase.OPEN) {
      publishing.turnEnded();
      work.answerPublishes();
    }
  }

  /** There may be room to deliver again. */
  void resume() {
    consuming.resume();
  }

  // --- the end ---

  /**
   * The client closes the connection: calls back, once, when what came before is done, for a
   * publish may wait for the disk or for memory. Nothing is called where the connection ends first.
   */
  void end(Runnable then) {
    if (phase == Phase.CLOSING) {
      then.run();
    } else if (leaving != null) {
      // It closes the channel, too.
      leaving = both(leaving, then);
    } else {
      leaving = then;
      inTurn(this::leave, MethodType.CONNECTION_CLOSE, PARKED_BYTES);
    }
  }

  private static Runnable both(Runnable first, Runnable second) {
    return () -> {
      first.run();
      second.run();
    };
  }

  private void leave() {
    consuming.stop();
    answer(work.allPromised(), MethodType.CHANNEL_CLOSE, taken -> left());
  }

  private void left() {
    Runnable then = leaving;
    leaving = null;
    work.answerPublishes();
    release();
    then.run();
  }

  private void closeOk() {
    reply(new ChannelMethod.CloseOk());
    connection.channels().forget(this);
  }

  /** Closes the channel or, where the error is a hard one, the connection. */
  void fail(AmqpException why, MethodType about) {
    if (phase == Phase.CLOSING || phase == Phase.CLOSED) {
      return;
    }
    AmqpException known =
        why instanceof ProtocolException
            ? why
            : new ProtocolException(why.replyCode(), why.getMessage(), about);
    if (why.replyCode().scope() == ReplyCode.Scope.CONNECTION) {
      connection.fail(known);
      return;
    }
    if (leaving != null) {
      // The client waits for the end, and for nothing else: what is behind is not done.
      left();
      return;
    }
    work.answerPublishes();
    connection.log().channelClosed(number, about, known);
    reply(
        new ChannelMethod.Close(
            known.replyCode().code(),
            ReplyText.of(known),
            ReplyText.classId(known),
            ReplyText.methodId(known)));
    release();
    phase = Phase.CLOSING;
  }

  /** Ends what it has in the engine: what the client holds goes back as seen. */
  void release() {
    if (phase == Phase.CLOSED || phase == Phase.CLOSING) {
      return;
    }
    phase = Phase.CLOSED;
    forgetParked();
    if (engine != null) {
      consuming.stop();
      work.giveBackAll();
      engine.close();
    }
  }
}
