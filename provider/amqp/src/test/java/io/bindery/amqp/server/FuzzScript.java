package io.bindery.amqp.server;

import io.bindery.amqp.codec.BasicMethod;
import io.bindery.amqp.codec.ChannelMethod;
import io.bindery.amqp.codec.ConfirmMethod;
import io.bindery.amqp.codec.ConnectionMethod;
import io.bindery.amqp.codec.ExchangeMethod;
import io.bindery.amqp.codec.Frames;
import io.bindery.amqp.codec.Method;
import io.bindery.amqp.codec.MethodType;
import io.bindery.amqp.codec.QueueMethod;
import io.bindery.amqp.codec.TxMethod;
import io.bindery.engine.AmqpMessage;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Bytes as what a client does, a step each: raw bytes, frames of any kind, methods of any kind with
 * any arguments, methods that make sense with names from a small choice, contents, commands, time.
 * So a fuzzer gets behind the handshake and the form of frames.
 */
final class FuzzScript {
  private static final String[] NAMES = {"", "a", "b", "c", "amq.direct", "amq.topic"};
  private static final String[] QUEUES = {
    "", "a", "b", "c", "amq.rabbitmq.reply-to", "amq.rabbitmq.reply-to.x"
  };
  private static final String[] EXCHANGES = {
    "", "a", "amq.direct", "amq.topic", "amq.headers", "amq.fanout", "bindery.control"
  };
  private static final String[] KINDS = {"direct", "topic", "fanout", "headers", "x"};
  private static final String[] FIELDS = {
    "x-message-ttl",
    "x-expires",
    "x-max-length",
    "x-max-length-bytes",
    "x-max-priority",
    "x-overflow",
    "x-dead-letter-exchange",
    "x-dead-letter-routing-key",
    "x-delivery-limit",
    "x-single-active-consumer",
    "x-queue-type",
    "x-priority",
    "x-match",
    "alternate-exchange",
    "x-filter-jms-selector",
    "x-qpid-no-local",
    "x-filter-no-consume",
    "x-filter-auto-close",
    "CC",
    "BCC",
    "x-delay",
    "x-bindery-deliver-at",
    "x-bindery-body",
    "x-death",
    "queue",
    "consumer-tag",
    "prefetch",
    "no-ack",
    "selector",
    "paused",
    "credit",
    "seen-up-to",
    "delivery-tags",
    "outcome",
    "seen",
    "unseen",
    "rest",
    "transaction",
    "flags",
    "format-id",
    "global-id",
    "branch-id",
    "one-phase",
    "seconds",
    "kind",
    "client-id",
    "name",
    "exchange",
    "routing-key",
    "subscription",
    "queue-type",
    "arguments"
  };
  private static final String[] COMMANDS = {
    "consume",
    "cancel",
    "pause",
    "credit",
    "fetch",
    "get",
    "settle",
    "give-back",
    "report",
    "begin",
    "enter",
    "commit",
    "rollback",
    "xa-start",
    "xa-end",
    "xa-prepare",
    "xa-commit",
    "xa-rollback",
    "xa-forget",
    "xa-recover",
    "xa-timeout",
    "subscribe",
    "close-subscription",
    "unsubscribe",
    "claim-client-id",
    "capabilities"
  };
  private static final String[] WORDS = {
    "", "a", "drop-head", "reject-publish", "reject-publish-dlx", "classic", "all", "any", "a = 1",
    "accepted", "failed", "rejected", "released", "durable", "shared", "text", "map", "list"
  };
  private static final int[] FRAME_TYPES = {1, 2, 3, 8, 4};
  private static final BasicMethod.Consume REPLIES =
      new BasicMethod.Consume(
          "amq.rabbitmq.reply-to", "replies", false, true, false, false, Map.of());
  private static final int DEEPEST = 3;
  private static final int MOST_BYTES = 40;

  /** Of a body that goes out as the network takes it. */
  private static final int LARGE_BYTES = 70_000;

  /** Longer than the threads of an engine take to come to anything. */
  private static final long PATIENCE_NS = TimeUnit.SECONDS.toNanos(10);

  private static final Pattern CHANNEL_OPEN = Pattern.compile("(\\d) channel.open-ok\\[.*");
  private static final Pattern CHANNEL_OVER = Pattern.compile("(\\d) channel.close(-ok)?\\[.*");
  private static final Pattern DELIVERED =
      Pattern.compile("(\\d) basic.deliver\\[.*deliveryTag=(\\d+).*");
  private static final Pattern CHANNEL_CLOSED = Pattern.compile("(\\d) channel.close\\[.*");

