package io.bindery.broker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bindery.engine.AmqpException;
import io.bindery.engine.AmqpMessage;
import io.bindery.engine.Binding;
import io.bindery.engine.Body;
import io.bindery.engine.ExchangeSpec;
import io.bindery.engine.PublishOutcome;
import io.bindery.engine.QueueSpec;
import io.bindery.engine.ReplyCode;
import io.bindery.engine.Route;
import io.bindery.engine.Transaction;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What is the most, and that one more is refused with a text that names it. */
class LimitsTest extends BrokerFixture {
  static Stream<Map<String, Object>> justFitting() {
    String most = "x".repeat(Limits.HEADER_BYTES - 1);
    return Stream.of(
        Map.of("h", most),
        Map.of("h", new byte[Limits.HEADER_BYTES - 1]),
        Map.of("h", List.of(most.substring(16), 7L)),
        Map.of("h", Map.of("k", most.substring(9))));
  }

  @ParameterizedTest
  @MethodSource("justFitting")
  void headersHaveALimit(Map<String, Object> headers) throws AmqpException {
    // They alone would fill this broker's memory.
    Limits.checkMessage(with(headers));
    Map<String, Object> tooMany = new java.util.HashMap<>(headers);
    tooMany.put("i", "");
    queue("q");
    AmqpException failure =
        refused(ReplyCode.CONTENT_TOO_LARGE, publish(channel, "q", with(tooMany)));
    assertTrue(failure.getMessage().contains("the limit for headers is "), failure.getMessage());
    assertTrue(failure.getMessage().contains("1048576"), failure.getMessage());
    assertEquals(1_048_576, connection.capabilities("classic").maxHeaderBytes());
  }

  private static AmqpMessage with(Map<String, Object> headers) {
    return AmqpMessage.builder().headers(headers).build();
  }

  /** Its properties do not count, as they do not over the wire. */
  @Test
  void aBodyMayHaveAllOfItsLimit() throws AmqpException {
    Body most = new Body.Bytes(new byte[Limits.MESSAGE_BYTES]);
    Limits.checkMessage(
        AmqpMessage.builder().body(most).headers(Map.of("a", "header")).type("type").build());
  }

  @Test
  void namesHaveALimitInBytes() throws AmqpException {
    String fits = "ü".repeat(127) + "x";
    String tooLong = "ü".repeat(128);
    queue(fits);
    assertEquals(
        PublishOutcome.ROUTED, await(publish(channel, fits, AmqpMessage.builder().build())));
    AmqpException failure =
        refused(ReplyCode.SYNTAX_ERROR, channel.declareQueue(QueueSpec.durable(tooLong, Map.of())));
    assertTrue(failure.getMessage().contains("255"), failure.getMessage());
    refused(
        ReplyCode.SYNTAX_ERROR, channel.declareExchange(ExchangeSpec.durable(tooLong, "topic")));
    refused(ReplyCode.SYNTAX_ERROR, channel.bind(Binding.queue("amq.topic", fits, tooLong)));
    refused(
        ReplyCode.SYNTAX_ERROR,
        channel.publish(new Route("amq.topic", tooLong, false), text("m"), channel.autoCommit()));
  }

  /** Or a transaction would bring in however many it has. */
  @Test
  void thePlacesThatATransactionHasTakenAreCounted() throws AmqpException {
    queue("q", Map.of("x-max-length", 2, "x-overflow", "reject-publish"));
    queue("bytes", Map.of("x-max-length-bytes", 2, "x-overflow", "reject-publish"));
    for (String queue : List.of("q", "bytes")) {
      Transaction transaction = channel.begin();
      assertEquals(PublishOutcome.ROUTED, publish(transaction, queue, "a"));
      assertEquals(PublishOutcome.ROUTED, publish(transaction, queue, "b"));
      assertEquals(PublishOutcome.REJECTED, publish(transaction, queue, "c"));
      assertEquals(PublishOutcome.REJECTED, await(publish(otherChannel(), queue, text("c"))));
      await(transaction.rollback());
      transaction = channel.begin();
      assertEquals(PublishOutcome.ROUTED, publish(transaction, queue, "d"));
      assertEquals(PublishOutcome.ROUTED, publish(transaction, queue, "e"));
      await(transaction.commit());
      assertEquals(PublishOutcome.REJECTED, await(publish(channel, queue, text("f"))));
      assertEquals(List.of("d", "e"), drained(queue));
      send(queue, "g", "h");
    }
  }

  private PublishOutcome publish(Transaction transaction, String queue, String body)
      throws AmqpException {
    return await(channel.publish(Route.toQueue(queue), text(body), transaction));
  }
}
