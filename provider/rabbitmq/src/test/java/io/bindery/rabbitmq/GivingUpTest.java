package io.bindery.rabbitmq;

import static io.bindery.testkit.Awaiting.until;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bindery.amqp.server.AmqpServer;
import io.bindery.amqp.server.ServerSettings;
import io.bindery.engine.AmqpConnection;
import io.bindery.engine.AmqpException;
import io.bindery.engine.AmqpMessage;
import io.bindery.engine.Channel;
import io.bindery.engine.ConnectSpec;
import io.bindery.engine.PublishOutcome;
import io.bindery.engine.QueueSpec;
import io.bindery.engine.ReplyCode;
import io.bindery.engine.Route;
import io.bindery.engine.Ticket;
import io.bindery.engine.Transaction;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** How long a connection tries to come back, on a clock of its own, and how it fails for good. */
class GivingUpTest extends CutTest {
  private final VirtualPace pace = new VirtualPace();
  private final BlockingQueue<AmqpException> told = new LinkedBlockingQueue<>();
  private RabbitEngine engine;

  /** Its pauses are over at once. */
  private static final class VirtualPace implements Pace {
    private final List<Long> pauses = new ArrayList<>();
    private long nowMs;
    private CountDownLatch held = new CountDownLatch(0);

    @Override
    public synchronized long nowMs() {
      return nowMs;
    }

    @Override
    public void pause(long ms, CountDownLatch over) {
      CountDownLatch hold;
      synchronized (this) {
        nowMs += ms;
        pauses.add(ms);
        hold = held;
      }
      try {
        hold.await();
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }

    /** From now on pauses do not end before the next call. */
    synchronized void hold(boolean value) {
      held.countDown();
      held = new CountDownLatch(value ? 1 : 0);
    }

    synchronized void advance(long ms) {
      nowMs += ms;
    }

    synchronized List<Long> pauses() {
      return List.copyOf(pauses);
    }
  }

  private AmqpConnection lasting(int seconds) throws AmqpException {
    engine = new RabbitEngine(AmqpUri.parse(URI.create(uri() + "?reconnect=" + seconds)), pace);
    AmqpConnection connection = engine.connect(ConnectSpec.anonymous("test")).await();
    connection.onFailure(told::add);
    pace.advance(10_000);
    return connection;
  }

  @AfterEach
  void closeEngine() {
    pace.hold(false);
    engine.close();
  }

  private AmqpException told() throws InterruptedException {
    AmqpException why = told.poll(LONG_MS, TimeUnit.MILLISECONDS);
    assertNotNull(why, "it must have failed");
    return why;
  }

  @Test
  void itGivesUpWhenTheTimeIsOver() throws AmqpException, InterruptedException {
    AmqpConnection connection = lasting(60);
    Channel channel = connection.openChannel().await();
    network.refuse(true);
    network.cut();
    AmqpException why = told();
    assertEquals(ReplyCode.CONNECTION_FORCED, why.replyCode());
    assertTrue(why.getMessage().contains("within 60 s (reconnect)"), why.getMessage());
    assertTrue(why.getMessage().contains("No connection to"), why.getMessage());
    assertTrue(connection.isClosed());
    assertEquals(60_000, pace.pauses().stream().mapToLong(each -> each).sum());
    assertEquals(
        ReplyCode.CHANNEL_ERROR,
        assertThrows(AmqpException.class, () -> channel.checkQueue("q").await()).replyCode());
    assertEquals(
        ReplyCode.CHANNEL_ERROR,
        assertThrows(AmqpException.class, () -> connection.openChannel().await()).replyCode());
    connection.onFailure(told::add);
    assertEquals(why, told.poll());
  }

  @Test
  void whatIsRefusedForGoodEndsItAtOnce() throws AmqpException, InterruptedException {
    lasting(60);
    AmqpServer strict =
        AmqpServer.start(
            broker,
            ServerSettings.local(
                0,
                (user, password, peer) ->
                    Ticket.failed(
                        new AmqpException(ReplyCode.ACCESS_REFUSED, "No longer known here"))));
    try {
      network.target(strict.port());
      network.cut();
      assertEquals(ReplyCode.ACCESS_REFUSED, told().replyCode());
      assertEquals(List.of(), pace.pauses());
    } finally {
      strict.close();
    }
  }