  private final Supplier<FakeWire> wires;
  private final Function<FakeWire, ClientConnection> connections;
  private final byte[] input;
  private final Set<Integer> open = new TreeSet<>();

  /** The delivery tag that came last, by the channel. */
  private final Map<Integer, Long> delivered = new HashMap<>();

  private Witness witness;
  private FakeWire wire;
  private ClientConnection connection;
  private int at;
  private boolean prepares;

  /**
   * A script.
   *
   * @param wires networks
   * @param connections what serves them
   * @param input its steps
   */
  FuzzScript(
      Supplier<FakeWire> wires, Function<FakeWire, ClientConnection> connections, byte[] input) {
    this.wires = wires;
    this.connections = connections;
    this.input = input;
  }

  /** Looks at the broker when nothing more comes. */
  interface Witness {
    /** Whether each of its consumers has what it may have, as far as has been done. */
    boolean allHave(ClientConnection connection);

    /** The client is still there, with what it did. */
    void connected();

    /** It has closed all its channels, and not the connection. */
    void channelsClosed();
  }

  /** Does all of it, and cuts what is open then. */
  void play(Witness looks) {
    witness = looks;
    int first = next();
    connect((first & 1) == 0);
    while (at < input.length) {
      step();
      if (next() % 4 > 0) {
        turn();
      }
    }
    turn();
    witness.connected();
    boolean vanishes = (first & 2) != 0;
    if (!vanishes && closesChannels()) {
      witness.channelsClosed();
    }
    cut();
  }

  /** Whether the server says of each that it is closed; it need not hear, after half a frame. */
  private boolean closesChannels() {
    wire.writable(true);
    connection.becameWritable();
    wire.run();
    for (int each : List.copyOf(open)) {
      say(Peers.method(each, new ChannelMethod.Close(200, "", 0, 0)));
    }
    connection.turnEnded();
    wire.run();
    hear();
    return open.isEmpty();
  }

  private void connect(boolean opens) {
    open.clear();
    wire = wires.get();
    connection = connections.apply(wire);
    if (opens) {
      say(
          Peers.handshake(),
          Peers.method(1, new ChannelMethod.Open()),
          Peers.method(2, new ChannelMethod.Open()));
      if (flag()) {
        say(Peers.method(1, REPLIES));
      }
    }
  }

  private void cut() {
    connection.disconnected();
    wire.run();
    hear();
  }

  /** Whether a branch may have been prepared, and so holds what it holds. */
  boolean prepares() {
    return prepares;
  }

  private int next() {
    return at < input.length ? input[at++] & 0xFF : 0;
  }

  private boolean flag() {
    return (next() & 1) != 0;
  }

  private String of(String... some) {
    return some[next() % some.length];
  }

  private byte[] bytes() {
    byte[] bytes = new byte[Math.min(next() % MOST_BYTES, input.length - at)];
    System.arraycopy(input, at, bytes, 0, bytes.length);
    at += bytes.length;
    return bytes;
  }

  private int channel() {
    return next() % 6;
  }

  private void say(byte[]... parts) {
    connection.received(Unpooled.wrappedBuffer(Peers.joined(parts)));
  }

  private void step() {
    switch (next() % 32) {
      case 0 -> say(bytes());
      case 1 -> say(Peers.frame(FRAME_TYPES[next() % FRAME_TYPES.length], channel(), bytes()));
      case 2 -> any();
      case 3, 4 -> say(content(1 + next() % 2, message()));
      case 5 -> wire.pass(next() * 100L);
      case 6 -> writable();
      case 7 -> say(Peers.method(0, ofConnection()));
      case 8, 9, 10, 11 -> command();
      case 12, 13, 14, 15 -> ordinary();
      case 16 -> inPieces();
      default -> say(Peers.method(1 + next() % 2, sensible()));
    }
  }

  private void turn() {
    awaitQuiet();
    for (String each : hear()) {
      Matcher closed = CHANNEL_CLOSED.matcher(each);
      if (closed.matches()) {
        int channel = Integer.parseInt(closed.group(1));
        say(Peers.method(channel, new ChannelMethod.CloseOk()));
        say(Peers.method(channel, new ChannelMethod.Open()));
      } else if (each.startsWith("0 connection.close[")) {
        say(Peers.method(0, new ConnectionMethod.CloseOk()));
      }
    }
    if (wire.isClosed()) {
      cut();
      connect(true);
    }
  }

  private void awaitQuiet() {
    long giveUpNs = System.nanoTime() + PATIENCE_NS;
    while (!isQuiet()) {
      if (System.nanoTime() > giveUpNs) {
        throw new AssertionError("a consumer starves");
      }
      LockSupport.parkNanos(500_000);
    }
  }

