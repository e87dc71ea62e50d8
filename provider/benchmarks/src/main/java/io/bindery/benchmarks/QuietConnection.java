package io.bindery.benchmarks;

import io.bindery.amqp.codec.BasicMethod;
import io.bindery.amqp.codec.ChannelMethod;
import io.bindery.amqp.codec.ConnectionMethod;
import io.bindery.amqp.codec.Frames;
import io.bindery.amqp.codec.Method;
import io.bindery.amqp.codec.MethodType;
import io.bindery.amqp.codec.QueueMethod;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.Map;

/**
 * A connection with one channel that takes next to nothing of its own process: a socket. What it
 * asks can be sent before the answer is waited for. For one thread at a time.
 */
final class QuietConnection implements AutoCloseable {
  private static final int CHANNEL = 1;
  private static final int HEADER_BYTES = 7;
  private static final int MOST_BYTES = 128 * 1024;

  private final SocketChannel socket;

  private QuietConnection(SocketChannel socket) {
    this.socket = socket;
  }

  /**
   * Connects as guest, with heartbeats, and opens a channel.
   *
   * @param virtualHost its name
   */
  static QuietConnection open(int port, String virtualHost) throws IOException {
    SocketChannel socket = SocketChannel.open(new InetSocketAddress("127.0.0.1", port));
    socket.setOption(StandardSocketOptions.TCP_NODELAY, true);
    QuietConnection opened = new QuietConnection(socket);
    ByteBuf header = Unpooled.buffer();
    Frames.protocolHeader(header);
    opened.write(header);
    opened.await(MethodType.CONNECTION_START);
    opened.send(0, new ConnectionMethod.StartOk(Map.of(), "PLAIN", "\0guest\0guest", "en_US"));
    ByteBuf tune = opened.await(MethodType.CONNECTION_TUNE);
    opened.send(
        0,
        new ConnectionMethod.TuneOk(
            tune.readUnsignedShort(), tune.readUnsignedInt(), tune.readUnsignedShort()));
    opened.send(0, new ConnectionMethod.Open(virtualHost));
    opened.await(MethodType.CONNECTION_OPEN_OK);
    opened.send(CHANNEL, new ChannelMethod.Open());
    opened.await(MethodType.CHANNEL_OPEN_OK);
    return opened;
  }

  /** Asks for a durable queue. */
  void declare(String queue) throws IOException {
    send(CHANNEL, new QueueMethod.Declare(queue, false, true, false, false, false, Map.of()));
  }

  /** Asks whether a queue is there. */
  void find(String queue) throws IOException {
    send(CHANNEL, new QueueMethod.Declare(queue, true, false, false, false, false, Map.of()));
  }

  /** Waits until it is declared, or found. */
  void awaitDeclared() throws IOException {
    await(MethodType.QUEUE_DECLARE_OK);
  }

  /** Consumes from a queue. */
  void consume(String queue) throws IOException {
    send(CHANNEL, new BasicMethod.Consume(queue, "", false, false, false, false, Map.of()));
    await(MethodType.BASIC_CONSUME_OK);
  }

  /** Shows that it is alive; what the server sends for that waits in the socket. */
  void heartbeat() throws IOException {
    ByteBuf out = Unpooled.buffer();
    Frames.heartbeat(out);
    write(out);
  }

  private void send(int channel, Method method) throws IOException {
    ByteBuf out = Unpooled.buffer();
    Frames.method(out, channel, method);
    write(out);
  }

  private void write(ByteBuf out) throws IOException {
    ByteBuffer bytes = out.nioBuffer();
    while (bytes.hasRemaining()) {
      socket.write(bytes);
    }
  }

  /** Waits for a method, whatever heartbeats come before; answers its arguments. */
  private ByteBuf await(MethodType expected) throws IOException {
    while (true) {
      ByteBuf header = read(HEADER_BYTES);
      boolean method = header.readByte() == 1;
      header.skipBytes(2);
      ByteBuf payload = read(Math.toIntExact(header.readUnsignedInt()) + 1);
      if (method) {
        int classId = payload.readUnsignedShort();
        int methodId = payload.readUnsignedShort();
        if (classId != expected.classId() || methodId != expected.methodId()) {
          throw new IOException(
              "method " + classId + "." + methodId + " came, expected was " + expected);
        }
        return payload;
      }
    }
  }

  private ByteBuf read(int length) throws IOException {
    if (length > MOST_BYTES) {
      throw new IOException("a frame of " + length + " bytes came");
    }
    ByteBuffer bytes = ByteBuffer.allocate(length);
    while (bytes.hasRemaining()) {
      if (socket.read(bytes) < 0) {
        throw new EOFException("the server closed a connection");
      }
    }
    return Unpooled.wrappedBuffer(bytes.flip());
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
