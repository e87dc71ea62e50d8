package io.bindery.rabbitmq;

import static io.bindery.testkit.Awaiting.until;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bindery.engine.AmqpConnection;
import io.bindery.engine.AmqpException;
import io.bindery.engine.ConnectSpec;
import io.bindery.engine.ConsumeSpec;
import io.bindery.engine.Consumer;
import io.bindery.engine.Engine;
import io.bindery.engine.Engines;
import io.bindery.engine.QueueSpec;
import io.bindery.engine.QueueStatus;
import io.bindery.engine.ReplyCode;
import io.bindery.engine.Ticket;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a channel asked for, and its connection or it is over before the answer comes. */
class CutShortTest extends CutTest {
  private Engine engine;
  private LastingChannel channel;

  @BeforeEach
  void connectByTheSeam() throws AmqpException {
    engine = Engines.find(uri());
    AmqpConnection connection = engine.connect(ConnectSpec.anonymous("test")).await();
    channel = (LastingChannel) connection.openChannel().await();
  }

  @AfterEach
  void closeEngine() {
    engine.close();
  }

  private static AmqpException failure(Ticket<?> ticket) {
    return assertThrows(AmqpException.class, ticket::await);
  }

  private void cutBeforeTheAnswer() {
    until("the server has done it", () -> observed().queues().size() == 1);
    network.cut();
    network.mute(false);
  }

  private static QueueSpec unnamed(boolean exclusive) {
    return new QueueSpec("", true, exclusive, false, QueueSpec.Defaults.AMQP, Map.of());
  }

  @Test
  void aChannelThatIsOverKeepsNoConsumer() throws AmqpException {
    channel.declareQueue(QueueSpec.jms("q")).await();
    network.mute(true);
    Ticket<Consumer> consuming = channel.consume(ConsumeSpec.of("q", 1), () -> {});
    channel.lost(Losses.closed("connection"));
    network.mute(false);
    assertEquals(ReplyCode.CHANNEL_ERROR, failure(consuming).replyCode());
    assertEquals(List.of(), channel.consumers());
  }

  @Test
  void aQueueWithoutANameIsNotMadeTwice() throws AmqpException {
    network.mute(true);
    Ticket<QueueStatus> declaring = channel.declareQueue(unnamed(false));
    cutBeforeTheAnswer();
    AmqpException why = failure(declaring);
    assertEquals(ReplyCode.CONNECTION_FORCED, why.replyCode());
    assertTrue(why.getMessage().contains("is not known"), why.getMessage());
    channel.declareQueue(QueueSpec.jms("q")).await();
    assertEquals(2, observed().queues().size());
  }

  @Test
  void oneThatWentWithItsConnectionIsMadeAgain() throws AmqpException {
    network.mute(true);
    Ticket<QueueStatus> declaring = channel.declareQueue(unnamed(true));
    cutBeforeTheAnswer();
    String name = declaring.await().name();
    until("no other is there", () -> observed().queues().size() == 1);
    assertEquals(name, observed().queues().get(0).name());
  }
}
