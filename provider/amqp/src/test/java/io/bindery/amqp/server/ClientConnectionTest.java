package io.bindery.amqp.server;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bindery.amqp.codec.BasicMethod;
import io.bindery.amqp.codec.ChannelMethod;
import io.bindery.amqp.codec.ConfirmMethod;
import io.bindery.amqp.codec.ConnectionMethod;
import io.bindery.amqp.codec.ExchangeMethod;
import io.bindery.amqp.codec.Frames;
import io.bindery.amqp.codec.QueueMethod;
import io.bindery.amqp.codec.TxMethod;
import io.bindery.engine.AmqpException;
import io.bindery.engine.AmqpMessage;
import io.bindery.engine.Body;
import io.bindery.engine.ConnectSpec;
import io.bindery.engine.Engine;
import io.bindery.engine.Engines;
import io.bindery.engine.Route;
import io.bindery.engine.Ticket;
import io.netty.buffer.Unpooled;
import java.io.ByteArrayOutputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The state machines without a network: frames in, frames out. Sections are of AMQP 0-9-1. */
class ClientConnectionTest {
  private static final AtomicInteger NUMBER = new AtomicInteger();

  private Engine engine;
  private ServerSettings settings;
  private FakeWire wire;
  private ClientConnection connection;

  @BeforeEach
  void start() throws AmqpException {
    engine = Engines.find("vm://machine" + NUMBER.incrementAndGet());
    settings =
        ServerSettings.local(0, Authenticator.of(engine))
            .within(new ServerSettings.Limits(131_072, 100, 60, 10_000, 1_000, 10));
    connect();
  }

  @AfterEach
  void stop() {
    connection.disconnected();
    engine.close();
  }

  private void connect() {
    wire = new FakeWire();
    connection = new ClientConnection(engine, settings, wire);
  }

  private void send(byte[]... pieces) {
    wire.receive(connection, pieces);
  }

  private List<String> say(byte[]... pieces) {
    send(pieces);
    return Peers.heard(wire.sent());
  }

  /** Opens the connection and channel 1. */
  private void open() {
    List<String> heard = say(Peers.handshake(), Peers.method(1, new ChannelMethod.Open()));
    assertEquals("0 connection.open-ok[]", heard.get(2));
    assertEquals("1 channel.open-ok[]", heard.get(3));
  }

  private static QueueMethod.Declare queue(String name) {
    return new QueueMethod.Declare(name, false, false, false, false, false, Map.of());
  }

  private static BasicMethod.Publish publish(String queue) {
    return new BasicMethod.Publish("", queue, false, false);
  }

  private static BasicMethod.Consume consume(String queue, boolean noAck) {
    return new BasicMethod.Consume(queue, "tag", false, noAck, false, false, Map.of());
  }

  private static String closed(int code, String reason, int classId, int methodId) {
    return String.format(
        "[replyCode=%d, replyText=%s, classId=%d, methodId=%d]", code, reason, classId, methodId);
  }

  /** The code, class and method of the last frame, which closes what it says. */
  private static String end(List<String> heard) {
    String last = heard.get(heard.size() - 1);
    return last.replaceFirst("replyText=.*, classId", "classId");
  }

  private static String connectionEnd(int code, int classId, int methodId) {
    return String.format(
        "0 connection.close[replyCode=%d, classId=%d, methodId=%d]", code, classId, methodId);
  }

  private static String channelEnd(int code, int classId, int methodId) {
    return String.format(
        "1 channel.close[replyCode=%d, classId=%d, methodId=%d]", code, classId, methodId);
  }

  /** Though the client has sent something before that is heard of. */
  @Test
  void whatEndsTheEnginesConnectionIsTold() {
    open();
    engine.close();
    List<String> heard = say(Peers.method(1, queue("q")));
    assertEquals(connectionEnd(320, 0, 0), end(heard));
    assertTrue(heard.get(0).contains(" is closed"), heard::toString);
  }

  // --- 2.2.4, 4.2.2: opening ---