  @Test
  void onlySoManyOperationsWait() throws AmqpException, InterruptedException {
    Channel channel = lasting(60).openChannel().await();
    pace.hold(true);
    network.refuse(true);
    network.cut();
    until("it pauses", () -> !pace.pauses().isEmpty());
    List<Ticket<?>> waiting = new ArrayList<>();
    for (int i = 0; i < Line.LIMIT; i++) {
      waiting.add(channel.declareQueue(QueueSpec.durable("q" + i, Map.of())));
    }
    assertTrue(waiting.stream().noneMatch(Ticket::isDone));
    Ticket<?> last = channel.declareQueue(QueueSpec.durable("last", Map.of()));
    assertEquals(ReplyCode.RESOURCE_ERROR, last.failure().replyCode());
    assertTrue(last.failure().getMessage().contains("" + Line.LIMIT));
    network.refuse(false);
    pace.hold(false);
    for (Ticket<?> each : waiting) {
      each.await();
    }
    assertNotNull(observed("q" + (Line.LIMIT - 1)));
  }

  @Test
  void anEngineThatIsClosedEndsWhatComesBack() throws AmqpException, InterruptedException {
    AmqpConnection connection = lasting(60);
    pace.hold(true);
    network.refuse(true);
    network.cut();
    until("it pauses", () -> !pace.pauses().isEmpty());
    engine.close();
    assertEquals("The engine is closed", told().getMessage());
    assertTrue(connection.isClosed());
  }

  private void awaitOut() {
    until("it has come", () -> observed("out") != null && observed("out").ready() == 1);
  }

  @Test
  void whetherAPublishWasDoneIsNotKnownWhenTheEngineIsClosedBeforeItsConfirm()
      throws AmqpException, InterruptedException {
    Channel channel = lasting(60).openChannel().await();
    channel.declareQueue(QueueSpec.durable("out", Map.of())).await();
    network.mute(true);
    AmqpMessage message = AmqpMessage.builder().persistent(true).build();
    Ticket<PublishOutcome> ticket =
        channel.publish(Route.toQueue("out"), message, channel.autoCommit());
    awaitOut();
    engine.close();
    AmqpException why = assertThrows(AmqpException.class, ticket::await);
    assertEquals(ReplyCode.CONNECTION_FORCED, why.replyCode());
    assertTrue(why.getMessage().contains("is not known"), why.getMessage());
    assertEquals(1, observed("out").ready());
  }

  @Test
  void whetherACommitWasDoneIsNotKnownWhenTheEngineIsClosedBeforeItsAnswer()
      throws AmqpException, InterruptedException {
    Channel channel = lasting(60).openChannel().await();
    channel.declareQueue(QueueSpec.durable("out", Map.of())).await();
    Transaction transaction = channel.begin();
    channel.publish(Route.toQueue("out"), AmqpMessage.builder().build(), transaction).await();
    network.mute(true);
    Ticket<Void> committing = transaction.commit();
    awaitOut();
    engine.close();
    AmqpException why = assertThrows(AmqpException.class, committing::await);
    assertEquals(ReplyCode.INTERNAL_ERROR, why.replyCode());
    assertTrue(why.getMessage().contains("is not known"), why.getMessage());
    assertEquals(1, observed("out").ready());
  }

  /** Otherwise what is asked of it would wait for a connection that never comes. */
  @Test
  void aChannelThatIsThereOnlyAfterTheEndIsNone() throws AmqpException {
    AmqpConnection connection = lasting(60);
    Ticket<Channel> opening;
    synchronized (connection) {
      opening = connection.openChannel();
      until(
          "the server has opened it",
          () ->
              Thread.getAllStackTraces().keySet().stream()
                  .anyMatch(each -> isBlockedBy(connection, each)));
      engine.close();
    }
    assertEquals(
        ReplyCode.CHANNEL_ERROR, assertThrows(AmqpException.class, opening::await).replyCode());
  }

  private static boolean isBlockedBy(Object monitor, Thread thread) {
    ThreadInfo info = ManagementFactory.getThreadMXBean().getThreadInfo(thread.getId());
    return info != null
        && info.getThreadState() == Thread.State.BLOCKED
        && info.getLockInfo().getIdentityHashCode() == System.identityHashCode(monitor);
  }
}
