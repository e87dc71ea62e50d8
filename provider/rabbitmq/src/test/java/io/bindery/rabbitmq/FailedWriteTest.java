package io.bindery.rabbitmq;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.ConfirmCallback;
import com.rabbitmq.client.Consumer;
import com.rabbitmq.client.Envelope;
import com.rabbitmq.client.ShutdownListener;
import com.rabbitmq.client.ShutdownSignalException;
import io.bindery.engine.AmqpException;
import io.bindery.engine.AmqpMessage;
import io.bindery.engine.Body;
import io.bindery.engine.PublishOutcome;
import io.bindery.engine.ReplyCode;
import io.bindery.engine.Route;
import io.bindery.engine.Ticket;
import io.bindery.engine.Transaction;
import io.bindery.engine.XaException;
import io.bindery.engine.XidKey;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.reflect.Proxy;
import java.net.URI;
import javax.transaction.xa.XAException;
import javax.transaction.xa.XAResource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The end of a branch waits for each publish in it, as long as its fate is open and no longer. */
class FailedWriteTest {
  private static final Route TO_Q = Route.toQueue("q");
  private static final XidKey XID = new XidKey(1, new byte[] {1}, new byte[] {2});

  private final Errands errands = new Errands("test");
  private final Server one = new Server();
  private final Server other = new Server();
  private RabbitConnection home;
  private RabbitXa xa;
  private RabbitChannel channel;
  private RabbitChannel second;
  private Transaction branch;

  private interface Failing {
    void run() throws IOException;
  }

  private static void breaks() throws IOException {
    throw new IOException("broken pipe");
  }

  private static void refuses() {
    throw new IllegalArgumentException("too long");
  }

  /** One channel of a server, which answers commands at once, and confirms when it is told to. */
  private static final class Server {
    private ShutdownListener listener;
    private ConfirmCallback confirms;
    private Consumer replies;
    private Failing failing = () -> {};
    private long written;

    private Channel channel() {
      return (Channel)
          Proxy.newProxyInstance(
              getClass().getClassLoader(),
              new Class<?>[] {Channel.class},
              (self, method, arguments) -> {
                switch (method.getName()) {
                  case "addShutdownListener" -> listener = (ShutdownListener) arguments[0];
                  case "addConfirmListener" -> confirms = (ConfirmCallback) arguments[0];
                  case "basicConsume" -> replies = (Consumer) arguments[2];
                  case "basicPublish" -> write((BasicProperties) arguments[3]);
                  default -> {}
                }
                return null;
              });
    }

    private void write(BasicProperties properties) throws IOException {
      failing.run();
      written++;
      if (properties.getReplyTo() != null) {
        BasicProperties answer =
            new BasicProperties.Builder().correlationId(properties.getCorrelationId()).build();
        replies.handleDelivery("", new Envelope(1, false, "", ""), answer, new byte[0]);
      }
    }

    private void confirmAll() throws IOException {
      confirms.handle(written, true);
    }

    private void lose() {
      listener.shutdownCompleted(
          new ShutdownSignalException(true, false, null, null, "lost", new IOException("reset")));
    }
  }

  private static WireChannel open(Server server, WireChannel.Listener listener) throws IOException {
    Outflow out = new Outflow(OutputStream.nullOutputStream(), () -> {}, "unused");
    return WireChannel.open(server.channel(), out, listener);
  }

  private RabbitChannel open(Server server) throws IOException {
    RabbitChannel opened = new RabbitChannel(home);
    opened.begin(open(server, opened));
    return opened;
  }

  @BeforeEach
  void start() throws IOException, AmqpException {
    home =
        new RabbitConnection(
            new RabbitEngine(AmqpUri.parse(URI.create("amqp://127.0.0.1"))),
            new Dialer.Answered(null, null, "", "/", null),
            errands);
    channel = open(one);
    second = open(other);
    xa = new RabbitXa(open(new Server(), channel));
    branch = xa.start(XID, XAResource.TMNOFLAGS).await();
  }

  @AfterEach
  void end() {
    errands.end();
  }

  private Ticket<PublishOutcome> publish(RabbitChannel on) {
    AmqpMessage message = AmqpMessage.builder().body(new Body.Text("a")).build();
    return on.publish(TO_Q, message, branch);
  }

  private Ticket<Void> endBranch() {
    return xa.end(XID, XAResource.TMSUCCESS);
  }

  /** From now on publishes to the queue do not wait. */
  private void learn() throws IOException, AmqpException {
    Ticket<PublishOutcome> first = publish(channel);
    Ticket<PublishOutcome> next = publish(second);
    one.confirmAll();
    other.confirmAll();
    assertEquals(PublishOutcome.ROUTED, first.await());
    assertEquals(PublishOutcome.ROUTED, next.await());
  }

  private void failToPublish(Failing failing, ReplyCode told) {
    one.failing = failing;
    assertEquals(told, publish(channel).failure().replyCode());
  }

  @Test
  void itWaitsForWhatFailedAsItWasWrittenUntilItsChannelEnds() throws IOException, AmqpException {
    learn();
    failToPublish(FailedWriteTest::breaks, ReplyCode.CONNECTION_FORCED);
    Ticket<Void> ending = endBranch();
    assertFalse(ending.isDone());
    one.lose();
    XaException failure = (XaException) ending.failure();
    assertEquals(XAException.XA_RBROLLBACK, failure.errorCode());
  }

  @Test
  void itDoesNotWaitForWhatEndedWithItsChannel() throws IOException, AmqpException {
    learn();
    failToPublish(FailedWriteTest::breaks, ReplyCode.CONNECTION_FORCED);
    one.lose();
    assertTrue(endBranch().isDone());
  }

  @Test
  void whatFailedAsItWasWrittenIsCountedOnce() throws IOException, AmqpException {
    learn();
    failToPublish(FailedWriteTest::breaks, ReplyCode.CONNECTION_FORCED);
    one.lose();
    assertTrue(publish(second).isDone());
    Ticket<Void> ending = endBranch();
    assertFalse(ending.isDone(), "one is not confirmed");
    other.confirmAll();
    assertTrue(ending.isDone());
  }

  @Test
  void whatWasNeverWrittenIsNotWaitedFor() throws IOException, AmqpException {
    learn();
    failToPublish(FailedWriteTest::refuses, ReplyCode.PRECONDITION_FAILED);
    endBranch().await();
    one.lose();
    failToPublish(() -> {}, ReplyCode.CHANNEL_ERROR);
    publish(second);
    Ticket<Void> ending = endBranch();
    assertFalse(ending.isDone(), "one is not confirmed");
    other.confirmAll();
    ending.await();
  }

  @Test
  void itWaitsAlsoForWhatItsSenderWaitsFor() throws IOException, AmqpException {
    Ticket<PublishOutcome> first = publish(channel);
    Ticket<Void> ending = endBranch();
    assertFalse(first.isDone());
    assertFalse(ending.isDone());
    one.confirmAll();
    ending.await();
    assertEquals(PublishOutcome.ROUTED, first.await());
  }
}
