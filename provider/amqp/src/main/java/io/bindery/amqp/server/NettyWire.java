package io.bindery.amqp.server;

import io.bindery.engine.Engine;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOutboundBuffer;
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
import javax.net.ssl.SSLPeerUnverifiedException;

/** A connection's end of Netty's pipeline. */
final class NettyWire extends ChannelInboundHandlerAdapter implements Wire {
  private static final Logger LOG = System.getLogger(NettyWire.class.getName());

  private final Engine engine;
  private final ServerSettings settings;
  private final Seats seats;
  private Channel channel;
  private ClientConnection connection;
  private Peer peer;

  NettyWire(Engine engine, ServerSettings settings, Seats seats) {
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
    channel.writeAndFlush(channel.alloc().buffer(0)).addListener(ChannelFutureListener.CLOSE);
  }

  @Override
  public void cut() {
    channel.close();
  }

  @Override
  public void execute(Runnable task) {
    try {
      channel.eventLoop().execute(task);
    } catch (RejectedExecutionException e) {
      // The server is closed, and an engine's thread must not suffer from it.
      LOG.log(Level.DEBUG, "{0}: something came after the end", peer.address());
    }
  }

  @Override
  public Later schedule(Runnable task, long delayMs) {
    Future<?> scheduled = channel.eventLoop().schedule(task, delayMs, TimeUnit.MILLISECONDS);
    return () -> scheduled.cancel(false);
  }

  @Override
  public long nowMs() {
    return System.currentTimeMillis();
  }
}
