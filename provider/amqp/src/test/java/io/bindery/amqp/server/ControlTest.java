package io.bindery.amqp.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bindery.amqp.codec.BasicMethod;
import io.bindery.amqp.codec.ChannelMethod;
import io.bindery.amqp.codec.ConfirmMethod;
import io.bindery.amqp.codec.ExchangeMethod;
import io.bindery.amqp.codec.QueueMethod;
import io.bindery.amqp.codec.TxMethod;
import io.bindery.engine.AmqpException;
import io.bindery.engine.AmqpMessage;
import io.bindery.engine.Engine;
import io.bindery.engine.Engines;
import io.bindery.engine.Observation;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Commands as messages: what is answered, in which order, and what a failure leaves. */
class ControlTest {
  private static final AtomicInteger NUMBER = new AtomicInteger();

  private Engine engine;
  private ControlScript client;

  @BeforeEach
  void start() throws AmqpException {
    engine = Engines.find("vm://control" + NUMBER.incrementAndGet());
    client = new ControlScript(engine, true).channel(1);
    declare("q");
  }

  @AfterEach
  void stop() {
    client.disconnect();
    engine.close();
  }

  private List<String> declare(String name) {
    return client.say(
        1, new QueueMethod.Declare(name, false, false, false, false, false, Map.of()));
  }

  private static List<String> done(String command) {
    return List.of("1 " + command + " c {}");
  }

  private static void refused(int code, String text, List<String> heard) {
    assertEquals(1, heard.size(), heard.toString());
    assertTrue(
        heard.get(0).contains("{reply-code=" + code + ", reply-text=")
            && heard.get(0).contains(text),
        heard.get(0));
  }

  private static void closes(int code, String text, List<String> heard) {
    String last = heard.get(heard.size() - 1);
    assertTrue(last.startsWith("1 channel.close[replyCode=" + code) && last.contains(text), last);
  }

  private Observation.QueueView view() throws AmqpException {
    return engine.observe().queues().stream()
        .filter(each -> each.name().equals("q"))
        .findFirst()
        .orElseThrow();
  }

  private long ready() throws AmqpException {
    return view().ready();
  }

  /** How many are with consumers. */
  private long held() throws AmqpException {
    return view().unacknowledged();
  }

  private List<String> consume(Map<String, Object> more) {
    Map<String, Object> arguments = new java.util.TreeMap<>(more);
    arguments.putIfAbsent("queue", "q");
    arguments.putIfAbsent("consumer-tag", "t");
    return client.command(1, "consume", arguments);
  }

  // --- how commands are answered ---

  @Test
  void aServerSaysThatItHasCommandsAndWhoItIs() {
    FakeWire wire = new FakeWire();
    ClientConnection fresh =
        new ClientConnection(engine, ServerSettings.local(0, Authenticator.of(engine)), wire);
    fresh.received(io.netty.buffer.Unpooled.wrappedBuffer(Peers.protocolHeader()));
    fresh.turnEnded();
    String start = Peers.heard(wire.sent()).get(0);
    assertTrue(start.contains("bindery.control=true"), start);
    assertTrue(start.contains("identity=" + engine.identity()), start);
    fresh.disconnected();
  }

  @Test
  void whatIsWrongIsSaidAndTheChannelStaysOpen() {
    refused(404, "no command 'sing'; there are [begin, ", client.command(1, "sing", Map.of()));
    refused(406, "'outcome' is missing", client.command(1, "settle", Map.of()));
    refused(
        406,
        "Command settle: argument 'outcome' is 'eaten', but must be accepted",
        client.command(1, "settle", Map.of("outcome", "eaten")));
    refused(
        406,
        "'delivery-tags' is '7', but must be an array of integers",
        client.command(1, "settle", Map.of("outcome", "failed", "delivery-tags", 7)));
    refused(
        406,
        "'delivery-tags' is '7', but must be an integer",
        client.command(1, "settle", Map.of("outcome", "failed", "delivery-tags", List.of("7"))));
    refused(
        406,
        "'paused' is '1', but must be a boolean",
        client.command(1, "pause", Map.of("consumer-tag", "replies", "paused", 1)));
    refused(
        404,
        "tag 'nobody'",
        client.command(1, "pause", Map.of("consumer-tag", "nobody", "paused", true)));
    assertEquals(
        "1 queue.declare-ok[queue=r, messageCount=0, consumerCount=0]", declare("r").get(0));
  }

