package io.bindery.amqp.server;

import io.bindery.engine.AmqpException;
import io.bindery.engine.Engine;
import io.bindery.engine.ReplyCode;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * Serves an engine to clients that speak AMQP 0-9-1 over TCP or TLS. The engine stays its caller's:
 * closing the server does not close it. Thread-safe.
 */
public final class AmqpServer implements AutoCloseable {
  private static final WriteBufferWaterMark WATERMARK =
      new WriteBufferWaterMark(128 * 1024, 512 * 1024);
  private static final long CLOSE_MS = 2_000;

  /**
   * So many that a write ends only when all is written or the network is full: otherwise Netty
   * leaves a task for the rest on an event loop that the connection may have left by then.
   */
  private static final int WRITES_AT_ONCE = 1 << 20;

  private final Engine engine;
  private final ServerSettings settings;
  private final Seats seats;
  private final EventLoops loops;
  private final Set<NettyWire> wires = ConcurrentHashMap.newKeySet();
  private Channel listening;
  private List<NettyWire> told;
  private long deadlineNs;

  private AmqpServer(Engine engine, ServerSettings settings) {
    this.engine = engine;
    this.settings = settings;
    this.seats = new Seats(settings.limits().connections());
    this.loops = new EventLoops(wires, settings.tls() == null);
  }

  /**
   * Starts a server.
   *
   * @throws AmqpException RESOURCE_ERROR when it cannot listen: the text names address and port
   */
  public static AmqpServer start(Engine engine, ServerSettings settings) throws AmqpException {
    AmqpServer server = new AmqpServer(engine, settings);
    try {
      server.listen();
      return server;
    } catch (AmqpException e) {
      server.close();
      throw e;
    }
  }

  private void listen() throws AmqpException {
    ServerBootstrap bootstrap =
        new ServerBootstrap()
            .group(loops.group())
            .channel(NioServerSocketChannel.class)
            .option(ChannelOption.SO_REUSEADDR, true)
            .option(ChannelOption.SO_BACKLOG, 1_024)
            .childOption(ChannelOption.TCP_NODELAY, true)
            .childOption(ChannelOption.ALLOCATOR, PooledByteBufAllocator.DEFAULT)
            .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, WATERMARK)
            .childOption(ChannelOption.WRITE_SPIN_COUNT, WRITES_AT_ONCE)
            .childHandler(
                new ChannelInitializer<SocketChannel>() {
                  @Override
                  protected void initChannel(SocketChannel channel) {
                    accept(channel);
                  }
                });
    InetSocketAddress address = new InetSocketAddress(settings.host(), settings.port());
    ChannelFuture bound = bootstrap.bind(address).awaitUninterruptibly();
    if (!bound.isSuccess()) {
      throw new AmqpException(
          ReplyCode.RESOURCE_ERROR,
          "Cannot listen on "
              + settings.host()
              + ":"
              + settings.port()
              + ": "
              + bound.cause().getMessage(),
          bound.cause());
    }
    listening = bound.channel();
  }

  private void accept(SocketChannel channel) {
    if (settings.tls() != null) {
      channel.pipeline().addLast(settings.tls().get().newHandler(channel.alloc()));
    }
    NettyWire wire = new NettyWire(engine, settings, seats, loops::looks);
    channel.pipeline().addLast(wire);
    wires.add(wire);
    channel.closeFuture().addListener(closed -> wires.remove(wire));
  }

  /** The port that it listens on. */
  public int port() {
    return ((InetSocketAddress) listening.localAddress()).getPort();
  }

  EventLoops loops() {
    return loops;
  }

  /** How many clients are connected. */
  public int connections() {
    return wires.size();
  }

  /**
   * Begins to close it: nobody else is let in, and connections are closed with CONNECTION_FORCED.
   * Returns at once, so that clients of several servers are waited for together. Twice does
   * nothing. Not on an event loop.
   */
  public synchronized void stop() {
    if (told != null) {
      return;
    }
    loops.stopMoving();
    if (listening != null) {
      listening.close().awaitUninterruptibly();
    }
    AmqpException why = new AmqpException(ReplyCode.CONNECTION_FORCED, "the server shuts down");
    told = List.copyOf(wires);
    for (NettyWire wire : told) {
      wire.execute(() -> wire.connection().fail(why));
    }
    deadlineNs = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(CLOSE_MS);
  }

  /**
   * Closes it: {@link #stop}s, and its threads end, after at most some seconds for clients that do
   * not answer. Twice does nothing. Not on an event loop.
   */
  @Override
  public synchronized void close() {
    stop();
    for (NettyWire wire : told) {
      wire.awaitClosed(deadlineNs - System.nanoTime());
    }
    loops.close(CLOSE_MS);
  }
}
