package io.bindery.amqp.server;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bindery.amqp.codec.BasicMethod;
import io.bindery.amqp.codec.ConfirmMethod;
import io.bindery.amqp.codec.QueueMethod;
import io.bindery.engine.AmqpException;
import io.bindery.engine.Engine;
import io.bindery.engine.Engines;
import io.bindery.engine.Observation;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import javax.transaction.xa.XAException;
import javax.transaction.xa.XAResource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Commands about branches (X/Open XA), subscriptions and client identifiers. */
class BranchesAndSubscriptionsTest {
  private static final AtomicInteger NUMBER = new AtomicInteger();

  private Engine engine;
  private ControlScript client;

  @BeforeEach
  void start() throws AmqpException {
    engine = Engines.find("vm://branches" + NUMBER.incrementAndGet());
    client = new ControlScript(engine, true).channel(1);
    client.say(1, new QueueMethod.Declare("q", false, false, false, false, false, Map.of()));
  }

  @AfterEach
  void stop() {
    client.disconnect();
    engine.close();
  }

  private Observation.QueueView view(String queue) throws AmqpException {
    return engine.observe().queues().stream()
        .filter(each -> each.name().equals(queue))
        .findFirst()
        .orElseThrow();
  }

  private static Map<String, Object> branch(int number, Object... more) {
    Map<String, Object> arguments = new TreeMap<>();
    arguments.put("format-id", 7);
    arguments.put("global-transaction-id", new byte[] {1, (byte) number});
    arguments.put("branch-qualifier", "b");
    for (int i = 0; i < more.length; i += 2) {
      arguments.put((String) more[i], more[i + 1]);
    }
    return arguments;
  }

  private void does(String command, Map<String, Object> arguments) {
    assertEquals("1 " + command + " c {}", client.command(1, command, arguments).get(0));
  }

  private static void fails(int xaError, List<String> heard) {
    assertTrue(heard.get(0).contains(", xa-error=" + xaError + "}"), heard.get(0));
  }

  private static void fails(int replyCode, String text, List<String> heard) {
    String line = heard.get(0);
    assertTrue(line.contains("{reply-code=" + replyCode) && line.contains(text), line);
  }

  private void consume() {
    client.command(1, "consume", Map.of("queue", "q", "consumer-tag", "t"));
  }

  // --- branches ---

  @Test
  void whatComesBetweenStartAndEndBelongsToTheBranch() throws AmqpException {
    client.publish(1, "q", "in");
    consume();
    does("xa-start", branch(1));
    client.publish(1, "q", "out");
    client.say(1, new BasicMethod.Ack(2, false));
    does("xa-end", branch(1, "flags", XAResource.TMSUCCESS));
    client.publish(1, "other", "outside");
    assertEquals(
        List.of("1 xa-prepare c {read-only=false}"), client.command(1, "xa-prepare", branch(1)));
    assertEquals(1, view("q").unacknowledged());
    assertEquals("xids=[", client.command(1, "xa-recover", Map.of()).get(0).substring(16, 22));
    List<?> xids = assertInstanceOf(List.class, client.latest().headers().get("xids"));
    Map<?, ?> xid = assertInstanceOf(Map.class, xids.get(0));
    assertEquals(7, xid.get("format-id"));
    assertArrayEquals(new byte[] {1, 1}, (byte[]) xid.get("global-transaction-id"));
    assertArrayEquals("b".getBytes(StandardCharsets.UTF_8), (byte[]) xid.get("branch-qualifier"));
    assertEquals(
        List.of("1 xa-commit c {}", "1 t 8 out"), client.command(1, "xa-commit", branch(1)));
    fails(XAException.XAER_NOTA, client.command(1, "xa-commit", branch(1)));
    assertEquals(1, view("q").unacknowledged());
  }

  @Test
  void onePhaseReadOnlyAndTheRest() throws AmqpException {
    does("xa-start", branch(1, "flags", 0));
    client.publish(1, "q", "one");
    does("xa-end", branch(1));
    does("xa-commit", branch(1, "one-phase", true));
    assertEquals(1, view("q").ready());
    does("xa-start", branch(2));
    does("xa-end", branch(2));
    assertEquals(
        List.of("1 xa-prepare c {read-only=true}"), client.command(1, "xa-prepare", branch(2)));
    fails(XAException.XAER_NOTA, client.command(1, "xa-forget", branch(2)));
    fails(XAException.XAER_INVAL, client.command(1, "xa-start", branch(3, "flags", 12_345)));
    fails(XAException.XAER_NOTA, client.command(1, "enter", branch(3)));
    does("xa-start", branch(4));
    fails(XAException.XAER_DUPID, client.command(1, "xa-start", branch(4)));
    does("xa-timeout", branch(4, "seconds", 30));
  }

  @Test
  void aBranchMustBeNamed() {
    fails(406, "'format-id' is missing", client.command(1, "xa-start", without("format-id")));
    fails(
        406,
        "'global-transaction-id' is missing",
        client.command(1, "xa-start", without("global-transaction-id")));
    fails(
        406,
        "'branch-qualifier' has 65 bytes, and XA's limit is 64",
        client.command(1, "xa-start", branch(1, "branch-qualifier", new byte[65])));
    fails(
        406,
        "'format-id' is '4294967296', but must be an integer of 32 bits",
        client.command(1, "xa-start", branch(1, "format-id", 1L << 32)));
  }

