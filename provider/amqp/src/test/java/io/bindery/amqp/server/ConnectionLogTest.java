package io.bindery.amqp.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bindery.amqp.codec.BasicMethod;
import io.bindery.amqp.codec.ChannelMethod;
import io.bindery.amqp.codec.ConnectionMethod;
import io.bindery.amqp.codec.QueueMethod;
import io.bindery.engine.AmqpException;
import io.bindery.engine.Engine;
import io.bindery.engine.Engines;
import io.bindery.engine.ReplyCode;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What an operator reads of a connection, and that a client cannot write what it likes there. */
class ConnectionLogTest {
  private static final AtomicInteger NUMBER = new AtomicInteger();
  private static final Logger LOG = Logger.getLogger(ConnectionLog.class.getName());
  private static final String ADDRESS = "127.0.0.1:1";
  private static final String DESK = "desk (127.0.0.1:1), user 'ann', vhost '/'";

  private final Kept kept = new Kept();
  private Engine engine;
  private FakeWire wire;
  private ClientConnection connection;

  private static final class Kept extends Handler {
    private final List<String> lines = new CopyOnWriteArrayList<>();

    @Override
    public void publish(LogRecord said) {
      lines.add(said.getLevel() + " " + new SimpleFormatter().formatMessage(said));
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
  }

  @BeforeEach
  void start() throws AmqpException {
    engine = Engines.find("vm://log" + NUMBER.incrementAndGet());
    wire = new FakeWire();
    ServerSettings settings = ServerSettings.local(0, Authenticator.of(engine));
    connection = new ClientConnection(engine, settings, wire);
    LOG.addHandler(kept);
  }

  @AfterEach
  void stop() {
    connection.disconnected();
    LOG.removeHandler(kept);
    engine.close();
  }

  private void send(byte[]... pieces) {
    wire.receive(connection, pieces);
  }

  private void open(String name, String user, String host) {
    send(
        Peers.protocolHeader(),
        Peers.method(
            0,
            new ConnectionMethod.StartOk(
                Map.of("connection_name", name), "PLAIN", "\0" + user + "\0s3cret", "en_US")),
        Peers.method(0, new ConnectionMethod.TuneOk(0, 0, 0)),
        Peers.method(0, new ConnectionMethod.Open(host)));
  }

  private void open() {
    open("desk", "ann", "/");
    send(Peers.method(1, new ChannelMethod.Open()));
    assertEquals(List.of("INFO " + DESK + ": opened"), kept.lines);
    kept.lines.clear();
  }

  private void assertLogged(String... lines) {
    assertEquals(List.of(lines), kept.lines);
  }

  @Test
  void theClientCloses() {
    open();
    send(Peers.method(0, new ConnectionMethod.Close(200, "bye", 0, 0)));
    connection.disconnected();
    assertLogged("INFO " + DESK + ": closed by the client");
  }

  @Test
  void theClientClosesAndSaysWhy() {
    open();
    send(Peers.method(0, new ConnectionMethod.Close(541, "out of\nluck", 0, 0)));
    assertLogged("INFO " + DESK + ": closed by the client: 541 out of?luck");
  }

  @Test
  void theClientVanishes() {
    open();
    connection.disconnected();
    assertLogged("WARNING " + DESK + ": lost: the client went without connection.close");
  }

  @Test
  void theNetworkFails() {
    open();
    connection.lost("Connection reset");
    connection.disconnected();
    assertLogged("WARNING " + DESK + ": lost: Connection reset");
  }

  @Test
  void theServerClosesForAnError() {
    open();
    send(Peers.method(0, new ConnectionMethod.Open("/")));
    connection.disconnected();
    assertLogged(
        "WARNING "
            + DESK
            + ": closed by the server: 504 CHANNEL_ERROR - connection.open may not come now");
  }