  @Test
  void whoCannotHearOfAFailureLosesTheChannel() {
    assertEquals(List.of(), client.tell(1, "enter", Map.of("other", "ignored")));
    closes(404, "no command 'sing'", client.tell(1, "sing", Map.of()));
  }

  @Test
  void answersGoToTheChannelItself() {
    AmqpMessage elsewhere = AmqpMessage.builder().replyTo("q").build();
    closes(
        406,
        "its reply-to is 'q'",
        client.say(ControlScript.published(1, "bindery.control", "enter", elsewhere)));
    client.say(2, new ChannelMethod.Open());
    assertEquals(
        "2 channel.close[replyCode=406, replyText=PRECONDITION_FAILED - fast reply consumer does"
            + " not exist, classId=60, methodId=40]",
        client.command(2, "enter", Map.of()).get(0));
  }

  @Test
  void aCommandIsNumberedAmongThePublishes() {
    client.say(1, new ConfirmMethod.Select(false));
    assertEquals(
        List.of("1 enter c {}", "1 basic.ack[deliveryTag=3, multiple=true]"),
        client.say(
            ControlScript.published(1, "", "q", ControlScript.text("a")),
            ControlScript.bytes(1, "enter", Map.of(), true),
            ControlScript.published(1, "", "q", ControlScript.text("b"))));
    assertEquals(
        List.of("1 basic.ack[deliveryTag=4, multiple=false]"),
        client.command(1, "sing", Map.of()).stream().skip(1).toList(),
        "also one that failed");
  }

  @Test
  void theExchangeIsTheServersOwn() {
    ExchangeMethod.Declare found =
        new ExchangeMethod.Declare(
            "bindery.control", "direct", true, false, false, false, false, Map.of());
    assertEquals(List.of("1 exchange.declare-ok[]"), client.say(1, found));
    for (io.bindery.amqp.codec.Method wrong :
        List.of(
            new ExchangeMethod.Declare(
                "bindery.control", "direct", false, false, false, false, false, Map.of()),
            new ExchangeMethod.Delete("bindery.control", false, false),
            new ExchangeMethod.Bind("amq.fanout", "bindery.control", "", false, Map.of()),
            new QueueMethod.Bind("q", "bindery.control", "", false, Map.of()))) {
      closes(403, "'bindery.control' is the server's own", client.say(1, wrong));
      client.say(1, new ChannelMethod.CloseOk());
      client.channel(1);
    }
  }

  // --- deliveries ---

  @Test
  void consumingByACommandLeavesTheChannelOpenWhenItFails() {
    refused(404, "'nowhere'", consume(Map.of("queue", "nowhere")));
    refused(406, "colour =", consume(Map.of("selector", "colour =")));
    refused(406, "'prefetch' is -1", consume(Map.of("prefetch", -1)));
    refused(403, "reply queue", consume(Map.of("queue", "amq.rabbitmq.reply-to")));
    client.publish(1, "q", "a", "b");
    assertEquals(
        List.of("1 consume c {consumer-tag=t}", "1 t 6 a"),
        consume(Map.of("prefetch", 1)),
        "the answer first; four answers have had delivery tags");
    refused(530, "consumer tag 't'", consume(Map.of()));
    assertEquals(List.of("1 t 8 b"), client.say(1, new BasicMethod.Ack(6, false)));
    client.say(1, new BasicMethod.Ack(8, false));
    assertEquals(done("cancel"), client.command(1, "cancel", Map.of("consumer-tag", "t")));
    client.publish(1, "q", "c");
    assertEquals(List.of("1 consume c {consumer-tag=t}", "1 t 11 c"), consume(Map.of()));
  }

  @Test
  void selectorsAndNoLocalAreArguments() {
    consume(Map.of("selector", "colour = 'red'", "consumer-tag", "red"));
    consume(Map.of("no-local", true, "consumer-tag", "foreign"));
    client.say(
        1,
        new BasicMethod.Consume(
            "q",
            "blue",
            false,
            true,
            false,
            false,
            Map.of("x-filter-jms-selector", "colour = 'blue'")));
    assertEquals(List.of("1 red 3 m {colour=red}"), client.say(coloured("red")));
    assertEquals(List.of("1 blue 4 m {colour=blue}"), client.say(coloured("blue")));
    assertEquals(List.of(), client.say(coloured("green")));
    ControlScript other = new ControlScript(engine, true).channel(1);
    other.say(coloured("green"));
    assertEquals(List.of("1 foreign 5 m {colour=green}"), client.hear());
    other.disconnect();
  }

