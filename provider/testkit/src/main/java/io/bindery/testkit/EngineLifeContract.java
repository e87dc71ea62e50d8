package io.bindery.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bindery.engine.AmqpConnection;
import io.bindery.engine.AmqpException;
import io.bindery.engine.AmqpMessage;
import io.bindery.engine.Arguments;
import io.bindery.engine.Binding;
import io.bindery.engine.Body;
import io.bindery.engine.Capabilities;
import io.bindery.engine.Capabilities.Feature;
import io.bindery.engine.Channel;
import io.bindery.engine.ConnectSpec;
import io.bindery.engine.ConsumeSpec;
import io.bindery.engine.Delivery;
import io.bindery.engine.Engine;
import io.bindery.engine.ExchangeSpec;
import io.bindery.engine.Observation;
import io.bindery.engine.Outcome;
import io.bindery.engine.PublishOutcome;
import io.bindery.engine.QueueSpec;
import io.bindery.engine.ReplyCode;
import io.bindery.engine.Route;
import io.bindery.engine.Ticket;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Who may connect and do what, memory, observation, and how it ends. */
public abstract class EngineLifeContract extends EngineContract {
  @Test
  @Covers(Clause.AUTHENTICATION)
  void credentialsAreChecked() throws AmqpException {
    ConnectSpec wrong = new ConnectSpec(EngineUnderTest.ALICE, "guess", "/", "-", 0);
    AmqpException failure = refused(ReplyCode.ACCESS_REFUSED, under.engine().connect(wrong));
    assertTrue(failure.getMessage().contains(EngineUnderTest.ALICE), failure.getMessage());
    assertFalse(failure.getMessage().contains("guess"), "no secret in an error");
    assertFalse(wrong.toString().contains("guess"), "nor in a text");
    refused(ReplyCode.ACCESS_REFUSED, under.engine().connect(ConnectSpec.anonymous("-")));
    assertFalse(connection.isClosed());
  }

  @Test
  @Covers(Clause.PERMISSIONS)
  void permissionsAreChecked() throws AmqpException {
    queue("q");
    send("q", "a");
    AmqpConnection readers =
        await(under.engine().connect(spec(EngineUnderTest.READER, "/", "reader")));
    Channel reader = await(readers.openChannel());
    assertEquals("a", body(await(reader.get("q", ""))));
    AmqpException write =
        refused(
            ReplyCode.ACCESS_REFUSED,
            reader.publish(Route.toQueue("q"), text("b"), reader.autoCommit()));
    assertTrue(write.getMessage().contains("amq.default"), write.getMessage());
    refused(ReplyCode.ACCESS_REFUSED, reader.declareQueue(QueueSpec.durable("mine", Map.of())));
    refused(
        ReplyCode.ACCESS_REFUSED, reader.declareExchange(ExchangeSpec.durable("mine", "direct")));
    refused(ReplyCode.ACCESS_REFUSED, reader.deleteQueue("q", false, false));
    refused(ReplyCode.ACCESS_REFUSED, reader.deleteExchange("amq.direct", false));
    refused(ReplyCode.ACCESS_REFUSED, reader.bind(Binding.queue("amq.direct", "q", "k")));
    refused(ReplyCode.ACCESS_REFUSED, reader.unbind(Binding.queue("amq.direct", "q", "k")));
    await(reader.checkQueue("q"));
  }