  /** An operator's wish is no fault. */
  @Test
  void theServerClosesByForce() {
    open();
    connection.fail(new AmqpException(ReplyCode.CONNECTION_FORCED, "the server shuts down"));
    connection.lost("Connection reset");
    assertLogged(
        "INFO " + DESK + ": closed by the server: 320 CONNECTION_FORCED - the server shuts down");
  }

  @Test
  void aChannelIsClosed() {
    open();
    send(Peers.method(1, new BasicMethod.Get("none", true)));
    assertLogged(
        "WARNING "
            + DESK
            + ", channel 1: closed by the server: basic.get: 404 NOT_FOUND - no queue 'none' in"
            + " vhost '/'");
  }

  @Test
  void aLoginIsRefusedInOneLine() {
    for (boolean takesIt : new boolean[] {false, true}) {
      Map<String, Object> can = Map.of("authentication_failure_close", takesIt);
      ConnectionMethod.StartOk odd =
          new ConnectionMethod.StartOk(Map.of("capabilities", can), "x\ny", "s3cret", "en_US");
      send(Peers.protocolHeader(), Peers.method(0, odd));
      connection.disconnected();
      assertEquals(1, kept.lines.size(), kept.lines::toString);
      String line = kept.lines.get(0);
      assertTrue(line.startsWith("WARNING " + ADDRESS + ": login refused (x?y): "), line);
      kept.lines.clear();
      connection =
          new ClientConnection(engine, ServerSettings.local(0, Authenticator.of(engine)), wire);
    }
  }

  @Test
  void aVirtualHostIsUnknown() {
    open("", "ann", "no\nne");
    assertLogged(
        "WARNING "
            + ADDRESS
            + ", user 'ann', vhost 'no?ne': closed by the server: 530 NOT_ALLOWED - vhost no?ne not"
            + " found");
  }

  @Test
  void somethingElseSpeaks() {
    send("GET / HTTP/1.1\r\n".getBytes(StandardCharsets.US_ASCII));
    connection.disconnected();
    assertLogged(
        "WARNING " + ADDRESS + ": closed by the server: it does not begin as AMQP 0-9-1 does");
  }

  @Test
  void whoOnlyLooksWhetherThePortIsThereIsNotToldOf() {
    Level before = LOG.getLevel();
    LOG.setLevel(Level.FINE);
    try {
      connection.disconnected();
    } finally {
      LOG.setLevel(before);
    }
    assertLogged("FINE " + ADDRESS + ": lost: the client went without connection.close");
  }

  @Test
  void whatClientsSayIsCutAndStaysInItsLine() {
    String name = "a\r\n2026 INFO b\u202e\u0000\u001b[2J" + "c".repeat(5_000);
    open(name, "ann", "/");
    String line = kept.lines.get(0);
    assertTrue(line.startsWith("INFO a??2026 INFO b???[2Jccc"), line);
    assertTrue(line.contains("c... (127.0.0.1:1), user 'ann'"), line);
    assertTrue(line.length() < 200, line);
    kept.lines.clear();
    send(
        Peers.method(1, new ChannelMethod.Open()),
        Peers.method(
            1,
            new QueueMethod.Declare(
                "q\n".repeat(127), true, false, false, false, false, Map.of())));
    assertEquals(1, kept.lines.size());
    assertTrue(kept.lines.get(0).contains("no queue 'q?q?"), kept.lines.get(0));
    assertEquals(-1, kept.lines.get(0).indexOf('\n'));
    assertTrue(kept.lines.get(0).length() < 600, kept.lines.get(0));
  }

  @Test
  void aCharacterIsNotCutInTwo() {
    assertEquals("ab\ud83d\ude00...", LogText.line("ab\ud83d\ude00c", 3));
    assertEquals("ab\ud83d\ude00", LogText.line("ab\ud83d\ude00", 3));
    assertEquals("a?", LogText.line("a\udc80", 3), "a byte that is no UTF-8");
  }
}
