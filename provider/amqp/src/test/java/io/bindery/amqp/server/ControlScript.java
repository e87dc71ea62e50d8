package io.bindery.amqp.server;

import io.bindery.amqp.codec.BasicMethod;
import io.bindery.amqp.codec.ChannelMethod;
import io.bindery.amqp.codec.ConnectionMethod;
import io.bindery.amqp.codec.ContentHeader;
import io.bindery.amqp.codec.FrameDecoder;
import io.bindery.amqp.codec.FrameListener;
import io.bindery.amqp.codec.Frames;
import io.bindery.amqp.codec.Method;
import io.bindery.engine.AmqpException;
import io.bindery.engine.AmqpMessage;
import io.bindery.engine.Body;
import io.bindery.engine.Engine;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A client that sends commands over a network that is none, and hears one line for each method,
 * content or answer. Its channels read replies under the consumer tag {@code replies}.
 */
final class ControlScript {
  private final FakeWire wire = new FakeWire();
  private final ClientConnection connection;
  private final Hearing hearing = new Hearing();
  private final FrameDecoder decoder = new FrameDecoder(UnpooledByteBufAllocator.DEFAULT, 1 << 24);
  private AmqpMessage latest;

  ControlScript(Engine engine, boolean knowsControl) {
    this(engine, Map.of("bindery.control", knowsControl, "consumer_cancel_notify", true), Map.of());
  }

  ControlScript(Engine engine, Map<String, Object> can, Map<String, Object> properties) {
    connection =
        new ClientConnection(engine, ServerSettings.local(0, Authenticator.of(engine)), wire);
    Map<String, Object> client = new TreeMap<>(properties);
    client.put("capabilities", can);
    say(
        Peers.protocolHeader(),
        Peers.method(0, new ConnectionMethod.StartOk(client, "PLAIN", "\0guest\0guest", "en_US")),
        Peers.method(0, new ConnectionMethod.TuneOk(0, 131_072, 0)),
        Peers.method(0, new ConnectionMethod.Open("/")));
  }

  FakeWire wire() {
    return wire;
  }

  void disconnect() {
    connection.disconnected();
    decoder.release();
  }

  /** Opens a channel that reads replies. */
  ControlScript channel(int number) {
    say(
        Peers.method(number, new ChannelMethod.Open()),
        Peers.method(
            number,
            new BasicMethod.Consume(
                "amq.rabbitmq.reply-to", "replies", false, true, false, false, Map.of())));
    return this;
  }

  /** Says something, and hears what comes of it. */
  List<String> say(byte[]... pieces) {
    for (byte[] piece : pieces) {
      connection.received(Unpooled.wrappedBuffer(piece));
    }
    connection.turnEnded();
    return hear();
  }

  /** The network takes more again. */
  void becameWritable() {
    connection.becameWritable();
  }

  /** What has come since. */
  List<String> hear() {
    wire.run();
    hearing.lines.clear();
    try {
      if (!hearing.begun) {
        hearing.begun = true;
        decoder.decode(Unpooled.wrappedBuffer(Peers.protocolHeader()), hearing);
      }
      decoder.decode(Unpooled.wrappedBuffer(wire.sent()), hearing);
    } catch (AmqpException e) {
      hearing.lines.add(e.toString());
    }
    return List.copyOf(hearing.lines);
  }

  List<String> say(int channel, Method method) {
    return say(Peers.method(channel, method));
  }

  /** A command whose answer is known by "c". */
  List<String> command(int channel, String name, Map<String, Object> arguments) {
    return say(bytes(channel, name, arguments, true));
  }

  /** A command that nobody hears of. */
  List<String> tell(int channel, String name, Map<String, Object> arguments) {
    return say(bytes(channel, name, arguments, false));
  }

  static byte[] bytes(int channel, String name, Map<String, Object> arguments, boolean answered) {
    AmqpMessage.Builder message = AmqpMessage.builder().headers(arguments);
    if (answered) {
      message.replyTo("amq.rabbitmq.reply-to").correlationId("c");
    }
    return published(channel, "bindery.control", name, message.build());
  }

  static byte[] published(int channel, String exchange, String key, AmqpMessage message) {
    byte[] body = ((Body.Bytes) message.body()).content();
    return Peers.joined(
        Peers.method(channel, new BasicMethod.Publish(exchange, key, false, false)),
        Peers.written(
            out -> {
              Frames.header(out, channel, message, body.length);
              Frames.bodies(out, channel, body, 4096);
            }));
  }

  /** Publishes texts to a queue, by the default exchange. */
  List<String> publish(int channel, String queue, String... texts) {
    byte[][] pieces = new byte[texts.length][];
    for (int i = 0; i < texts.length; i++) {
      pieces[i] = published(channel, "", queue, text(texts[i]));
    }
    return say(pieces);
  }

  static AmqpMessage text(String text) {
    return AmqpMessage.builder()
        .body(new Body.Bytes(text.getBytes(StandardCharsets.UTF_8)))
        .build();
  }

  /** The latest message that came, without its body. */
  AmqpMessage latest() {
    return latest;
  }

  private final class Hearing implements FrameListener {
    private final List<String> lines = new ArrayList<>();
    private boolean begun;
    private Method announced;
    private ContentHeader header;
    private final StringBuilder body = new StringBuilder();

    @Override
    public void protocolHeader(boolean known) {
      // The one that this class put before the rest.
    }

    @Override
    public void heartbeat() {
      lines.add("heartbeat");
    }

    @Override
    public void method(int channel, Method method) {
      if (method.type().toString().matches("basic\\.(deliver|get-ok|return)")) {
        announced = method;
        body.setLength(0);
      } else {
        lines.add(channel + " " + method.type() + arguments(method));
      }
    }

    private static String arguments(Method method) {
      String text = method.toString();
      return text.substring(text.indexOf('['));
    }

    @Override
    public void header(int channel, ContentHeader came) {
      header = came;
      if (came.bodyBytes() == 0) {
        content(channel);
      }
    }

    @Override
    public void body(int channel, ByteBuf from, int length) {
      body.append(from.toString(from.readerIndex(), length, StandardCharsets.UTF_8));
      if (body.length() == header.bodyBytes()) {
        content(channel);
      }
    }

    private void content(int channel) {
      latest = header.properties().build();
      if (announced instanceof BasicMethod.Deliver deliver) {
        lines.add(channel + " " + line(deliver));
      } else {
        lines.add(channel + " " + announced.type() + " " + body);
      }
    }

    private String line(BasicMethod.Deliver deliver) {
      Map<String, Object> headers = new TreeMap<>(latest.headers());
      if (deliver.exchange().equals("bindery.control")) {
        String id = latest.correlationId() == null ? "" : " " + latest.correlationId();
        return deliver.routingKey() + id + " " + headers;
      }
      return deliver.consumerTag()
          + " "
          + deliver.deliveryTag()
          + (deliver.redelivered() ? " again " : " ")
          + body
          + (headers.isEmpty() ? "" : " " + headers);
    }
  }
}