  /** What each verb needs, and that no more is needed (RabbitMQ, "Access Control"). */
  @Test
  @Covers(Clause.PERMISSIONS)
  void eachVerbNeedsWhatTheDocumentationSays() throws AmqpException {
    for (String name : List.of("r-q", "w-q", "cw-q", "cr-q")) {
      queue(name);
    }
    for (String name : List.of("r-x", "w-x", "cw-x")) {
      await(channel.declareExchange(ExchangeSpec.durable(name, "direct")));
    }
    Channel clerk =
        await(
            await(under.engine().connect(spec(EngineUnderTest.CLERK, "/", "clerk"))).openChannel());
    await(clerk.bind(Binding.queue("r-x", "w-q", "k")));
    await(clerk.unbind(Binding.queue("r-x", "w-q", "k")));
    forbidden("write access to queue 'r-q'", clerk.bind(Binding.queue("r-x", "r-q", "k")));
    forbidden("read access to exchange 'w-x'", clerk.bind(Binding.queue("w-x", "w-q", "k")));
    forbidden("read access to exchange 'w-x'", clerk.unbind(Binding.queue("w-x", "w-q", "k")));
    await(clerk.bind(Binding.exchange("r-x", "w-x", "k")));
    forbidden("write access to exchange 'r-x'", clerk.bind(Binding.exchange("r-x", "r-x", "k")));
    await(clerk.publish(new Route("w-x", "k", false), text("m"), clerk.autoCommit()));
    forbidden(
        "write access to exchange 'r-x'",
        clerk.publish(new Route("r-x", "k", false), text("m"), clerk.autoCommit()));
    await(clerk.get("r-q", ""));
    await(clerk.browse("r-q", ""));
    await(clerk.purgeQueue("r-q"));
    await(clerk.consume(ConsumeSpec.of("r-q", 1), () -> {})).close();
    forbidden("read access to queue 'cw-q'", clerk.get("cw-q", ""));
    forbidden("read access to queue 'cw-q'", clerk.browse("cw-q", ""));
    forbidden("read access to queue 'cw-q'", clerk.purgeQueue("cw-q"));
    forbidden("read access to queue 'cw-q'", clerk.consume(ConsumeSpec.of("cw-q", 1), () -> {}));
    await(clerk.checkQueue("w-q"));
    await(clerk.checkExchange("w-x"));
  }

  @Test
  @Covers(Clause.PERMISSIONS)
  void declaringNeedsConfigureAndMoreForWhatIsHandedOn() throws AmqpException {
    Channel clerk =
        await(
            await(under.engine().connect(spec(EngineUnderTest.CLERK, "/", "clerk"))).openChannel());
    await(clerk.declareQueue(QueueSpec.durable("c-q", Map.of())));
    await(clerk.declareExchange(ExchangeSpec.durable("c-x", "direct")));
    await(clerk.declareQueue(QueueSpec.temporary("")));
    forbidden(
        "configure access to queue 'rw-q'",
        clerk.declareQueue(QueueSpec.durable("rw-q", Map.of())));
    forbidden("configure access to queue 'rw-q'", clerk.deleteQueue("rw-q", false, false));
    forbidden("configure access to exchange 'rw-x'", clerk.deleteExchange("rw-x", false));
    await(clerk.deleteQueue("c-q", false, false));
    await(clerk.deleteExchange("c-x", false));
    Map<String, Object> writable = Map.of(Arguments.DEAD_LETTER_EXCHANGE, "w-x");
    await(clerk.declareQueue(QueueSpec.durable("cr-q", writable)));
    forbidden(
        "read access to queue 'cw-q'", clerk.declareQueue(QueueSpec.durable("cw-q", writable)));
    forbidden(
        "write access to exchange 'r-x'",
        clerk.declareQueue(
            QueueSpec.durable("cr-q2", Map.of(Arguments.DEAD_LETTER_EXCHANGE, "r-x"))));
    await(clerk.declareExchange(withAlternate("cr-x", "w-x")));
    forbidden(
        "read access to exchange 'cw-x'", clerk.declareExchange(withAlternate("cw-x", "w-x")));
    forbidden(
        "write access to exchange 'r-x'", clerk.declareExchange(withAlternate("cr-x2", "r-x")));
  }

  private static ExchangeSpec withAlternate(String name, String alternate) {
    return new ExchangeSpec(
        name, "direct", true, false, false, Map.of(Arguments.ALTERNATE_EXCHANGE, alternate));
  }

  private static void forbidden(String what, Ticket<?> ticket) {
    AmqpException failure = refused(ReplyCode.ACCESS_REFUSED, ticket);
    String text = failure.getMessage();
    assertTrue(text.contains(what) && text.contains(EngineUnderTest.CLERK), text);
  }

  @Test
  @Covers(Clause.ACCEPT_ALL)
  void withoutSettingsEverybodyMayDoEverything() throws AmqpException {
    Channel anybody =
        await(await(under.plainEngine().connect(ConnectSpec.anonymous("anybody"))).openChannel());
    await(anybody.declareQueue(QueueSpec.durable("q", Map.of())));
    assertEquals(
        PublishOutcome.ROUTED,
        await(anybody.publish(Route.toQueue("q"), text("a"), anybody.autoCommit())));
    assertEquals("a", body(await(anybody.get("q", ""))));
  }

  private static AmqpMessage large() {
    return AmqpMessage.builder().body(new Body.Bytes(new byte[200_000])).build();
  }