  /**
   * Whether nothing is left to do, for this turn; an engine's own threads may have to come first.
   */
  private boolean isQuiet() {
    connection.turnEnded();
    wire.run();
    return wire.isClosed() || witness.allHave(connection);
  }

  /** What was said is whole frames. */
  private List<String> hear() {
    byte[] sent = wire.sent();
    if (Arrays.equals(sent, Peers.protocolHeader())) {
      return List.of();
    }
    List<String> heard = Peers.heard(sent);
    for (String each : heard) {
      if (each.startsWith("io.bindery")) {
        throw new AssertionError("what is sent cannot be read: " + each);
      }
      Matcher begins = CHANNEL_OPEN.matcher(each);
      if (begins.matches()) {
        open.add(Integer.parseInt(begins.group(1)));
      }
      Matcher comes = DELIVERED.matcher(each);
      if (comes.matches()) {
        delivered.put(Integer.parseInt(comes.group(1)), Long.parseLong(comes.group(2)));
      }
      Matcher ends = CHANNEL_OVER.matcher(each);
      if (ends.matches()) {
        open.remove(Integer.parseInt(ends.group(1)));
      }
    }
    return heard;
  }

  /** What most clients do, so that there is something to do it wrong with. */
  private void ordinary() {
    int channel = 1 + next() % 2;
    String queue = of("a", "b");
    Map<String, Object> arguments = flag() ? table(1) : Map.of();
    say(
        Peers.method(
            channel,
            new QueueMethod.Declare(queue, false, flag(), flag(), flag(), false, arguments)));
    turn();
    if (flag()) {
      say(Peers.method(channel, new BasicMethod.Qos(0, 1 + next() % 3, false)));
    }
    for (int i = next() % 4; i > 0; i--) {
      say(
          Peers.method(channel, new BasicMethod.Publish("", queue, flag(), false)),
          content(channel, message()));
    }
    if (flag()) {
      say(
          Peers.method(
              channel,
              new BasicMethod.Consume(queue, of(WORDS), false, flag(), false, false, Map.of())));
    }
    turn();
    for (int i = next() % 3; i > 0; i--) {
      say(Peers.method(channel, settling(delivered.getOrDefault(channel, 1L))));
      turn();
    }
  }

  private Method settling(long tag) {
    return switch (next() % 3) {
      case 0 -> new BasicMethod.Ack(tag, flag());
      case 1 -> new BasicMethod.Nack(tag, flag(), flag());
      default -> new BasicMethod.Reject(tag, flag());
    };
  }

  /** A method of which the rest may come later, or never. */
  private void inPieces() {
    byte[] whole = Peers.method(1 + next() % 2, sensible());
    int cut = next() % whole.length;
    say(Arrays.copyOf(whole, cut));
    if (flag()) {
      turn();
      say(Arrays.copyOfRange(whole, cut, whole.length));
    }
  }

  private void writable() {
    boolean now = flag();
    wire.writable(now);
    if (now) {
      connection.becameWritable();
      wire.run();
    }
  }

  private void any() {
    MethodType[] all = MethodType.values();
    MethodType type = all[next() % all.length];
    byte[] arguments = bytes();
    byte[] payload = new byte[4 + arguments.length];
    payload[1] = (byte) type.classId();
    payload[3] = (byte) type.methodId();
    System.arraycopy(arguments, 0, payload, 4, arguments.length);
    say(Peers.frame(1, channel(), payload));
  }

  private byte[] content(int channel, AmqpMessage message) {
    byte[] small = bytes();
    int how = next();
    byte[] body = how == 2 ? new byte[LARGE_BYTES] : small;
    int announced = how == 1 ? next() << 8 : body.length;
    return Peers.written(
        out -> {
          Frames.header(out, channel, message, announced);
          Frames.bodies(out, channel, body, 4_096);
        });
  }

  private AmqpMessage message() {
    AmqpMessage.Builder message = AmqpMessage.builder();
    int has = next();
    if ((has & 1) != 0) {
      message.headers(table(0));
    }
    if ((has & 2) != 0) {
      message.persistent(true).priority(next());
    }
    if ((has & 4) != 0) {
      message.expiration(flag() ? String.valueOf(next()) : "x");
    }
    if ((has & 8) != 0) {
      message.replyTo(of(QUEUES)).correlationId(of(WORDS));
    }
    if ((has & 16) != 0) {
      message.userId(flag() ? "guest" : "x").messageId(of(WORDS)).type(of(WORDS));
    }
    return message.build();
  }