  private static Map<String, Object> without(String argument) {
    Map<String, Object> arguments = branch(1);
    arguments.remove(argument);
    return arguments;
  }

  @Test
  void rollingBackLeavesDeliveriesOnEveryChannelThatHoldsThem() throws AmqpException {
    client.channel(2);
    client.publish(1, "q", "a", "b");
    client.command(1, "get", Map.of("queue", "q"));
    client.command(2, "get", Map.of("queue", "q"));
    does("xa-start", branch(1));
    client.say(1, new BasicMethod.Ack(1, false));
    assertEquals(List.of("2 enter c {}"), client.command(2, "enter", branch(1)));
    client.say(2, new BasicMethod.Ack(1, false));
    does("xa-end", branch(1));
    does("xa-rollback", branch(1));
    assertEquals(2, view("q").unacknowledged());
    assertEquals(
        "2 give-back c {}", client.command(2, "give-back", Map.of("seen", List.of(1))).get(0));
    assertEquals(
        "1 settle c {}",
        client
            .command(1, "settle", Map.of("delivery-tags", List.of(1), "outcome", "accepted"))
            .get(0));
    assertEquals(1, view("q").ready());
    assertEquals(0, view("q").unacknowledged());
  }

  @Test
  void aBranchThatIsRolledBackElsewhereGivesBackToo() throws AmqpException {
    client.publish(1, "q", "a");
    client.command(1, "get", Map.of("queue", "q"));
    does("xa-start", branch(1));
    client.say(1, new BasicMethod.Ack(1, false));
    does("xa-end", branch(1));
    client.command(1, "xa-prepare", branch(1));
    ControlScript other = new ControlScript(engine, true).channel(1);
    assertEquals("1 xa-rollback c {}", other.command(1, "xa-rollback", branch(1)).get(0));
    other.disconnect();
    assertEquals(1, view("q").unacknowledged());
    does("give-back", Map.of("seen", List.of(1)));
    assertEquals(1, view("q").ready());
  }

  @Test
  void whatIsCommittedElsewhereStaysSettled() throws AmqpException {
    client.publish(1, "q", "a", "b");
    client.command(1, "get", Map.of("queue", "q"));
    client.command(1, "get", Map.of("queue", "q"));
    does("xa-start", branch(1));
    client.say(1, new BasicMethod.Ack(1, false));
    does("xa-end", branch(1));
    client.command(1, "xa-prepare", branch(1));
    ControlScript other = new ControlScript(engine, true).channel(1);
    assertEquals("1 xa-commit c {}", other.command(1, "xa-commit", branch(1)).get(0));
    other.disconnect();
    does("give-back", Map.of("seen", List.of(1, 2)));
    assertEquals(1, view("q").ready());
    assertEquals(0, view("q").unacknowledged());
  }

  @Test
  void aPreparedBranchOutlivesItsConnection() throws AmqpException {
    client.publish(1, "q", "in");
    client.command(1, "get", Map.of("queue", "q"));
    does("xa-start", branch(1));
    client.say(1, new BasicMethod.Ack(1, false));
    client.publish(1, "q", "out");
    does("xa-end", branch(1));
    client.command(1, "xa-prepare", branch(1));
    client.disconnect();
    assertEquals(0, view("q").ready());
    client = new ControlScript(engine, true).channel(1);
    does("xa-commit", branch(1));
    assertEquals(
        List.of("1 replies 2 out {x-bindery-get=c}"),
        client.command(1, "get", Map.of("queue", "q")));
  }

  @Test
  void settlingInABranchThatIsOverSaysWhatBecameOfIt() {
    client.publish(1, "q", "a");
    client.command(1, "get", Map.of("queue", "q"));
    does("xa-start", branch(1));
    client.command(1, "xa-rollback", branch(1));
    fails(
        XAException.XAER_PROTO,
        client.command(1, "settle", Map.of("delivery-tags", List.of(1), "outcome", "accepted")));
    assertEquals(List.of("1 basic.qos-ok[]"), client.say(1, new BasicMethod.Qos(0, 0, false)));
    String closed = client.say(1, new BasicMethod.Ack(1, false)).get(0);
    assertTrue(closed.startsWith("1 channel.close[replyCode=406"), closed);
  }

  @Test
  void publishesInABranchThatIsOverAreReportedWithItsError() {
    client.say(1, new ConfirmMethod.Select(false));
    client.command(1, "report-publishes", Map.of());
    client.command(1, "xa-start", branch(1));
    client.command(1, "xa-rollback", branch(1));
    String failed = client.publish(1, "q", "late").get(0);
    assertTrue(failed.startsWith("1 publish {outcome=failed, publish=4, "), failed);
    assertTrue(failed.endsWith("xa-error=" + XAException.XAER_PROTO + "}"), failed);
  }