  private static byte[] coloured(String colour) {
    AmqpMessage message =
        ControlScript.text("m").toBuilder().headers(Map.of("colour", colour)).build();
    return ControlScript.published(1, "", "q", message);
  }

  @Test
  void whatIsPausedGetsNothing() throws AmqpException {
    consume(Map.of("paused", true));
    assertEquals(List.of(), client.publish(1, "q", "a"));
    assertEquals(
        List.of("1 pause c {}", "1 t 3 a"),
        client.command(1, "pause", Map.of("consumer-tag", "t", "paused", false)));
    assertEquals(
        done("pause"), client.command(1, "pause", Map.of("consumer-tag", "t", "paused", true)));
    assertEquals(List.of(), client.publish(1, "q", "b"));
    assertEquals(1, ready());
  }

  @Test
  void lookingTakesNothingAndEnds() throws AmqpException {
    client.publish(1, "q", "a", "b");
    Map<String, Object> looks = Map.of("x-filter-no-consume", true, "x-filter-auto-close", true);
    assertEquals(
        List.of(
            "1 basic.consume-ok[consumerTag=look]",
            "1 look 1 a",
            "1 look 2 b",
            "1 basic.cancel[consumerTag=look, noWait=true]"),
        client.say(1, new BasicMethod.Consume("q", "look", false, true, false, false, looks)));
    assertEquals(2, ready());
    refused(406, "x-filter-auto-close and no-ack", consume(Map.of("arguments", looks)));
    refused(
        406,
        "x-filter-auto-close and no-ack",
        consume(Map.of("no-ack", true, "arguments", Map.of("x-filter-no-consume", true))));
    refused(
        404, "nowhere", consume(Map.of("queue", "nowhere", "no-ack", true, "arguments", looks)));
  }

  @Test
  void lookingStopsWhileItIsPausedAndWhileTheNetworkTakesNothing() {
    client.publish(1, "q", "a", "b");
    Map<String, Object> looks = Map.of("x-filter-no-consume", true, "x-filter-auto-close", true);
    assertEquals(
        List.of("1 consume c {consumer-tag=t}"),
        consume(Map.of("no-ack", true, "arguments", looks, "paused", true)));
    client.wire().writable(false);
    assertEquals(
        done("pause"), client.command(1, "pause", Map.of("consumer-tag", "t", "paused", false)));
    refused(530, "consumer tag 't'", consume(Map.of()));
    client.wire().writable(true);
    client.becameWritable();
    assertEquals(
        List.of("1 t 4 a", "1 t 5 b", "1 basic.cancel[consumerTag=t, noWait=true]"), client.hear());
  }

  @Test
  void gettingWithASelector() throws AmqpException {
    client.say(coloured("red"), coloured("blue"));
    assertEquals(
        List.of("1 replies 1 m {colour=blue, x-bindery-get=c}"),
        client.command(1, "get", Map.of("queue", "q", "selector", "colour = 'blue'")));
    assertEquals(
        List.of("1 get c {empty=true}"),
        client.command(1, "get", Map.of("queue", "q", "selector", "colour = 'blue'")));
    assertEquals(1, held());
    assertEquals(List.of(), client.say(1, new BasicMethod.Ack(1, false)));
    assertEquals(
        List.of("1 replies 3 m {colour=red, x-bindery-get=c}"),
        client.command(1, "get", Map.of("queue", "q", "no-ack", true)));
    assertEquals(0, held());
    refused(404, "nowhere", client.command(1, "get", Map.of("queue", "nowhere")));
    refused(406, "colour", client.command(1, "get", Map.of("queue", "q", "selector", "colour =")));
    closes(406, "get: it needs a reply-to", client.tell(1, "get", Map.of("queue", "q")));
  }

  private Map<String, Object> outcome(String outcome, Object... tags) {
    return Map.of("delivery-tags", List.of(tags), "outcome", outcome);
  }

