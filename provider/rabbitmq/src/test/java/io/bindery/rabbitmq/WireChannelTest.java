package io.bindery.rabbitmq;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.AlreadyClosedException;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Envelope;
import com.rabbitmq.client.ShutdownListener;
import com.rabbitmq.client.ShutdownSignalException;
import io.bindery.engine.AmqpException;
import io.bindery.engine.PublishOutcome;
import io.bindery.engine.ReplyCode;
import io.bindery.engine.Route;
import io.bindery.engine.Ticket;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.reflect.Proxy;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is told of what was written to a connection that is lost at that moment. */
class WireChannelTest {
  private final ShutdownSignalException lost =
      new ShutdownSignalException(true, false, null, null, "lost", new IOException("reset"));
  private ShutdownListener listener;
  private Failing failing;
  private WireChannel wire;

  /** A channel of the client library that loses its connection in the midst of a publish. */
  private Object called(String method, Object[] arguments) throws IOException {
    if (method.equals("addShutdownListener")) {
      listener = (ShutdownListener) arguments[0];
    } else if (method.equals("basicPublish") && failing != null) {
      listener.shutdownCompleted(lost);
      failing.run();
    } else if (method.equals("getNextPublishSeqNo")) {
      return 1L;
    }
    return null;
  }

  private interface Failing {
    void run() throws IOException;
  }

  private static void breaks() throws IOException {
    throw new IOException("broken pipe");
  }

  @BeforeEach
  void open() throws IOException {
    Channel channel =
        (Channel)
            Proxy.newProxyInstance(
                getClass().getClassLoader(),
                new Class<?>[] {Channel.class},
                (self, method, arguments) -> called(method.getName(), arguments));
    Outflow out = new Outflow(OutputStream.nullOutputStream(), () -> {}, "unused");
    wire = WireChannel.open(channel, out, new Deaf());
  }

  private static final class Deaf implements WireChannel.Listener {
    @Override
    public void delivered(String tag, Envelope envelope, AMQP.BasicProperties of, byte[] body) {
      // Nothing is consumed here.
    }

    @Override
    public void cancelled(String tag) {
      // Nothing is consumed here.
    }

    @Override
    public void ended(AmqpException why) {
      // The test knows.
    }
  }

  private AmqpException published() {
    Confirms.Publish about = new Confirms.Publish(0, null, (publish, outcome, failure, told) -> {});
    WireChannel.Content content =
        new WireChannel.Content(new Route("", "q", false), new AMQP.BasicProperties(), new byte[0]);
    return assertThrows(AmqpException.class, () -> wire.publish(content, about));
  }

  @Test
  void ofWhatWasWrittenHalfItIsNotKnownWhetherItArrived() {
    failing = WireChannelTest::breaks;
    AmqpException why = published();
    assertEquals(ReplyCode.CONNECTION_FORCED, why.replyCode());
    assertEquals(
        "publishing failed: broken pipe; the message was not confirmed before, so whether it was"
            + " published is not known",
        why.getMessage());
    assertInstanceOf(IOException.class, why.getCause());
  }

  @Test
  void whatTheClientRefusedBeforeWasNotSent() {
    failing =
        () -> {
          throw new AlreadyClosedException(lost);
        };
    assertEquals(ReplyCode.CHANNEL_ERROR, published().replyCode());
    failing = WireChannelTest::breaks;
    assertEquals(ReplyCode.CHANNEL_ERROR, published().replyCode(), "nor is what comes later");
  }

  /** CHANNEL_ERROR says that nothing was sent: who hears it may send it again. */
  @Test
  void whatWasWrittenIsNotKnownAlsoWhenThisSideEndsTheConnection() throws AmqpException {
    Confirms.Publish about = new Confirms.Publish(0, null, (publish, outcome, failure, told) -> {});
    WireChannel.Content content =
        new WireChannel.Content(new Route("", "q", false), new AMQP.BasicProperties(), new byte[0]);
    Ticket<PublishOutcome> publish = wire.publish(content, about);
    Ticket<WireChannel.Answer> command = wire.ask("commit", Map.of());
    listener.shutdownCompleted(
        new ShutdownSignalException(true, true, new AMQP.Connection.Close.Builder().build(), null));
    assertEquals(ReplyCode.CONNECTION_FORCED, publish.failure().replyCode());
    assertEquals(
        "The channel is closed; the message was not confirmed before, so whether it was published"
            + " is not known",
        publish.failure().getMessage());
    assertEquals(ReplyCode.CONNECTION_FORCED, command.failure().replyCode());
    assertEquals(ReplyCode.CHANNEL_ERROR, published().replyCode(), "what comes later is not sent");
  }
}