  // --- subscriptions ---

  private static Map<String, Object> topic(String kind, Object... more) {
    Map<String, Object> arguments = new TreeMap<>(Map.of("kind", kind, "routing-key", "t.*"));
    for (int i = 0; i < more.length; i += 2) {
      arguments.put((String) more[i], more[i + 1]);
    }
    return arguments;
  }

  @Test
  void subscribingTellsTheQueue() {
    Map<String, Object> durable = topic("durable", "client-id", "c", "name", "n");
    assertEquals(
        List.of("1 subscribe c {outcome=created, queue=sub/c/n, subscription=1}"),
        client.command(1, "subscribe", durable));
    fails(405, "Subscription 'n' of 'c' is in use", client.command(1, "subscribe", durable));
    fails(405, "n", client.command(1, "unsubscribe", Map.of("client-id", "c", "name", "n")));
    does("close-subscription", Map.of("subscription", 1));
    fails(
        404, "subscription 1", client.command(1, "close-subscription", Map.of("subscription", 1)));
    assertEquals(
        List.of("1 subscribe c {outcome=attached, queue=sub/c/n, subscription=2}"),
        client.command(1, "subscribe", durable));
    does("close-subscription", Map.of("subscription", 2));
    Map<String, Object> other = topic("durable", "client-id", "c", "name", "n", "selector", "n=1");
    assertEquals(
        List.of("1 subscribe c {outcome=replaced, queue=sub/c/n, subscription=3}"),
        client.command(1, "subscribe", other));
    does("close-subscription", Map.of("subscription", 3));
    fails(
        406,
        "is there as DURABLE",
        client.command(1, "subscribe", topic("shared-durable", "client-id", "c", "name", "n")));
    does("unsubscribe", Map.of("client-id", "c", "name", "n"));
    fails(404, "'n'", client.command(1, "unsubscribe", Map.of("client-id", "c", "name", "n")));
    fails(406, "'kind' is 'odd'", client.command(1, "subscribe", topic("odd")));
    fails(406, "'name' is missing", client.command(1, "subscribe", topic("shared")));
  }

  @Test
  void aNonDurableSubscriptionGoesWithItsUse() throws AmqpException {
    client.command(1, "subscribe", topic("non-durable", "selector", "n = 1"));
    String queue = (String) client.latest().headers().get("queue");
    client.say(
        ControlScript.published(1, "amq.topic", "t.x", ControlScript.text("other")),
        ControlScript.published(
            1,
            "amq.topic",
            "t.x",
            ControlScript.text("mine").toBuilder().headers(Map.of("n", 1)).build()));
    assertEquals(1, view(queue).ready());
    does("close-subscription", Map.of("subscription", 1));
    assertTrue(engine.observe().queues().stream().noneMatch(each -> each.name().equals(queue)));
  }

  @Test
  void aClientIdentifierIsClaimedOnce() {
    does("claim-client-id", Map.of("client-id", "me"));
    ControlScript other = new ControlScript(engine, true).channel(1);
    fails(405, "'me'", other.command(1, "claim-client-id", Map.of("client-id", "me")));
    client.disconnect();
    assertEquals(
        "1 claim-client-id c {}",
        other.command(1, "claim-client-id", Map.of("client-id", "me")).get(0));
    other.disconnect();
    client = new ControlScript(engine, true).channel(1);
  }

  @Test
  void capabilitiesAreTold() {
    client.command(1, "capabilities", Map.of());
    Map<String, Object> fields = client.latest().headers();
    List<?> features = assertInstanceOf(List.class, fields.get("features"));
    assertTrue(features.contains("consumer-selector") && features.contains("xa"), "" + features);
    assertTrue((Long) fields.get("delay-precision-ms") > 0);
    assertTrue((Integer) fields.get("max-header-bytes") > 0);
    client.command(1, "capabilities", Map.of("queue-type", "odd"));
    assertEquals(List.of(), client.latest().headers().get("features"));
  }

  @Test
  void queuesMayHaveTheDefaultsOfJms() throws AmqpException {
    Map<String, Object> jms = Map.of("x-bindery-defaults", "jms");
    client.say(1, new QueueMethod.Declare("j", false, true, false, false, false, jms));
    assertEquals(
        "1 queue.declare-ok[queue=j, messageCount=0, consumerCount=0]",
        client
            .say(1, new QueueMethod.Declare("j", false, true, false, false, false, Map.of()))
            .get(0),
        "it is no part of what a second declare must equal");
    client.publish(1, "j", "poison");
    for (int i = 0; i < 10; i++) {
      client.say(1, new BasicMethod.Get("j", false));
      client.say(1, new BasicMethod.Nack(i + 1, false, true));
    }
    assertEquals(0, view("j").ready());
    assertEquals(1, view("bindery.dead.j").ready());
    Map<String, Object> odd = Map.of("x-bindery-defaults", "odd");
    String closed =
        client.say(1, new QueueMethod.Declare("k", false, true, false, false, false, odd)).get(0);
    assertTrue(closed.contains("'x-bindery-defaults' is 'odd', but must be 'jms'"), closed);
  }
}