  @Test
  void anotherProtocolIsToldWhichOneIsSpoken() {
    send("HTTP".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
    assertArrayEquals(Peers.protocolHeader(), wire.sent());
    assertTrue(wire.isClosed());
  }

  @Test
  void theServerStartsWithWhatItIs() {
    List<String> heard = say(Peers.protocolHeader());
    assertEquals(1, heard.size());
    assertTrue(
        heard.get(0).startsWith("0 connection.start[versionMajor=0, versionMinor=9"), heard.get(0));
    assertTrue(heard.get(0).contains("publisher_confirms=true"), heard.get(0));
    assertTrue(heard.get(0).endsWith("mechanisms=PLAIN AMQPLAIN, locales=en_US]"), heard.get(0));
  }

  @Test
  void amqplainIsAFieldTable() {
    byte[] table = {5, 'L', 'O', 'G', 'I', 'N', 'S', 0, 0, 0, 1, 'u'};
    byte[] rest = {8, 'P', 'A', 'S', 'S', 'W', 'O', 'R', 'D', 'S', 0, 0, 0, 1, 'p'};
    String response = io.bindery.amqp.codec.WireText.decode(Peers.joined(table, rest));
    List<String> heard =
        say(
            Peers.protocolHeader(),
            Peers.method(0, new ConnectionMethod.StartOk(Map.of(), "AMQPLAIN", response, "en_US")));
    assertEquals("0 connection.tune[channelMax=100, frameMax=131072, heartbeat=60]", heard.get(1));
  }

  @Test
  void aLoginThatIsRefusedIsToldToWhomCanTakeIt() {
    ConnectionMethod.StartOk odd =
        new ConnectionMethod.StartOk(
            Map.of("capabilities", Map.of("authentication_failure_close", true)),
            "GSSAPI",
            "",
            "en_US");
    assertEquals(connectionEnd(403, 0, 0), end(say(Peers.protocolHeader(), Peers.method(0, odd))));
    connect();
    ConnectionMethod.StartOk plain =
        new ConnectionMethod.StartOk(Map.of(), "PLAIN", "no zeros", "en_US");
    assertEquals(1, say(Peers.protocolHeader(), Peers.method(0, plain)).size());
    assertTrue(wire.isClosed());
  }

  @Test
  void nothingComesOutOfOrderInTheHandshake() {
    assertEquals(
        connectionEnd(503, 10, 40),
        end(say(Peers.protocolHeader(), Peers.method(0, new ConnectionMethod.Open("/")))));
    connect();
    assertEquals(
        connectionEnd(505, 0, 0),
        end(say(Peers.protocolHeader(), Peers.method(1, new ChannelMethod.Open()))));
    connect();
    assertEquals(
        connectionEnd(504, 10, 11),
        end(say(Peers.handshake(), Peers.method(0, Peers.plain("a", "b", Map.of())))));
  }

  @Test
  void limitsAreNegotiatedDownwards() {
    for (ConnectionMethod.TuneOk wrong :
        List.of(
            new ConnectionMethod.TuneOk(101, 0, 0),
            new ConnectionMethod.TuneOk(0, 131_073, 0),
            new ConnectionMethod.TuneOk(0, 4_095, 0))) {
      connect();
      List<String> heard =
          say(
              Peers.protocolHeader(),
              Peers.method(0, Peers.plain("guest", "guest", Map.of())),
              Peers.method(0, wrong));
      assertEquals(connectionEnd(530, 10, 31), end(heard));
    }
  }

  @Test
  void anUnknownVirtualHostIsNotAllowed() {
    List<String> heard =
        say(
            Peers.protocolHeader(),
            Peers.method(0, Peers.plain("guest", "guest", Map.of())),
            Peers.method(0, new ConnectionMethod.TuneOk(0, 0, 0)),
            Peers.method(0, new ConnectionMethod.Open("nowhere")));
    assertEquals(
        "0 connection.close" + closed(530, "NOT_ALLOWED - vhost nowhere not found", 10, 40),
        heard.get(2));
  }

  @Test
  void theHandshakeHasADeadline() {
    send(Peers.protocolHeader());
    wire.pass(9_999);
    assertFalse(wire.isClosed());
    wire.pass(1);
    assertTrue(wire.isClosed());
  }

  @Test
  void framesAreSmallBeforeTheHandshake() {
    assertEquals(
        connectionEnd(501, 0, 0),
        end(say(Peers.protocolHeader(), Peers.frame(1, 0, new byte[9_000]))));
  }

  @Test
  void thereIsALimitOfConnections() {
    Seats seats = new Seats(1);
    FakeWire first = new FakeWire();
    ClientConnection one = new ClientConnection(engine, settings, first, seats);
    one.received(Unpooled.wrappedBuffer(Peers.handshake()));
    wire = new FakeWire();
    connection = new ClientConnection(engine, settings, wire, seats);
    List<String> refused = say(Peers.handshake());
    assertEquals(
        "0 connection.close"
            + closed(
                530,
                "NOT_ALLOWED - connection refused: the limit (connection.max) of 1 is reached",
                10,
                40),
        refused.get(2));
    connection.disconnected();
    wire = new FakeWire();
    connection = new ClientConnection(engine, settings, wire, seats);
    assertEquals(connectionEnd(530, 10, 40), end(say(Peers.handshake())), "it had no seat");
    one.disconnected();
    connection.disconnected();
    wire = new FakeWire();
    connection = new ClientConnection(engine, settings, wire, seats);
    assertEquals("0 connection.open-ok[]", end(say(Peers.handshake())));
  }

  @Test
  void thereIsALimitOfConsumersOfAChannel() {
    open();
    int most = 10_000;
    byte[] all =
        Peers.joined(
            IntStream.range(0, most)
                .mapToObj(i -> consuming("c" + i, true))
                .toArray(byte[][]::new));
    assertEquals(
        List.of("1 queue.declare-ok[queue=q, messageCount=0, consumerCount=0]"),
        say(Peers.method(1, queue("q")), all));
    assertEquals(
        List.of("1 basic.cancel-ok[consumerTag=c0]", "1 basic.consume-ok[consumerTag=again]"),
        say(Peers.method(1, new BasicMethod.Cancel("c0", false)), consuming("again", false)));
    List<String> refused = say(consuming("more", false));
    assertEquals(connectionEnd(530, 60, 20), end(refused));
    assertTrue(refused.get(0).contains("reached maximum (10000) of consumers"), refused.get(0));
  }

  private static byte[] consuming(String tag, boolean noWait) {
    return Peers.method(1, new BasicMethod.Consume("q", tag, false, true, false, noWait, Map.of()));
  }

  // --- 2.2.3, 4.2.3: frames and errors ---

  @Test
  void badFramesAreFrameErrors() {
    open();
    byte[] bad = Peers.frame(8, 0);
    bad[7] = 1;
    assertEquals(connectionEnd(501, 0, 0), end(say(bad)));
    assertEquals(List.of(), say(Peers.method(0, new ConnectionMethod.CloseOk())), "all is lost");
    wire.pass(5_000);
    assertTrue(wire.isClosed());
  }

  @Test
  void unknownMethodsAreNotImplemented() {
    open();
    assertEquals(
        connectionEnd(540, 60, 119), end(say(Peers.frame(1, 1, new byte[] {0, 60, 0, 119}))));
  }

  @Test
  void methodsOfServersAreInvalid() {
    open();
    assertEquals(
        connectionEnd(503, 50, 11),
        end(say(Peers.method(1, new QueueMethod.DeclareOk("q", 0, 0)))));
  }

  @Test
  void afterAHardErrorOnlyCloseOkCounts() throws AmqpException {
    open();
    List<String> heard =
        say(
            Peers.frame(1, 1, new byte[] {0, 60, 0, 119}),
            Peers.method(1, queue("q")),
            Peers.method(1, publish("q")));
    assertEquals(connectionEnd(540, 60, 119), end(heard));
    assertFalse(wire.isClosed());
    assertEquals(List.of(), say(Peers.method(0, new ConnectionMethod.CloseOk())));
    assertTrue(wire.isClosed());
    assertTrue(engine.observe().queues().isEmpty());
  }

  @Test
  void whenBothCloseAtOnceTheClientIsAnswered() {
    open();
    assertEquals(
        List.of("0 connection.close-ok[]"),
        say(
                Peers.frame(1, 1, new byte[] {0, 60, 0, 119}),
                Peers.method(0, new ConnectionMethod.Close(200, "bye", 0, 0)))
            .stream()
            .skip(1)
            .toList());
    assertTrue(wire.isClosed());
  }

  @Test
  void nothingIsSaidBehindTheClose() {
    Ticket<Login> late = new Ticket<>();
    settings = ServerSettings.local(0, (user, password, peer) -> late);
    connect();
    say(
        Peers.protocolHeader(),
        Peers.method(0, Peers.plain("guest", "guest", Map.of())),
        Peers.method(0, new ConnectionMethod.Open("/")));
    late.complete(new Login("guest", "guest"));
    wire.run();
    assertEquals(List.of(), Peers.heard(wire.sent()));
  }

  @Test
  void aClientsCloseIsAnswered() {
    open();
    assertEquals(
        List.of("0 connection.close-ok[]"),
        say(Peers.method(0, new ConnectionMethod.Close(200, "bye", 0, 0))));
    assertTrue(wire.isClosed());
  }

  // --- 1.5: channels ---

  @Test
  void channelsAreOpenedOnce() {
    open();
    assertEquals(connectionEnd(504, 20, 10), end(say(Peers.method(1, new ChannelMethod.Open()))));
    connect();
    open();
    assertEquals(connectionEnd(504, 50, 10), end(say(Peers.method(2, queue("q")))));
    connect();
    open();
    assertEquals(connectionEnd(530, 20, 10), end(say(Peers.method(101, new ChannelMethod.Open()))));
  }

  @Test
  void aClosedChannelHearsNothingUntilCloseOk() throws AmqpException {
    open();
    List<String> heard =
        say(
            Peers.method(1, new BasicMethod.Ack(1, false)),
            Peers.method(1, queue("q")),
            Peers.method(1, publish("q")),
            Peers.content(1, "text"));
    assertEquals(List.of(channelEnd(406, 60, 80)), List.of(end(heard)));
    assertEquals(
        List.of("1 channel.open-ok[]"),
        say(
            Peers.method(1, new ChannelMethod.CloseOk()),
            Peers.method(1, new ChannelMethod.Open())));
    assertTrue(engine.observe().queues().isEmpty());
  }

  @Test
  void aChannelMayBeOpenedAgain() {
    open();
    assertEquals(
        List.of("1 channel.close-ok[]", "1 channel.open-ok[]"),
        say(
            Peers.method(1, new ChannelMethod.Close(200, "", 0, 0)),
            Peers.method(1, new ChannelMethod.Open())));
  }

  @Test
  void theFlowStopsAndGoesOn() {
    open();
    say(Peers.method(1, queue("q")), Peers.method(1, consume("q", true)));
    assertEquals(
        List.of("1 channel.flow-ok[active=false]"),
        say(
            Peers.method(1, new ChannelMethod.Flow(false)),
            Peers.method(1, publish("q")),
            Peers.content(1, "text")));
    assertEquals(
        List.of(
            "1 channel.flow-ok[active=true]",
            "1 basic.deliver[consumerTag=tag, deliveryTag=1, redelivered=false, exchange=,"
                + " routingKey=q]",
            "1 header 4",
            "1 body text"),
        sorted(say(Peers.method(1, new ChannelMethod.Flow(true)))));
  }

  /** The answer and the deliveries may come in any order. */
  private static List<String> sorted(List<String> heard) {
    List<String> sorted = new ArrayList<>(heard);
    sorted.removeIf(line -> line.contains("flow-ok"));
    heard.stream().filter(line -> line.contains("flow-ok")).forEach(line -> sorted.add(0, line));
    return sorted;
  }

  // --- 4.2.6: contents ---

  @Test
  void contentsComeCompleteAndInOrder() {
    byte[] header = Arrays.copyOf(Peers.content(1, ""), Peers.content(1, "").length);
    for (byte[] wrong :
        List.of(
            header,
            Peers.frame(3, 1, new byte[] {1}),
            Peers.joined(Peers.method(1, publish("q")), Peers.method(1, queue("q"))),
            Peers.joined(Peers.method(1, publish("q")), Peers.frame(3, 1, new byte[] {1})),
            Peers.joined(
                Peers.method(1, publish("q")),
                Arrays.copyOf(Peers.content(1, "ab"), Peers.content(1, "ab").length - 10),
                Peers.frame(3, 1, new byte[] {1, 2, 3})))) {
      connect();
      open();
      assertEquals(connectionEnd(505, 60, 40), end(say(wrong)));
    }
  }

  @Test
  void aBodyThatIsTooLargeIsRefusedBeforeItComes() {
    open();
    AmqpMessage message = AmqpMessage.builder().build();
    assertEquals(
        channelEnd(406, 60, 40),
        end(
            say(
                Peers.method(1, publish("q")),
                Peers.written(out -> Frames.header(out, 1, message, 1_001)))));
    assertEquals(List.of(), say(Peers.frame(3, 1, new byte[900])));
  }

  // --- classes exchange, queue, basic, tx, confirm ---

  @Test
  void answersComeInTheOrderOfTheQuestions() {
    open();
    ExchangeMethod.Declare exchange =
        new ExchangeMethod.Declare("x", "fanout", false, false, false, false, false, Map.of());
    assertEquals(
        List.of(
            "1 exchange.declare-ok[]",
            "1 queue.declare-ok[queue=q, messageCount=0, consumerCount=0]",
            "1 queue.bind-ok[]",
            "1 basic.get-ok[deliveryTag=1, redelivered=false, exchange=x, routingKey=key,"
                + " messageCount=0]",
            "1 header 4",
            "1 body text",
            "1 basic.get-empty[]",
            "1 queue.purge-ok[messageCount=0]",
            "1 queue.delete-ok[messageCount=0]",
            "1 exchange.delete-ok[]"),
        say(
            Peers.method(1, exchange),
            Peers.method(1, queue("q")),
            Peers.method(1, new QueueMethod.Bind("q", "x", "", false, Map.of())),
            Peers.method(1, new BasicMethod.Publish("x", "key", false, false)),
            Peers.content(1, "text"),
            Peers.method(1, new BasicMethod.Get("q", true)),
            Peers.method(1, new BasicMethod.Get("q", true)),
            Peers.method(1, new QueueMethod.Purge("q", false)),
            Peers.method(1, new QueueMethod.Delete("q", false, false, false)),
            Peers.method(1, new ExchangeMethod.Delete("x", false, false))));
  }

  @Test
  void whatComesWhileAnAnswerIsAwaitedIsParked(@TempDir Path dir) throws AmqpException {
    engine.close();
    String uri = "vm://machine" + NUMBER.incrementAndGet() + "?dir=" + dir.toUri().getPath();
    engine = Engines.find(uri);
    settings = ServerSettings.local(0, Authenticator.of(engine));
    connect();
    open();
    QueueMethod.Declare durable =
        new QueueMethod.Declare("kept", false, true, false, false, false, Map.of());
    AmqpMessage persistent = AmqpMessage.builder().persistent(true).build();
    List<String> heard =
        new ArrayList<>(
            say(
                Peers.method(1, durable),
                Peers.method(1, new TxMethod.Select()),
                Peers.method(1, publish("kept")),
                Peers.written(out -> Frames.header(out, 1, persistent, 0)),
                Peers.method(1, new TxMethod.Commit()),
                Peers.method(1, new BasicMethod.Qos(0, 1, false)),
                Peers.method(1, new BasicMethod.Get("kept", true))));
    long deadlineNs = System.nanoTime() + 20_000_000_000L;
    while (heard.size() < 6 && System.nanoTime() < deadlineNs) {
      // The journal's thread leaves its answers in the inbox.
      heard.addAll(say());
      Thread.onSpinWait();
    }
    assertEquals(
        List.of("queue.declare-ok", "tx.select-ok", "tx.commit-ok", "basic.qos-ok", "basic.get-ok"),
        heard.stream().limit(5).map(line -> line.substring(2, line.indexOf('['))).toList());
  }

  @Test
  void noWaitHasNoAnswer() {
    open();
    assertEquals(
        List.of(),
        say(
            Peers.method(
                1, new QueueMethod.Declare("q", false, false, false, false, true, Map.of())),
            Peers.method(
                1,
                new ExchangeMethod.Declare(
                    "x", "direct", false, false, false, false, true, Map.of())),
            Peers.method(1, new QueueMethod.Bind("q", "x", "k", true, Map.of())),
            Peers.method(1, new QueueMethod.Purge("q", true)),
            Peers.method(1, new BasicMethod.Consume("q", "t", false, true, false, true, Map.of())),
            Peers.method(1, new BasicMethod.Cancel("t", true)),
            Peers.method(1, new ConfirmMethod.Select(true)),
            Peers.method(1, new QueueMethod.Delete("q", false, false, true)),
            Peers.method(1, new ExchangeMethod.Delete("x", false, true))));
  }

  @Test
  void whatRabbitMqDoesNotImplementIsNotImplemented() {
    open();
    assertEquals(
        connectionEnd(540, 60, 40),
        end(
            say(
                Peers.method(1, new BasicMethod.Publish("", "q", false, true)),
                Peers.content(1, "text"))));
    connect();
    open();
    assertEquals(
        connectionEnd(540, 60, 110), end(say(Peers.method(1, new BasicMethod.Recover(false)))));
    connect();
    open();
    assertEquals(
        connectionEnd(540, 60, 10), end(say(Peers.method(1, new BasicMethod.Qos(1, 0, false)))));
  }

  @Test
  void manyPublishesAreConfirmedAtOnce() {
    open();
    byte[] one = Peers.joined(Peers.method(1, publish("q")), Peers.content(1, "text"));
    byte[][] hundred = IntStream.range(0, 100).mapToObj(i -> one).toArray(byte[][]::new);
    assertEquals(
        List.of("1 confirm.select-ok[]", "1 basic.ack[deliveryTag=100, multiple=true]"),
        say(Peers.joined(Peers.method(1, new ConfirmMethod.Select(false)), Peers.joined(hundred))));
    assertEquals(List.of("1 basic.ack[deliveryTag=101, multiple=false]"), say(one));
  }

  @Test
  void aTagIsSettledOnce() {
    open();
    byte[] text = Peers.joined(Peers.method(1, publish("q")), Peers.content(1, "text"));
    byte[] get = Peers.method(1, new BasicMethod.Get("q", false));
    say(Peers.method(1, queue("q")), text, text, text, get, get, get);
    assertEquals(
        List.of(),
        say(
            Peers.method(1, new BasicMethod.Ack(2, false)),
            Peers.method(1, new BasicMethod.Ack(0, true)),
            Peers.method(1, new BasicMethod.Ack(0, true))));
    assertEquals(channelEnd(406, 60, 80), end(say(Peers.method(1, new BasicMethod.Ack(2, true)))));
  }

  @Test
  void unknownTagsAreErrorsOfTheirMethod() {
    int[][] expected = {{80}, {90}, {120}};
    byte[][] wrong = {
      Peers.method(1, new BasicMethod.Ack(0, false)),
      Peers.method(1, new BasicMethod.Reject(5, true)),
      Peers.method(1, new BasicMethod.Nack(5, true, true))
    };
    for (int i = 0; i < wrong.length; i++) {
      connect();
      open();
      assertEquals(channelEnd(406, 60, expected[i][0]), end(say(wrong[i])));
    }
  }

  @Test
  void aDeadConnectionsDeliveriesComeAgain() {
    open();
    say(
        Peers.method(1, queue("q")),
        Peers.method(1, publish("q")),
        Peers.content(1, "text"),
        Peers.method(1, new BasicMethod.Get("q", false)));
    connection.disconnected();
    connect();
    open();
    assertTrue(
        say(Peers.method(1, new BasicMethod.Get("q", true))).get(0).contains("redelivered=true"));
  }

  @Test
  void settlesOfATransactionAreRolledBackToTheirClient() {
    open();
    say(
        Peers.method(1, queue("q")),
        Peers.method(1, publish("q")),
        Peers.content(1, "text"),
        Peers.method(1, new TxMethod.Select()),
        Peers.method(1, new BasicMethod.Get("q", false)));
    assertEquals(
        List.of("1 tx.rollback-ok[]", "1 tx.commit-ok[]", "1 basic.get-empty[]"),
        say(
            Peers.method(1, new BasicMethod.Ack(1, false)),
            Peers.method(1, new TxMethod.Rollback()),
            Peers.method(1, new BasicMethod.Ack(1, true)),
            Peers.method(1, new TxMethod.Commit()),
            Peers.method(1, new BasicMethod.Get("q", false))));
  }

  // --- 4.2.7: heartbeats ---

  private void openWithHeartbeat() {
    say(
        Peers.protocolHeader(),
        Peers.method(0, Peers.plain("guest", "guest", Map.of())),
        Peers.method(0, new ConnectionMethod.TuneOk(0, 0, 2)),
        Peers.method(0, new ConnectionMethod.Open("/")));
  }

  @Test
  void whoIsSilentIsCutOff() {
    openWithHeartbeat();
    wire.pass(3_000);
    assertTrue(Peers.heard(wire.sent()).contains("heartbeat"));
    assertFalse(wire.isClosed());
    send(Peers.frame(8, 0));
    wire.pass(4_000);
    assertFalse(wire.isClosed());
    wire.pass(2_000);
    assertTrue(wire.isClosed());
  }

  @Test
  void heartbeatsOfConnectionsThatOpenedOneAfterTheOtherComeTogether() {
    wire.pass(133);
    openWithHeartbeat();
    long last = 0;
    for (int i = 1; i <= 40; i++) {
      wire.pass(61);
      send(Peers.frame(8, 0));
      long sentMs = Peers.heard(wire.sent()).contains("heartbeat") ? wire.nowMs() : 0;
      assertTrue(sentMs % 250 < 61, "it came at " + sentMs);
      last = Math.max(last, sentMs);
    }
    assertTrue(last > 0);
  }

  // --- flow ---

  @Test
  void nothingIsDeliveredWhileTheNetworkTakesNothing() throws AmqpException {
    open();
    say(Peers.method(1, queue("q")), Peers.method(1, consume("q", false)));
    wire.writable(false);
    connection.turnEnded();
    assertFalse(wire.isReading(), "answers would pile up");
    byte[] text = Peers.joined(Peers.method(1, publish("q")), Peers.content(1, "text"));
    send(text, text);
    assertEquals(2, engine.observe().queues().get(0).ready());
    wire.writable(true);
    connection.becameWritable();
    wire.run();
    assertEquals(6, Peers.heard(wire.sent()).size());
    assertTrue(wire.isReading());
  }

  @Test
  void aLargeBodyGoesOutAsTheNetworkTakesIt() throws AmqpException {
    open();
    say(Peers.method(1, queue("q")));
    byte[] body = new byte[1_000_000];
    try (io.bindery.engine.AmqpConnection other =
        engine.connect(ConnectSpec.anonymous("other")).await()) {
      io.bindery.engine.Channel channel = other.openChannel().await();
      AmqpMessage large = AmqpMessage.builder().body(new Body.Bytes(body)).build();
      channel.publish(Route.toQueue("q"), large, channel.autoCommit()).await();
    }
    wire.writable(false);
    send(Peers.method(1, new BasicMethod.Get("q", true)), Peers.method(1, queue("q")));
    int before = wire.writes();
    wire.writable(true);
    connection.becameWritable();
    wire.run();
    assertTrue(wire.writes() > before + 7, "frame by frame");
    List<String> heard = Peers.heard(wire.sent());
    assertEquals("1 header 1000000", heard.get(1));
    assertTrue(heard.get(heard.size() - 1).startsWith("1 queue.declare-ok"), "behind it");
    assertEquals(2 + 8 + 1, heard.size());
  }

  // --- the input, split ---

  @Test
  void howInputIsSplitMakesNoDifference() throws AmqpException {
    byte[] input =
        Peers.joined(
            Peers.handshake(),
            Peers.method(1, new ChannelMethod.Open()),
            Peers.method(1, queue("q")),
            Peers.method(1, consume("q", false)),
            Peers.method(1, new BasicMethod.Cancel("tag", false)),
            Peers.method(1, publish("q")),
            Peers.content(1, "text"),
            Peers.method(1, new BasicMethod.Get("q", false)),
            Peers.method(1, new BasicMethod.Ack(1, false)),
            Peers.method(1, new BasicMethod.Ack(1, false)),
            Peers.method(1, new ChannelMethod.CloseOk()),
            Peers.method(1, queue("q")));
    byte[] whole = session(input);
    for (int at = 0; at < input.length; at++) {
      byte[] split = session(Arrays.copyOf(input, at), Arrays.copyOfRange(input, at, input.length));
      assertArrayEquals(whole, split, "split at " + at);
    }
    byte[][] octets = new byte[input.length][];
    for (int i = 0; i < input.length; i++) {
      octets[i] = new byte[] {input[i]};
    }
    assertArrayEquals(whole, session(octets), "octet by octet");
  }

  private byte[] session(byte[]... pieces) {
    connect();
    ByteArrayOutputStream sent = new ByteArrayOutputStream();
    for (byte[] piece : pieces) {
      send(piece);
      sent.writeBytes(wire.sent());
    }
    connection.disconnected();
    return sent.toByteArray();
  }
}