  /** Publishes to an empty queue until two publishes wait; the hoarder takes what is in it. */
  private List<Ticket<PublishOutcome>> fill(String queue, Hoarder hoarder) throws AmqpException {
    List<Ticket<PublishOutcome>> open = new ArrayList<>();
    for (int i = 0; i < 40 && open.size() < 2; i++) {
      Ticket<PublishOutcome> ticket =
          channel.publish(Route.toQueue(queue), large(), channel.autoCommit());
      if (done(ticket)) {
        hoarder.held.add(await(hoarder.channel.get(queue, "")));
      } else {
        open.add(ticket);
      }
    }
    assertEquals(2, open.size(), "past the memory limit publishes wait");
    return open;
  }

  /** Holds what no engine can send away from memory. */
  private record Hoarder(Channel channel, ArrayDeque<Delivery> held) {}

  private Hoarder hoarder() throws AmqpException {
    return new Hoarder(otherChannel(), new ArrayDeque<>());
  }

  private void release(Hoarder hoarder, int count) throws AmqpException {
    for (int i = 0; i < count; i++) {
      await(
          hoarder.channel.settle(
              hoarder.held.remove(), Outcome.ACCEPTED, hoarder.channel.autoCommit()));
    }
  }

  @Test
  @Covers(Clause.BACK_PRESSURE)
  void publishersWaitForMemoryAndGoOn() throws AmqpException {
    queue("q");
    Hoarder hoarder = hoarder();
    List<Ticket<PublishOutcome>> open = fill("q", hoarder);
    assertTrue(hoarder.held.size() > 12, "some fitted: " + hoarder.held.size());
    release(hoarder, 12);
    assertEquals(PublishOutcome.ROUTED, await(open.get(0)));
    assertEquals(PublishOutcome.ROUTED, await(open.get(1)));
    assertEquals(2, ready("q"));
  }

  @Test
  @Covers(Clause.BACK_PRESSURE)
  void aPublishThatWaitsTooLongFailsAndWasNotPublished() throws AmqpException {
    queue("q");
    Hoarder hoarder = hoarder();
    List<Ticket<PublishOutcome>> open = fill("q", hoarder);
    under.advance(1_001);
    for (Ticket<PublishOutcome> ticket : open) {
      AmqpException failure = refused(ReplyCode.RESOURCE_ERROR, ticket);
      assertTrue(failure.getMessage().contains("sendTimeout"), failure.getMessage());
      assertTrue(failure.getMessage().contains("memory"), failure.getMessage());
    }
    assertEquals(0, ready("q"));
    release(hoarder, hoarder.held.size());
    assertEquals(PublishOutcome.ROUTED, publish(Route.toQueue("q"), large()));
  }

  @Test
  @Covers(Clause.BACK_PRESSURE)
  void whoHoldsDeliveriesIsNotMadeToWait() throws AmqpException {
    queue("q");
    send("q", "held");
    Channel holder = otherChannel();
    Delivery held = await(holder.get("q", ""));
    Hoarder hoarder = hoarder();
    fill("q", hoarder);
    Ticket<PublishOutcome> fromReserve =
        holder.publish(Route.toQueue("q"), large(), holder.autoCommit());
    assertTrue(done(fromReserve));
    assertEquals(PublishOutcome.ROUTED, await(fromReserve));
    Ticket<PublishOutcome> last = fromReserve;
    for (int i = 0; i < 20 && last.failure() == null; i++) {
      hoarder.held.add(await(hoarder.channel.get("q", "")));
      last = holder.publish(Route.toQueue("q"), large(), holder.autoCommit());
      assertTrue(done(last), "never waits");
    }
    refused(ReplyCode.RESOURCE_ERROR, last);
    await(holder.settle(held, Outcome.ACCEPTED, holder.autoCommit()));
  }

  @Test
  @Covers(Clause.CAPABILITIES)
  void capabilitiesAreDeclared() {
    Capabilities classic = connection.capabilities("classic");
    assertTrue(
        classic.has(Feature.CONSUMER_SELECTOR)
            && classic.has(Feature.BROWSE)
            && classic.has(Feature.XA));
    assertTrue(classic.maxHeaderBytes() > 0 && classic.delayPrecisionMs() > 0);
    assertFalse(connection.capabilities("no such type").has(Feature.BROWSE));
  }

