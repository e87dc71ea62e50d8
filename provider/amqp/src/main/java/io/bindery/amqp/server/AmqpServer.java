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
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/**
 * Serves an engine to clients that speak AMQP 0-9-1 over TCP or TLS. The engine stays its caller's:
 * closing the server does not close it. Thread-safe.
 */
public final class AmqpServer implements AutoCloseable {
  private static final WriteBufferWaterMark WATERMARK =
      new WriteBufferWaterMark(128 * 1024, 512 * 1024);
  private static final long CLOSE_MS = 2_000;

  private final Engine engine;
  private final ServerSettings settings;
  private final Seats seats;
  private final EventLoopGroup loops;
  private final Loops threads;
  private final Set<NettyWire> wires = ConcurrentHashMap.newKeySet();
  private Channel listening;

  private AmqpServer(Engine engine, ServerSettings settings) {
    this.engine = engine;
    this.settings = settings;
    this.seats = new Seats(settings.limits().connections());
    this.threads = new Loops();
    this.loops =
        new MultiThreadIoEventLoopGroup(
            Math.max(2, Runtime.getRuntime().availableProcessors()),
            threads,
            NioIoHandler.newFactory());
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
            .group(loops)
            .channel(NioServerSocketChannel.class)
            .option(ChannelOption.SO_REUSEADDR, true)
            .option(ChannelOption.SO_BACKLOG, 1_024)
            .childOption(ChannelOption.TCP_NODELAY, true)
            .childOption(ChannelOption.ALLOCATOR, PooledByteBufAllocator.DEFAULT)
            .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, WATERMARK)
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
    NettyWire wire = new NettyWire(engine, settings, seats);
    channel.pipeline().addLast(wire);
    wires.add(wire);
    channel.closeFuture().addListener(closed -> wires.remove(wire));
  }

  /** The port that it listens on. */
  public int port() {
    return ((InetSocketAddress) listening.localAddress()).getPort();
  }

  /** How many clients are connected. */
  public int connections() {
    return wires.size();
  }

  /**
   * Closes it: connections are closed with CONNECTION_FORCED, and its threads end, after at most
   * some seconds for clients that do not answer. Twice does nothing. Not on an event loop.
   */
  @Override
  public void close() {
    if (listening != null) {
      listening.close().awaitUninterruptibly();
    }
    AmqpException why = new AmqpException(ReplyCode.CONNECTION_FORCED, "the server shuts down");
    List<NettyWire> open = List.copyOf(wires);
    for (NettyWire wire : open) {
      wire.execute(() -> wire.connection().fail(why));
    }
    long deadlineNs = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(CLOSE_MS);
    for (NettyWire wire : open) {
      wire.awaitClosed(deadlineNs - System.nanoTime());
    }
    loops.shutdownGracefully(0, CLOSE_MS, TimeUnit.MILLISECONDS).awaitUninterruptibly();
    threads.join();
  }

  /** Makes the threads of the event loops, and waits for their end, which Netty does not. */
  private static final class Loops extends DefaultThreadFactory {
    private final List<Thread> made = new CopyOnWriteArrayList<>();

    private Loops() {
      super("bindery-amqp", true);
    }

    @Override
    protected Thread newThread(Runnable task, String name) {
      Thread thread = super.newThread(task, name);
      made.add(thread);
      return thread;
    }

    private void join() {
      try {
        for (Thread each : made) {
          each.join(CLOSE_MS);
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
