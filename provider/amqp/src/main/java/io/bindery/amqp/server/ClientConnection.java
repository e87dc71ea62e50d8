package io.bindery.amqp.server;

import io.bindery.amqp.codec.ConnectionMethod;
import io.bindery.amqp.codec.ContentHeader;
import io.bindery.amqp.codec.FrameDecoder;
import io.bindery.amqp.codec.FrameListener;
import io.bindery.amqp.codec.Method;
import io.bindery.amqp.codec.ProtocolException;
import io.bindery.engine.AmqpConnection;
import io.bindery.engine.AmqpException;
import io.bindery.engine.AmqpMessage;
import io.bindery.engine.Engine;
import io.bindery.engine.ReplyCode;
import io.bindery.engine.Ticket;
import io.bindery.engine.Transaction;
import io.netty.buffer.ByteBuf;
import java.util.HashMap;
import java.util.Map;
import java.util.function.BiConsumer;

/**
 * A client's connection as a state machine (AMQP 0-9-1, class connection): bytes come in by {@link
 * #received}, and go out by the {@link Wire}. Everything on its event loop; what engines complete
 * on other threads comes by the inbox.
 */
final class ClientConnection implements FrameListener {
  private final Engine engine;
  private final ServerSettings settings;
  private final Wire wire;
  private final Seats seats;
  private final FrameDecoder decoder;
  private final Outbox out;
  private final Inbox inbox;
  private final Intake intake;
  private final Heartbeats heartbeats;
  private final Handshake handshake;
  private final Channels channels;
  private final Branches branches = new Branches();
  private final Map<Long, Transaction> transactions = new HashMap<>(0);
  private final Refusals refusals = new Refusals();
  private final Farewell farewell;
  private final ConnectionLog log;
  private Phase phase = Phase.GREETING;
  private AmqpConnection opened;
  private boolean knowsControl;
  private boolean seated;
  private Wire.Later deadline;

  private enum Phase {
    GREETING,
    HANDSHAKE,
    OPEN,
    /** The client has sent connection.close, and what came before is not done yet. */
    LEAVING,
    /** The server has sent connection.close. */
    CLOSING,
    CLOSED
  }

  /** The only one of its server. */
  ClientConnection(Engine engine, ServerSettings settings, Wire wire) {
    this(engine, settings, wire, new Seats(settings.limits().connections()));
  }

  ClientConnection(Engine engine, ServerSettings settings, Wire wire, Seats seats) {
    this.seats = seats;
    this.engine = engine;
    this.settings = settings;
    this.wire = wire;
    this.log = new ConnectionLog(wire.peer().address());
    this.decoder = new FrameDecoder(wire.allocator(), Handshake.FRAME_BYTES);
    this.out = new Outbox(wire);
    this.inbox = new Inbox(wire, this::failed, this::turnEnded);
    this.intake = new Intake(wire, this::blocked);
    this.heartbeats = new Heartbeats(this, wire, intake);
    this.handshake = new Handshake(this, settings);
    this.channels = new Channels(this, settings.limits().messageBytes());
    this.farewell = new Farewell(wire, this::cut);
    this.deadline =
        wire.schedule(
            () -> lost("the handshake took too long"), settings.limits().handshakeTimeoutMs());
  }

  // --- the network ---

  /** Bytes came. */
  void received(ByteBuf in) {
    heartbeats.received();
    intake.received(in.readableBytes());
    while (in.isReadable() && phase != Phase.CLOSED) {
      try {
        decoder.decode(in, this);
      } catch (AmqpException e) {
        fail(e);
      } catch (RuntimeException e) {
        failed(e);
      }
    }
  }

  /** All that there was to do is done: sends what came of it. */
  void turnEnded() {
    if (phase == Phase.CLOSED) {
      return;
    }
    try {
      channels.finish();
    } catch (RuntimeException e) {
      failed(e);
    }
    channels.finished();
    out.flush();
    intake.adjust();
  }

  /** The network takes more again; this may come in the midst of a write. */
  void becameWritable() {
    inbox.post(this::resume);
  }

  private void resume() {
    if (phase != Phase.CLOSED) {
      out.flush();
      channels.each(ClientChannel::resume);
    }
  }

  /** The network is gone. */
  void disconnected() {
    if (phase != Phase.CLOSED) {
      log.gone(phase == Phase.GREETING);
      phase = Phase.CLOSED;
      release();
    }
    farewell.end();
    out.release();
    decoder.release();
  }

  // --- frames ---

