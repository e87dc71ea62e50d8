package io.bindery.itests.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;

import io.bindery.amqp.codec.BasicMethod;
import io.bindery.amqp.codec.ChannelMethod;
import io.bindery.amqp.codec.ConnectionMethod;
import io.bindery.amqp.codec.ContentHeader;
import io.bindery.amqp.codec.FrameDecoder;
import io.bindery.amqp.codec.FrameListener;
import io.bindery.amqp.codec.Method;
import io.bindery.engine.AmqpException;
import io.bindery.engine.AmqpMessage;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;

/**
 * A connection to a broker that sends what it is told, right or wrong, and hears frame by frame. It
 * answers nothing by itself. One thread.
 */
final class RawClient implements AutoCloseable {
  /** How long a broker may be silent where something is expected. */
  static final int PATIENCE_MS = 20_000;

  private static final int FRAME_BYTES = 1 << 20;
  private static final int GREETING = 'A';

  private final Socket socket;
  private final DataInputStream in;
  private final OutputStream out;
  private final FrameDecoder decoder =
      new FrameDecoder(UnpooledByteBufAllocator.DEFAULT, FRAME_BYTES);
  private final Ear ear = new Ear();

  /** A message that came, with the method that brought it. */
  record Message(Method method, AmqpMessage properties, byte[] body) {
    String text() {
      return new String(body, StandardCharsets.UTF_8);
    }

    long tag() {
      return method instanceof BasicMethod.Deliver deliver
          ? deliver.deliveryTag()
          : ((BasicMethod.GetOk) method).deliveryTag();
    }

    boolean redelivered() {
      return method instanceof BasicMethod.Deliver deliver
          ? deliver.redelivered()
          : ((BasicMethod.GetOk) method).redelivered();
    }
  }

  /** Keeps what the decoder finds in one frame. */
  private static final class Ear implements FrameListener {
    private Heard heard;

    @Override
    public void protocolHeader(boolean known) {
      // The one that opened the decoder.
    }

    @Override
    public void method(int channel, Method method) {
      heard = new Heard.Said(channel, method);
    }

    @Override
    public void header(int channel, ContentHeader header) {
      heard = new Heard.Header(channel, header);
    }

    @Override
    public void body(int channel, ByteBuf from, int length) {
      heard = new Heard.Body(channel, ByteBufUtil.getBytes(from, from.readerIndex(), length));
    }

    @Override
    public void heartbeat() {
      heard = new Heard.Beat();
    }
  }

  /** Connected, and nothing said. */
  RawClient(int port) throws IOException, AmqpException {
    socket = new Socket(InetAddress.getLoopbackAddress(), port);
    socket.setSoTimeout(PATIENCE_MS);
    socket.setTcpNoDelay(true);
    in = new DataInputStream(new BufferedInputStream(socket.getInputStream()));
    out = socket.getOutputStream();
    decoder.decode(Unpooled.wrappedBuffer(Octets.protocolHeader()), ear);
  }

  /** An open connection without heartbeats, and no channel. */
  static RawClient open(int port) throws IOException, AmqpException {
    return open(port, "guest");
  }

  /** The same of another user, whose password is its name. */
  static RawClient open(int port, String user) throws IOException, AmqpException {
    RawClient client = new RawClient(port);
    client.tune(user);
    client.send(0, new ConnectionMethod.TuneOk(2_047, 131_072, 0));
    client.send(0, new ConnectionMethod.Open("/"));
    client.expect(0, ConnectionMethod.OpenOk.class);
    return client;
  }

  /** Logs in; answers what the broker proposes. */
  ConnectionMethod.Tune tune() throws IOException, AmqpException {
    return tune("guest");
  }

  ConnectionMethod.Tune tune(String user) throws IOException, AmqpException {
    send(Octets.protocolHeader());
    expect(0, ConnectionMethod.Start.class);
    send(0, Octets.plain(user, user));
    return expect(0, ConnectionMethod.Tune.class);
  }

  void openChannel(int number) throws IOException, AmqpException {
    send(number, new ChannelMethod.Open());
    expect(number, ChannelMethod.OpenOk.class);
  }

  void send(byte[]... parts) throws IOException {
    out.write(Octets.joined(parts));
    out.flush();
  }

  void send(int channel, Method method) throws IOException {
    send(Octets.method(channel, method));
  }

  // --- what comes ---

  /** The next frame, or the end. */
  Heard next() throws IOException, AmqpException {
    int type;
    try {
      type = in.read();
    } catch (SocketException e) {
      return new Heard.End(); // reset: there was more to read for the broker
    }
    if (type < 0) {
      return new Heard.End();
    }
    if (type == GREETING) {
      byte[] octets = new byte[8];
      octets[0] = GREETING;
      in.readFully(octets, 1, octets.length - 1);
      return new Heard.Greeting(octets);
    }
    return frame(type);
  }

  private Heard frame(int type) throws IOException, AmqpException {
    try {
      int channel = in.readUnsignedShort();
      byte[] payload = in.readNBytes(in.readInt());
      byte[] frame = Octets.frame(type, channel, payload, in.read());
      ear.heard = null;
      decoder.decode(Unpooled.wrappedBuffer(frame), ear);
      return ear.heard;
    } catch (EOFException e) {
      return new Heard.End();
    }
  }

  /** The next frame, which must be this method. */
  <T extends Method> T expect(int channel, Class<T> type) throws IOException, AmqpException {
    Heard heard = next();
    if (heard instanceof Heard.Said said && type.isInstance(said.method())) {
      assertEquals(channel, said.channel(), "the channel of " + said.method());
      return type.cast(said.method());
    }
    return fail(type.getSimpleName() + " of " + type.getName() + " is expected, not " + heard);
  }

  /** The next frames, which must be a method with a content. */
  Message message(int channel, Class<? extends Method> type) throws IOException, AmqpException {
    return content(channel, expect(channel, type));
  }

  /** The content of a method that came. */
  Message content(int channel, Method method) throws IOException, AmqpException {
    Heard heard = next();
    if (!(heard instanceof Heard.Header header)) {
      return fail("a content header is expected, not " + heard);
    }
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    while (body.size() < header.header().bodyBytes()) {
      Heard more = next();
      if (!(more instanceof Heard.Body part)) {
        return fail("a content body is expected, not " + more);
      }
      assertEquals(channel, part.channel(), "the channel of a body");
      body.writeBytes(part.octets());
    }
    return new Message(method, header.header().properties().build(), body.toByteArray());
  }

  /** The broker closes the connection, and cuts it when that is confirmed. */
  ConnectionMethod.Close closed() throws IOException, AmqpException {
    ConnectionMethod.Close close = expect(0, ConnectionMethod.Close.class);
    send(0, new ConnectionMethod.CloseOk());
    ended();
    return close;
  }

  /** The broker has cut the connection. */
  void ended() throws IOException, AmqpException {
    Heard heard = next();
    while (heard instanceof Heard.Beat) {
      heard = next();
    }
    assertEquals(new Heard.End(), heard);
  }

  /** How long the broker may be silent. */
  void patience(int ms) throws SocketException {
    socket.setSoTimeout(ms);
  }

  @Override
  public void close() throws IOException {
    decoder.release();
    socket.close();
  }
}
