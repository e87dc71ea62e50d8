package io.bindery.amqp.server;

import io.bindery.engine.Engine;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.EventLoop;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;
import javax.net.ssl.SSLPeerUnverifiedException;

/** A connection's end of Netty's pipeline. */
final class NettyWire extends ChannelInboundHandlerAdapter implements Wire {
  private static final Logger LOG = System.getLogger(NettyWire.class.getName());

  private final Engine engine;
  private final ServerSettings settings;
  private final Seats seats;
  private final IntSupplier looks;
  private Channel channel;
  private ClientConnection connection;
  private Peer peer;
  private volatile boolean moving;

  /** After how many looks; and how many turns since. Where they are read they need not be exact. */
  private int turnsAfter;

  private volatile int turns;

  NettyWire(Engine engine, ServerSettings settings, Seats seats, IntSupplier looks) {
    this.looks = looks;
    this.engine = engine;
    this.settings = settings;
    this.seats = seats;
  }

  // --- what Netty tells ---

  @Override
  public void handlerAdded(ChannelHandlerContext context) {
    channel = context.channel();
    peer = peer(channel.remoteAddress());
    connection = new ClientConnection(engine, settings, this, seats);
  }

  private static Peer peer(SocketAddress address) {
    if (!(address instanceof InetSocketAddress known)) {
      return new Peer(String.valueOf(address), false, null);
    }
    String host = known.getAddress().getHostAddress();
    return new Peer(
        (host.contains(":") ? "[" + host + "]" : host) + ":" + known.getPort(),
        known.getAddress().isLoopbackAddress(),
        null);
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext context, Object event) {
    SslHandler tls = context.pipeline().get(SslHandler.class);
    if (tls != null && event == SslHandshakeCompletionEvent.SUCCESS) {
      peer = peer.certified(certificate(tls));
    }
  }

  private static X509Certificate certificate(SslHandler tls) {
    try {
      Certificate[] chain = tls.engine().getSession().getPeerCertificates();
      return chain[0] instanceof X509Certificate first ? first : null;
    } catch (SSLPeerUnverifiedException e) {
      // It has shown none.
      return null;
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    ByteBuf in = (ByteBuf) message;
    try {
      connection.received(in);
    } finally {
      in.release();
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext context) {
    countTurn();
    connection.turnEnded();
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext context) {
    if (channel.isWritable()) {
      connection.becameWritable();
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    connection.disconnected();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    // A failure of TLS, which is the peer's too, comes wrapped.
    if (cause instanceof IOException || cause.getCause() instanceof IOException) {
      connection.lost(String.valueOf(cause.getMessage()));
    } else {
      LOG.log(Level.ERROR, peer.address() + ": closed after a failure of the server", cause);
      connection.lost("a failure of the server");
    }
  }

  ClientConnection connection() {
    return connection;
  }

  /** Waits until the connection is cut, at most so long. */
  void awaitClosed(long ns) {
    channel.closeFuture().awaitUninterruptibly(Math.max(0, ns), TimeUnit.NANOSECONDS);
  }

  // --- where it is ---

  EventLoop loop() {
    return channel.eventLoop();
  }

  private void countTurn() {
    int now = looks.getAsInt();
    int before = turnsAfter == now ? turns : 0;
    turnsAfter = now;
    turns = before + 1;
  }

  /** How many reads and writes of what there was at once it has had after so many looks. */
  int turns(int looks) {
    int now = turns;
    return turnsAfter == looks ? now : 0;
  }

  /** Moves to another event loop, soon; any thread. Not over TLS, which has tasks of its own. */
  void move(EventLoop to) {
    execute(
        () -> {
          if (channel.isRegistered() && channel.eventLoop() != to) {
            moving = true;
            channel.deregister().addListener(done -> register(to));
          }
        });
  }

  private void register(EventLoop to) {
    ChannelFuture registered = to.register(channel);
    if (registered.isDone() && !registered.isSuccess()) {
      // An event loop that has ended would not say that it refuses.
      moved(registered);
    } else {
      registered.addListener(this::moved);
    }
  }

  /** Until then no task of the connection runs. */
  private void moved(Future<?> registered) {
    boolean there = registered.isSuccess() && channel.isActive();
    if (!there) {
      channel.close();
      connection.disconnected();
    }
    moving = false;
    if (there) {
      // What was to be written, or read once, when there was no event loop to do it.
      channel.flush();
      channel.read();
    }
  }

  // --- what the connection asks ---

  @Override
  public Peer peer() {
    return peer;
  }

  @Override
  public ByteBufAllocator allocator() {
    return channel.alloc();
  }

  @Override
  public void write(ByteBuf bytes) {
    channel.write(bytes, channel.voidPromise());
  }

  @Override
  public void flush() {
    countTurn();
    channel.flush();
  }

  @Override
  public boolean isWritable() {
    return channel.isWritable();
  }

  /** From what goes out first, and how much of that has gone. */
  @Override
  public long taken() {
    ChannelOutboundBuffer out = channel.unsafe().outboundBuffer();
    return out == null
        ? 0
        : ((long) System.identityHashCode(out.current()) << Integer.SIZE) + out.currentProgress();
  }

  @Override
  public void reading(boolean on) {
    channel.config().setAutoRead(on);
  }

  @Override
  public void readOnce() {
    channel.read();
  }

  @Override
  public void close() {
    // It may have moved until all is written.
    channel
        .writeAndFlush(channel.alloc().buffer(0))
        .addListener(done -> execute(() -> channel.close()));
  }

  @Override
  public void cut() {
    channel.close();
  }

  @Override
  public void execute(Runnable task) {
    pass(new Task(task));
  }

  @Override
  public Later schedule(Runnable task, long delayMs) {
    Task later = new Task(task);
    Future<?> scheduled = channel.eventLoop().schedule(later, delayMs, TimeUnit.MILLISECONDS);
    return () -> {
      later.cancelled = true;
      scheduled.cancel(false);
    };
  }

  private void pass(Task task) {
    try {
      channel.eventLoop().execute(task);
    } catch (RejectedExecutionException e) {
      // The server is closed, and an engine's thread must not suffer from it.
      LOG.log(Level.DEBUG, "{0}: something came after the end", peer.address());
    }
  }

  /** Runs on the event loop where the connection is by then. */
  private final class Task implements Runnable {
    private final Runnable task;

    /** On the event loop. */
    private boolean cancelled;

    private Task(Runnable task) {
      this.task = task;
    }

    @Override
    public void run() {
      if (moving || !channel.eventLoop().inEventLoop()) {
        pass(this);
      } else if (!cancelled) {
        task.run();
      }
    }
  }

  @Override
  public long nowMs() {
    return System.currentTimeMillis();
  }
}