  @Test
  @Covers(Clause.OBSERVE)
  void observeShowsWhatIsThere() throws AmqpException {
    queue("q");
    await(
        channel.bind(
            Binding.queue("amq.topic", "q", "a.*", Map.of("x-filter-jms-selector", "n = 1"))));
    tap(channel, new ConsumeSpec("q", "tag", 5, false, "", false, Map.of(), false).withPaused());
    send("q", "m");
    publish("amq.topic", "b", "unrouted");
    Observation all = under.observe();
    Observation.ExchangeView topic =
        all.exchanges().stream()
            .filter(x -> x.virtualHost().equals("/") && x.name().equals("amq.topic"))
            .findFirst()
            .orElseThrow();
    assertEquals(1, topic.published());
    assertEquals(
        List.of(Binding.queue("amq.topic", "q", "a.*", Map.of("x-filter-jms-selector", "n = 1"))),
        all.bindings().stream().map(Observation.BindingView::binding).toList());
    Observation.QueueView queue = all.queues().get(0);
    assertEquals("q", queue.name());
    assertEquals(1, queue.ready());
    assertEquals(1, queue.consumers());
    assertEquals(1, queue.counters().published());
    assertEquals(List.of(new Observation.ConsumerView("/", "q", "tag", 5, 0)), all.consumers());
  }

  @Test
  @Covers(Clause.LIFECYCLE)
  void closingTheEngineFailsItsConnections() throws AmqpException {
    queue("q");
    Tapped tapped = tap(channel, ConsumeSpec.of("q", 1));
    List<AmqpException> told = new ArrayList<>();
    connection.onFailure(told::add);
    under.engine().close();
    under.engine().close();
    assertEquals(1, told.size());
    assertEquals(ReplyCode.CONNECTION_FORCED, told.get(0).replyCode());
    assertTrue(connection.isClosed() && tapped.consumer().isClosed() && under.engine().isClosed());
    refused(ReplyCode.CHANNEL_ERROR, channel.checkQueue("q"));
    refused(ReplyCode.CHANNEL_ERROR, connection.openChannel());
    refused(
        ReplyCode.CONNECTION_FORCED,
        under.engine().connect(spec(EngineUnderTest.ALICE, "/", "late")));
    connection.onFailure(told::add);
    assertEquals(2, told.size(), "who asks later is told at once");
  }

  @Test
  @Covers(Clause.LIFECYCLE)
  void anEngineLivesAsLongAsItsLeases() {
    Engine.Lease one = under.engine().lease();
    Engine.Lease two = under.engine().lease();
    one.close();
    one.close();
    assertFalse(under.engine().isClosed());
    connection.close();
    assertFalse(under.engine().isClosed(), "never with the last connection");
    two.close();
    assertTrue(under.engine().isClosed());
  }

  @Test
  @Covers(Clause.LIFECYCLE)
  void closingAConnectionIsNoFailure() throws AmqpException {
    List<AmqpException> told = new ArrayList<>();
    connection.onFailure(told::add);
    connection.close();
    connection.close();
    assertEquals(List.of(), told);
    refused(ReplyCode.CHANNEL_ERROR, connection.claimClientId("c"));
  }

  @Test
  @Covers(Clause.LIMITS)
  void channelsAndMessagesHaveLimits() throws AmqpException {
    Ticket<Channel> last = connection.openChannel();
    for (int i = 0; i < 3_000 && last.failure() == null; i++) {
      last = connection.openChannel();
    }
    AmqpException channels = refused(ReplyCode.RESOURCE_ERROR, last);
    assertTrue(channels.getMessage().contains("2047"), channels.getMessage());
    queue("q");
    AmqpMessage huge =
        AmqpMessage.builder().body(new Body.Bytes(new byte[128 * 1024 * 1024 + 1])).build();
    AmqpException size =
        refused(
            ReplyCode.CONTENT_TOO_LARGE,
            channel.publish(Route.toQueue("q"), huge, channel.autoCommit()));
    assertTrue(size.getMessage().contains("the limit for a message is "), size.getMessage());
  }

  @Test
  @Covers(Clause.LIMITS)
  void aChannelHasSoManyConsumersAtMost() throws AmqpException {
    queue("q");
    // An engine may need one for itself.
    for (int i = 0; i < 9_998; i++) {
      channel.consume(ConsumeSpec.of("q", 1), () -> {});
    }
    await(channel.consume(ConsumeSpec.of("q", 1), () -> {}));
    channel.consume(ConsumeSpec.of("q", 1), () -> {});
    AmqpException refused =
        refused(ReplyCode.NOT_ALLOWED, channel.consume(ConsumeSpec.of("q", 1), () -> {}));
    assertTrue(refused.getMessage().contains("(10000)"), refused.getMessage());
  }
}