  @Test
  void settlingIsAllOrNone() throws AmqpException {
    client.publish(1, "q", "a", "b", "c");
    consume(Map.of("prefetch", 3));
    refused(406, "unknown delivery tag 9", client.command(1, "settle", outcome("accepted", 2, 9)));
    assertEquals(3, held());
    assertEquals(done("settle"), client.command(1, "settle", outcome("accepted", 2L, (short) 4)));
    assertEquals(1, held());
    refused(406, "unknown delivery tag 2", client.command(1, "settle", outcome("accepted", 2)));
    assertEquals(
        List.of("1 settle c {}", "1 t 9 b"), client.command(1, "settle", outcome("released", 3)));
    assertEquals(
        List.of("1 settle c {}", "1 t 11 again b {x-delivery-count=1}"),
        client.command(1, "settle", outcome("failed", 9)));
    assertEquals(done("settle"), client.command(1, "settle", outcome("rejected", 11)));
    assertEquals(0, ready());
  }

  @Test
  void tagsInARowAreNamedByTheFirstAndTheLast() throws AmqpException {
    String[] many = new String[20_000];
    Arrays.fill(many, "x");
    client.publish(1, "q", many);
    consume(Map.of());
    assertEquals(20_000, held());
    Object tooMany = List.of(2, Long.MAX_VALUE);
    refused(406, "more than there are", client.command(1, "settle", outcome("accepted", tooMany)));
    Object backwards = List.of(5, 4);
    refused(406, "a last one", client.command(1, "settle", outcome("accepted", backwards)));
    refused(406, "a first", client.command(1, "settle", outcome("accepted", List.of(2, 3, 4))));
    assertEquals(20_000, held());
    Object all = List.of(6, 20_001);
    assertEquals(done("settle"), client.command(1, "settle", outcome("accepted", 2, all)));
    assertEquals(3, held());
    client.command(1, "pause", Map.of("consumer-tag", "t", "paused", true));
    assertEquals(
        done("give-back"),
        client.command(
            1, "give-back", Map.of("seen", List.of(3, List.of(4, 7)), "unseen", List.of())));
    assertEquals(0, held());
    assertEquals(3, ready());
  }

  @Test
  void givingBackIsOneStepAndWhatIsSettledStays() {
    client.publish(1, "q", "a", "b", "c");
    consume(Map.of());
    client.say(1, new BasicMethod.Ack(2, false));
    client.command(1, "pause", Map.of("consumer-tag", "t", "paused", true));
    refused(
        406,
        "unknown delivery tag 99",
        client.command(1, "give-back", Map.of("seen", List.of(3, 99))));
    assertEquals(
        done("give-back"),
        client.command(1, "give-back", Map.of("seen", List.of(2, 3), "unseen", List.of(4))));
    assertEquals(
        List.of("1 pause c {}", "1 t 9 again b {x-delivery-count=1}", "1 t 10 c"),
        client.command(1, "pause", Map.of("consumer-tag", "t", "paused", false)));
  }

  @Test
  void givingBackThatIsRefusedGivesNoCredit() throws AmqpException {
    client.publish(1, "q", "a", "b", "c");
    consume(Map.of("credit", 1));
    Map<String, Object> more = Map.of("consumer-tag", "t", "seen-up-to", 2, "credit", 2);
    refused(
        406,
        "unknown delivery tag 99",
        client.command(1, "give-back", Map.of("seen", List.of(99), "consumers", List.of(more))));
    client.publish(1, "q", "d");
    assertEquals(3, ready());
  }

  // --- transactions ---

  @Test
  void aTransactionTakesPublishesAndSettles() throws AmqpException {
    client.publish(1, "q", "in");
    consume(Map.of());
    client.say(1, new ConfirmMethod.Select(false));
    assertEquals(
        List.of("1 begin c {}", "1 basic.ack[deliveryTag=1, multiple=false]"),
        client.command(1, "begin", Map.of("transaction", 7)));
    assertEquals(
        List.of("1 basic.ack[deliveryTag=2, multiple=false]"), client.publish(1, "q", "out"));
    client.say(1, new BasicMethod.Ack(2, false));
    assertEquals(1, held());
    assertEquals(
        List.of("1 commit c {}", "1 basic.ack[deliveryTag=3, multiple=false]", "1 t 5 out"),
        client.command(1, "commit", Map.of()));
    refused406Confirmed(client.command(1, "commit", Map.of()), "no transaction of its own");
    client.say(1, new BasicMethod.Ack(5, false));
    assertEquals(0, held());
  }

  private static void refused406Confirmed(List<String> heard, String text) {
    assertTrue(
        heard.get(0).contains("reply-code=406") && heard.get(0).contains(text), heard.get(0));
    assertTrue(heard.get(1).startsWith("1 basic.ack"), heard.get(1));
  }