  private void command() {
    int channel = 1 + next() % 2;
    AmqpMessage message =
        AmqpMessage.builder()
            .headers(table(0))
            .replyTo("amq.rabbitmq.reply-to")
            .correlationId("c")
            .build();
    String command = of(COMMANDS);
    prepares |= command.startsWith("xa-");
    byte[] publish =
        Peers.method(channel, new BasicMethod.Publish("bindery.control", command, false, false));
    byte[] header = Peers.written(out -> Frames.header(out, channel, message, 0));
    say(publish, header);
  }

  private Map<String, Object> table(int depth) {
    int size = next() % 8;
    Map<String, Object> table = new HashMap<>();
    for (int i = 0; i < size; i++) {
      table.put(of(FIELDS), value(depth + 1));
    }
    return table;
  }

  private Object value(int depth) {
    return switch (next() % (depth < DEEPEST ? 11 : 9)) {
      case 0 -> of(WORDS);
      case 1 -> next();
      case 2 -> (long) next() << 56;
      case 3 -> flag();
      case 4 -> -next();
      case 5 -> null;
      case 6 -> 1.5;
      case 7 -> bytes();
      case 8 -> (long) next();
      case 9 -> table(depth);
      default -> values(depth);
    };
  }

  private List<Object> values(int depth) {
    List<Object> values = new ArrayList<>();
    int size = next() % 4;
    for (int i = 0; i < size; i++) {
      values.add(value(depth + 1));
    }
    return values;
  }

  private Method ofConnection() {
    return switch (next() % 4) {
      case 0 -> new ConnectionMethod.Close(200, "", 0, 0);
      case 1 -> new ConnectionMethod.CloseOk();
      case 2 -> new ConnectionMethod.UpdateSecret("guest", "");
      default -> new ConnectionMethod.TuneOk(next(), (long) next() << 10, next());
    };
  }

  private Method sensible() {
    return switch (next() % 6) {
      case 0, 1 -> ofQueue();
      case 2 -> ofExchange();
      case 3 -> ofChannel();
      default -> ofBasic();
    };
  }

  private Method ofQueue() {
    String queue = of(NAMES);
    return switch (next() % 6) {
      case 0, 1 -> new QueueMethod.Declare(queue, flag(), flag(), flag(), flag(), flag(), table(1));
      case 2 -> new QueueMethod.Bind(queue, of(EXCHANGES), of(WORDS), flag(), table(1));
      case 3 -> new QueueMethod.Unbind(queue, of(EXCHANGES), of(WORDS), table(1));
      case 4 -> new QueueMethod.Purge(queue, flag());
      default -> new QueueMethod.Delete(queue, flag(), flag(), flag());
    };
  }

  private Method ofExchange() {
    String exchange = of(EXCHANGES);
    return switch (next() % 4) {
      case 0 ->
          new ExchangeMethod.Declare(
              exchange, of(KINDS), flag(), flag(), flag(), flag(), flag(), table(1));
      case 1 -> new ExchangeMethod.Bind(exchange, of(EXCHANGES), of(WORDS), flag(), table(1));
      case 2 -> new ExchangeMethod.Unbind(exchange, of(EXCHANGES), of(WORDS), flag(), table(1));
      default -> new ExchangeMethod.Delete(exchange, flag(), flag());
    };
  }

  private Method ofChannel() {
    return switch (next() % 8) {
      case 0 -> new ChannelMethod.Open();
      case 1 -> new ChannelMethod.Close(200, "", 0, 0);
      case 2 -> new ChannelMethod.CloseOk();
      case 3 -> new ChannelMethod.Flow(flag());
      case 4 -> new TxMethod.Select();
      case 5 -> new TxMethod.Commit();
      case 6 -> new TxMethod.Rollback();
      default -> new ConfirmMethod.Select(flag());
    };
  }

  private Method ofBasic() {
    return switch (next() % 10) {
      case 0, 1 -> new BasicMethod.Publish(of(EXCHANGES), of(NAMES), flag(), false);
      case 2 ->
          new BasicMethod.Consume(of(QUEUES), of(WORDS), flag(), flag(), flag(), flag(), table(1));
      case 3 -> new BasicMethod.Cancel(of(WORDS), flag());
      case 4 -> new BasicMethod.Get(of(QUEUES), flag());
      case 5 -> new BasicMethod.Ack(next(), flag());
      case 6 -> new BasicMethod.Nack(next(), flag(), flag());
      case 7 -> new BasicMethod.Reject(next(), flag());
      case 8 -> new BasicMethod.Recover(true);
      default -> new BasicMethod.Qos(0, next(), flag());
    };
  }
}