  @Override
  public void protocolHeader(boolean known) {
    if (known) {
      phase = Phase.HANDSHAKE;
      handshake.start();
    } else {
      log.misunderstood();
      out.protocolHeader();
      end();
    }
  }

  @Override
  public void heartbeat() {
    // That something came is all it says.
  }

  @Override
  public void method(int channel, Method method) throws AmqpException {
    if (channel == 0) {
      connectionMethod(method);
    } else if (phase == Phase.OPEN) {
      channels.method(channel, method);
    } else {
      checkClosing();
    }
  }

  @Override
  public void header(int number, ContentHeader header) throws AmqpException {
    if (phase == Phase.OPEN) {
      channels.ofContent(number).header(header);
    } else {
      checkClosing();
    }
  }

  @Override
  public void body(int number, ByteBuf from, int length) throws AmqpException {
    if (phase == Phase.OPEN) {
      channels.ofContent(number).body(from, length);
    } else {
      checkClosing();
    }
  }

  private void checkClosing() throws ProtocolException {
    if (phase != Phase.CLOSING && phase != Phase.LEAVING) {
      throw new ProtocolException(
          ReplyCode.UNEXPECTED_FRAME, "A frame of a channel came before the connection was open");
    }
  }

  private void connectionMethod(Method method) throws AmqpException {
    if (method instanceof ConnectionMethod.Close close && phase != Phase.GREETING) {
      log.closedByClient(close.replyCode(), close.replyText());
    }
    if (method instanceof ConnectionMethod.Close && phase == Phase.OPEN) {
      phase = Phase.LEAVING;
      channels.end(this::closeOk);
    } else if (method instanceof ConnectionMethod.Close && phase != Phase.GREETING) {
      closeOk();
    } else if (phase == Phase.LEAVING) {
      // It has said its last.
      return;
    } else if (phase == Phase.CLOSING) {
      if (method instanceof ConnectionMethod.CloseOk) {
        end();
      }
    } else if (phase == Phase.HANDSHAKE) {
      handshake.method(method);
    } else if (method instanceof ConnectionMethod.UpdateSecret) {
      // RabbitMQ, "Update Secret": it is for tokens that end. A password is asked for at the login.
      reply(0, new ConnectionMethod.UpdateSecretOk());
    } else {
      throw new ProtocolException(
          ReplyCode.CHANNEL_ERROR, method.type() + " may not come now", method.type());
    }
  }

  private void closeOk() {
    if (phase != Phase.CLOSED) {
      out.dropWhatWaits();
      out.method(0, new ConnectionMethod.CloseOk());
      end();
    }
  }

  // --- the handshake ---

  void tuned(int frameMax) {
    decoder.maxFrameBytes(frameMax);
    out.maxFrameBytes(frameMax);
    heartbeats.start(handshake.heartbeatSeconds());
  }

  /** The virtual host is open. */
  void opened(AmqpConnection connection) {
    if (phase != Phase.HANDSHAKE) {
      connection.close();
      return;
    }
    deadline.cancel();
    deadline = () -> {};
    opened = connection;
    channels.begin(connection, handshake.channelMax());
    knowsControl = clientCan(Control.EXCHANGE);
    phase = Phase.OPEN;
    connection.onFailure(why -> inbox.post(() -> fail(why)));
    log.opened();
    reply(0, new ConnectionMethod.OpenOk());
  }

  /** RabbitMQ, "Authentication failure": who can take it is told. */
  void loginRefused(String mechanism, AmqpException why) {
    log.loginRefused(mechanism, why);
    if (handshake.clientCan("authentication_failure_close")) {
      fail(
          new AmqpException(
              ReplyCode.ACCESS_REFUSED,
              "Login was refused using authentication mechanism "
                  + mechanism
                  + ". For details see the broker logfile."));
    } else {
      end();
    }
  }

  // --- for its parts ---

  Peer peer() {
    return wire.peer();
  }

  Engine engine() {
    return engine;
  }

  ConnectionLog log() {
    return log;
  }

  Outbox out() {
    return out;
  }

  Intake intake() {
    return intake;
  }

  /** Its publishes outrun their consumers. Itself a consumer, it is read: it acknowledges. */
  void rest(int ms) {
    if (!channels.consume()) {
      intake.rest(ms);
    }
  }

  long nowMs() {
    return wire.nowMs();
  }

  String user() {
    return handshake.login().user();
  }

  boolean clientCan(String what) {
    return handshake.clientCan(what);
  }