  @Test
  void rollingBackLeavesDeliveriesWithTheClient() throws AmqpException {
    client.publish(1, "q", "in");
    consume(Map.of());
    client.tell(1, "begin", Map.of("transaction", 1));
    client.publish(1, "q", "never");
    client.command(1, "settle", outcome("accepted", 2));
    refused(406, "unknown delivery tag 2", client.command(1, "settle", outcome("accepted", 2)));
    assertEquals(done("rollback"), client.command(1, "rollback", Map.of()));
    assertEquals(1, held());
    assertEquals(
        List.of("1 give-back c {}", "1 t 7 again in {x-delivery-count=1}"),
        client.command(1, "give-back", Map.of("seen", List.of(2))));
  }

  @Test
  void severalTransactionsMayBeOpen() throws AmqpException {
    client.tell(1, "begin", Map.of("transaction", 1));
    client.publish(1, "q", "one");
    refused(406, "transaction 1 is open", client.command(1, "begin", Map.of("transaction", 1)));
    client.tell(1, "begin", Map.of("transaction", 2));
    client.publish(1, "q", "two");
    client.tell(1, "enter", Map.of());
    client.publish(1, "q", "alone");
    assertEquals(1, ready());
    client.tell(1, "enter", Map.of("transaction", 1));
    client.publish(1, "q", "one more");
    assertEquals(done("commit"), client.command(1, "commit", Map.of("transaction", 2)));
    client.publish(1, "q", "of the first still");
    assertEquals(2, ready());
    assertEquals(done("rollback"), client.command(1, "rollback", Map.of()));
    assertEquals(2, ready());
    refused(404, "transaction 2", client.command(1, "enter", Map.of("transaction", 2)));
  }

  @Test
  void theEndOfATransactionMayBeginTheNext() throws AmqpException {
    client.tell(1, "begin", Map.of("transaction", 1));
    client.publish(1, "q", "one");
    assertEquals(done("commit"), client.command(1, "commit", Map.of("transaction", 1, "next", 2)));
    assertEquals(1, ready());
    client.publish(1, "q", "two");
    assertEquals(1, ready());
    assertEquals(
        done("rollback"), client.command(1, "rollback", Map.of("transaction", 2, "next", 3)));
    client.publish(1, "q", "three");
    refused(
        406,
        "transaction 3 is open",
        client.command(1, "commit", Map.of("transaction", 3, "next", 3)));
    assertEquals(1, ready());
    refused(404, "transaction 1", client.command(1, "commit", Map.of("transaction", 1, "next", 4)));
    client.publish(1, "q", "four");
    assertEquals(1, ready());
    assertEquals(done("commit"), client.command(1, "commit", Map.of("transaction", 4)));
    assertEquals(2, ready());
    assertEquals(done("commit"), client.command(1, "commit", Map.of("transaction", 3)));
    assertEquals(3, ready());
  }

  @Test
  void theCloseOfAChannelRollsBackAndCountsWhatItHeldAsSeen() {
    client.publish(1, "q", "in");
    consume(Map.of());
    client.tell(1, "begin", Map.of("transaction", 1));
    client.say(1, new BasicMethod.Ack(2, false));
    client.publish(1, "q", "never");
    client.say(1, new ChannelMethod.Close(200, "bye", 0, 0));
    client.channel(1);
    assertEquals(
        List.of("1 consume c {consumer-tag=t}", "1 t 2 again in {x-delivery-count=1}"),
        consume(Map.of()));
  }

  @Test
  void txModeAndCommandsDoNotMix() {
    client.say(1, new TxMethod.Select());
    refused(406, "tx mode", client.command(1, "begin", Map.of("transaction", 1)));
    refused(406, "tx mode", client.command(1, "enter", Map.of()));
    client.channel(2);
    client.tell(2, "begin", Map.of("transaction", 1));
    String heard = client.say(2, new TxMethod.Select()).get(0);
    assertTrue(heard.startsWith("2 channel.close[replyCode=406"), heard);
  }

  @Test
  void aCommitThatFailsHasRolledBack() {
    client.say(1, new ConfirmMethod.Select(false));
    client.command(1, "report-publishes", Map.of());
    client.publish(1, "q", "in");
    consume(Map.of());
    declare("r");
    client.tell(1, "begin", Map.of("transaction", 1));
    client.say(
        Peers.method(1, new BasicMethod.Publish("", "r", true, false)), Peers.content(1, "out"));
    client.say(1, new BasicMethod.Ack(3, false));
    client.say(1, new QueueMethod.Delete("r", false, false, false));
    String failed = client.command(1, "commit", Map.of()).get(0);
    assertTrue(failed.startsWith("1 commit c {reply-code=312, reply-text="), failed);
    assertEquals(
        "1 give-back c {}", client.command(1, "give-back", Map.of("unseen", List.of(3))).get(0));
  }

  @Test
  void aCommitFailsWhenMoreWasRefusedThanItsClientKnows() throws AmqpException {
    client.say(1, new ConfirmMethod.Select(false));
    client.command(1, "report-publishes", Map.of());
    client.tell(1, "begin", Map.of("transaction", 1));
    client.publish(1, "q", "never");
    client.publish(1, "nowhere", "not mandatory");
    client.say(ControlScript.published(1, "no-x", "k", ControlScript.text("-")));
    client.say(
        Peers.method(1, new BasicMethod.Publish("", "gone", true, false)), Peers.content(1, "-"));
    String failed = client.command(1, "commit", Map.of("refused", 1)).get(0);
    assertTrue(failed.startsWith("1 commit c {reply-code=406, reply-text="), failed);
    assertTrue(failed.contains("exchange '' with key 'gone': no queue is bound"), failed);
    assertEquals(0, ready());
    client.tell(1, "begin", Map.of("transaction", 1));
    client.publish(1, "q", "in");
    client.say(ControlScript.published(1, "no-x", "k", ControlScript.text("-")));
    assertEquals("1 commit c {}", client.command(1, "commit", Map.of("refused", 1)).get(0));
    assertEquals(1, ready());
  }

  /** What waits for memory when the commit comes is refused only after that. */
  @Test
  void aCommitFailsForWhatIsRefusedWhileItWaits() throws AmqpException {
    Engine small = Engines.find("vm://control" + NUMBER.incrementAndGet() + "?memory=1m");
    ControlScript filling = new ControlScript(small, true).channel(1);
    ControlScript sending =
        new ControlScript(
                small, Map.of("bindery.control", true), Map.of("bindery.send-timeout", 200L))
            .channel(1);
    filling.say(1, new QueueMethod.Declare("q", false, false, false, false, false, Map.of()));
    filling.publish(1, "q", Collections.nCopies(20, "x".repeat(64 << 10)).toArray(String[]::new));
    sending.say(1, new ConfirmMethod.Select(false));
    sending.command(1, "report-publishes", Map.of());
    sending.tell(1, "begin", Map.of("transaction", 1));
    List<String> heard = new ArrayList<>(sending.publish(1, "q", "late"));
    heard.addAll(sending.command(1, "commit", Map.of("refused", 0)));
    long deadlineNs = System.nanoTime() + 20_000_000_000L;
    while (heard.stream().noneMatch(line -> line.startsWith("1 commit"))
        && System.nanoTime() < deadlineNs) {
      heard.addAll(sending.hear());
      Thread.onSpinWait();
    }
    assertTrue(
        heard.stream().anyMatch(line -> line.startsWith("1 commit c {reply-code=406, reply-text=")),
        heard.toString());
    filling.disconnect();
    sending.disconnect();
    small.close();
  }

  // --- publishes ---

  @Test
  void publishesThatFailAreReported() {
    refused(406, "not in confirm mode", client.command(1, "report-publishes", Map.of()));
    client.say(1, new ConfirmMethod.Select(false));
    assertEquals("1 report-publishes c {}", client.command(1, "report-publishes", Map.of()).get(0));
    assertEquals(
        List.of(
            "1 publish {outcome=unrouted, publish=2}",
            "1 basic.ack[deliveryTag=2, multiple=false]"),
        client.publish(1, "nowhere", "a"));
    List<String> failed =
        client.say(ControlScript.published(1, "no-x", "k", ControlScript.text("b")));
    assertTrue(
        failed.get(0).startsWith("1 publish {outcome=failed, publish=3, reply-code=404"),
        failed.get(0));
    assertEquals("1 basic.nack[deliveryTag=3, multiple=false, requeue=false]", failed.get(1));
    AmqpMessage wrong = AmqpMessage.builder().expiration("soon").build();
    List<String> invalid = client.say(ControlScript.published(1, "", "q", wrong));
    assertTrue(invalid.get(0).contains("reply-code=406, reply-text=invalid exp"), invalid.get(0));
    assertEquals(
        List.of("1 basic.ack[deliveryTag=5, multiple=false]"), client.publish(1, "q", "c"));
  }
}