  /** Whether the client knows our own headers. */
  boolean knowsControl() {
    return knowsControl;
  }

  Branches branches() {
    return branches;
  }

  /** The local transactions that commands began, by their numbers. */
  Map<Long, Transaction> transactions() {
    return transactions;
  }

  Refusals refusals() {
    return refusals;
  }

  /** A transaction is over: each channel that settled something in it learns of it. */
  void ended(Transaction over, boolean committed) {
    refusals.forget(over);
    channels.each(each -> each.work().settling().ended(over, committed));
  }

  /** Runs something on the event loop, soon; any thread. */
  void post(Runnable task) {
    inbox.post(task);
  }

  /** Runs something on the event loop after what others have to do there, as a turn of its own. */
  void yield(Runnable task) {
    wire.execute(
        () -> {
          try {
            task.run();
          } catch (RuntimeException e) {
            failed(e);
          }
          turnEnded();
        });
  }

  /** Handles the answer on the event loop: at once when it is there. */
  <T> void then(Ticket<T> ticket, BiConsumer<? super T, ? super AmqpException> handler) {
    if (ticket.isDone()) {
      ticket.whenDone(handler);
    } else {
      ticket.whenDone((value, failure) -> inbox.post(() -> handler.accept(value, failure)));
    }
  }

  /** Sends a method, unless the last that the client hears was sent. */
  void reply(int channel, Method method) {
    if (phase == Phase.HANDSHAKE || phase == Phase.OPEN || phase == Phase.LEAVING) {
      out.method(channel, method);
      heartbeats.sent();
    }
  }

  /** Sends a method with its content. */
  void content(int channel, Method method, AmqpMessage message) throws AmqpException {
    if (phase == Phase.OPEN) {
      out.content(channel, method, message);
      heartbeats.sent();
    }
  }

  Channels channels() {
    return channels;
  }

  void sendHeartbeat() {
    out.heartbeat();
    out.flush();
  }

  private void blocked(boolean blocked) {
    if (phase == Phase.OPEN && clientCan("connection.blocked")) {
      reply(
          0,
          blocked
              ? new ConnectionMethod.Blocked("low on memory or disk")
              : new ConnectionMethod.Unblocked());
      out.flush();
    }
  }

  // --- the end ---

  /** Closes the connection with an error, or as much of it as the error is about. */
  void fail(AmqpException error) {
    if (phase == Phase.CLOSING || phase == Phase.CLOSED) {
      return;
    }
    if (phase == Phase.GREETING) {
      end();
      return;
    }
    if (phase == Phase.LEAVING) {
      closeOk();
      return;
    }
    AmqpException why = channels.cause(error);
    log.closed(why);
    reply(
        0,
        new ConnectionMethod.Close(
            why.replyCode().code(),
            ReplyText.of(why),
            ReplyText.classId(why),
            ReplyText.methodId(why)));
    phase = Phase.CLOSING;
    release();
    out.flush();
    farewell.begin();
  }

  /** The boundary of the event loop: what fails there ends this connection, and no other. */
  private void failed(RuntimeException failure) {
    log.failed("closed after a failure of the server", failure);
    if (phase == Phase.CLOSING) {
      end();
    } else {
      fail(new AmqpException(ReplyCode.INTERNAL_ERROR, "the server failed; its log says more"));
    }
  }

  /** The peer is no longer there, or does not do what it must. */
  void lost(String why) {
    if (phase != Phase.CLOSED) {
      log.lost(why);
      end();
    }
  }

  private void end() {
    if (phase != Phase.CLOSED) {
      release();
      out.flush();
      phase = Phase.CLOSED;
      decoder.stop();
      farewell.begin();
      wire.close();
    }
  }

  /** It was released before, and has had its time. */
  private void cut() {
    phase = Phase.CLOSED;
    wire.cut();
  }

  private void release() {
    deadline.cancel();
    heartbeats.stop();
    intake.stop();
    channels.each(this::release);
    channels.forgetAll();
    if (opened != null) {
      opened.close();
      opened = null;
    }
    if (seated) {
      seated = false;
      seats.free();
    }
  }

  /** What one channel cannot give back the engine does, when the connection ends there. */
  private void release(ClientChannel channel) {
    try {
      channel.release();
    } catch (RuntimeException e) {
      log.failed("a channel did not end in order", e);
    }
  }

  /** Whether it may be open, beside all others. */
  boolean takeSeat() {
    seated = seated || seats.take();
    return seated;
  }

  int mostConnections() {
    return seats.limit();
  }
}
