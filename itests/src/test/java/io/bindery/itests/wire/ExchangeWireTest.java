package io.bindery.itests.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.bindery.amqp.codec.BasicMethod;
import io.bindery.amqp.codec.ExchangeMethod;
import io.bindery.amqp.codec.Method;
import io.bindery.amqp.codec.MethodType;
import io.bindery.amqp.codec.QueueMethod;
import io.bindery.engine.AmqpException;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Class exchange, bindings and routing. */
class ExchangeWireTest extends WireSuite {
  private static ExchangeMethod.Declare passively(String name) {
    return new ExchangeMethod.Declare(name, "", true, false, false, false, false, NONE);
  }

  private static ExchangeMethod.Delete delete(String name) {
    return new ExchangeMethod.Delete(name, false, false);
  }

  private void refused(int code, MethodType about, Method question)
      throws IOException, AmqpException {
    client.send(1, question);
    channelError(code, about);
  }

  // --- declare and delete ---

  @Test
  @Cites("exchange.declare, rule \"not-found\" of passive")
  void aPassiveDeclareFindsWhatIsThere() throws IOException, AmqpException {
    String name = exchange("direct", NONE);
    ask(passively(name), ExchangeMethod.DeclareOk.class);
    refused(404, MethodType.EXCHANGE_DECLARE, passively(fresh()));
  }

  @Test
  @Cites("3.1.3: amq.direct, amq.fanout, amq.topic, amq.headers and amq.match are predeclared")
  void standardExchangesAreThere() throws IOException, AmqpException {
    for (String name :
        List.of("amq.direct", "amq.fanout", "amq.topic", "amq.headers", "amq.match")) {
      ask(passively(name), ExchangeMethod.DeclareOk.class);
    }
  }

  @Test
  @Cites("exchange.declare, rule \"reserved\" of exchange: 403")
  void namesThatBeginWithAmqAreReserved() throws IOException, AmqpException {
    refused(403, MethodType.EXCHANGE_DECLARE, exchangeOf("amq." + fresh(), "direct", NONE));
    refused(403, MethodType.EXCHANGE_DELETE, delete("amq.direct"));
  }

  @Test
  @Cites("3.1.3.1: the default exchange can be neither declared nor deleted, 403")
  void theDefaultExchangeIsNotChanged() throws IOException, AmqpException {
    refused(403, MethodType.EXCHANGE_DECLARE, exchangeOf("", "direct", NONE));
    refused(403, MethodType.EXCHANGE_DELETE, delete(""));
  }

  @Test
  @Cites("exchange.declare, rule \"support\" of type: 503, closes the connection")
  void anUnknownTypeIsCommandInvalid() throws IOException, AmqpException {
    client.send(1, exchangeOf(fresh(), "x-no-such", NONE));
    connectionError(503, MethodType.EXCHANGE_DECLARE);
  }

  @Test
  @Cites("exchange.declare: declaring again must be the same; RabbitMQ: 406")
  void eachFieldOfADeclareMustBeTheSame() throws IOException, AmqpException {
    String name = exchange("direct", NONE);
    ask(exchangeOf(name, "direct", NONE), ExchangeMethod.DeclareOk.class);
    for (ExchangeMethod.Declare other :
        List.of(
            exchangeOf(name, "fanout", NONE),
            new ExchangeMethod.Declare(name, "direct", false, true, false, false, false, NONE),
            new ExchangeMethod.Declare(name, "direct", false, false, true, false, false, NONE),
            new ExchangeMethod.Declare(name, "direct", false, false, false, true, false, NONE),
            exchangeOf(name, "direct", Map.of("alternate-exchange", "other")))) {
      refused(406, MethodType.EXCHANGE_DECLARE, other);
    }
    client.send(1, exchangeOf(name, "unknown", NONE));
    connectionError(503, MethodType.EXCHANGE_DECLARE);
  }

  @Test
  @Cites("exchange.declare, arguments; RabbitMQ: what it does not know need not be the same")
  void anUnknownArgumentIsPassedOver() throws IOException, AmqpException {
    String name = exchange("direct", Map.of("x-unknown", 1));
    ask(exchangeOf(name, "direct", Map.of("unknown", "a")), ExchangeMethod.DeclareOk.class);
    ask(exchangeOf(name, "direct", NONE), ExchangeMethod.DeclareOk.class);
  }

  @Test
  @Cites("exchange.declare and delete, no-wait: no answer")
  void noWaitHasNoAnswer() throws IOException, AmqpException {
    String name = fresh();
    client.send(
        1, new ExchangeMethod.Declare(name, "topic", false, false, false, false, true, NONE));
    ask(passively(name), ExchangeMethod.DeclareOk.class);
    client.send(1, new ExchangeMethod.Delete(name, false, true));
    refused(404, MethodType.EXCHANGE_DECLARE, passively(name));
  }

  @Test
  @Cites("exchange.delete, if-unused; 406")
  void ifUnusedKeepsWhatIsBound() throws IOException, AmqpException {
    String name = exchange("direct", NONE);
    String queue = queue();
    bind(name, queue, "k");
    refused(406, MethodType.EXCHANGE_DELETE, new ExchangeMethod.Delete(name, true, false));
    ask(new QueueMethod.Unbind(queue, name, "k", NONE), QueueMethod.UnbindOk.class);
    ask(new ExchangeMethod.Delete(name, true, false), ExchangeMethod.DeleteOk.class);
    refused(404, MethodType.EXCHANGE_DECLARE, passively(name));
  }

  @Test
  @Cites("exchange.delete; RabbitMQ, \"Specification\": deleting what is not there is no error")
  void deletingNothingIsNoError() throws IOException, AmqpException {
    ask(delete(fresh()), ExchangeMethod.DeleteOk.class);
  }

  @Test
  @Cites("RabbitMQ, \"Specification\": auto-delete exchanges go with their last binding")
  void anAutoDeleteExchangeGoesWithItsLastBinding() throws IOException, AmqpException {
    String name = fresh();
    ask(
        new ExchangeMethod.Declare(name, "direct", false, false, true, false, false, NONE),
        ExchangeMethod.DeclareOk.class);
    String queue = queue();
    bind(name, queue, "k");
    ask(passively(name), ExchangeMethod.DeclareOk.class);
    ask(new QueueMethod.Unbind(queue, name, "k", NONE), QueueMethod.UnbindOk.class);
    refused(404, MethodType.EXCHANGE_DECLARE, passively(name));
  }

  @Test
  @Cites("exchange.declare, internal: publishers may not use it; RabbitMQ: 403")
  void nobodyPublishesToAnInternalExchange() throws IOException, AmqpException {
    String inner = fresh();
    ask(
        new ExchangeMethod.Declare(inner, "fanout", false, false, false, true, false, NONE),
        ExchangeMethod.DeclareOk.class);
    String outer = exchange("fanout", NONE);
    String queue = queue();
    bind(inner, queue, "");
    ask(new ExchangeMethod.Bind(inner, outer, "", false, NONE), ExchangeMethod.BindOk.class);
    publish(outer, "", "by another");
    assertEquals("by another", awaited(queue).text());
    publish(inner, "", "by itself");
    channelError(403, MethodType.BASIC_PUBLISH);
  }

  // --- routing ---

  private List<String> routed(String exchange, String queue, List<String> keys)
      throws IOException, AmqpException {
    String end = fresh();
    ask(exclusive(end, NONE), QueueMethod.DeclareOk.class);
    for (String key : keys) {
      publish(exchange, key, key);
    }
    confirmed();
    return drained(queue);
  }

  /** All that was published is where it belongs. */
  private void confirmed() throws IOException, AmqpException {
    confirming();
    publish("", "nobody", "last");
    acked(1);
    reopen();
  }

  @Test
  @Cites("3.1.3.1: a direct exchange compares keys")
  void directComparesKeys() throws IOException, AmqpException {
    String exchange = exchange("direct", NONE);
    String queue = queue();
    bind(exchange, queue, "a");
    bind(exchange, queue, "b.c");
    assertEquals(
        List.of("a", "b.c"), routed(exchange, queue, List.of("a", "A", "b", "b.c", "b.#", "")));
  }

  @Test
  @Cites("3.1.3.2: a fanout exchange looks at no key")
  void fanoutLooksAtNoKey() throws IOException, AmqpException {
    String exchange = exchange("fanout", NONE);
    String queue = queue();
    bind(exchange, queue, "a");
    assertEquals(List.of("a", "b", ""), routed(exchange, queue, List.of("a", "b", "")));
  }

  @Test
  @Cites("3.1.3.3: * is one word, # is none or more")
  void topicMatchesWords() throws IOException, AmqpException {
    String exchange = exchange("topic", NONE);
    String queue = queue();
    bind(exchange, queue, "*.stock.#");
    bind(exchange, queue, "only");
    assertEquals(
        List.of("usd.stock", "eur.stock.db", "eur.stock.a.b", ".stock", "only"),
        routed(
            exchange,
            queue,
            List.of(
                "usd.stock",
                "eur.stock.db",
                "eur.stock.a.b",
                "stock.nasdaq",
                "a.b.stock",
                ".stock",
                "only",
                "only.",
                "")));
  }

  @Test
  @Cites("3.1.3.3: a message goes to a queue once, however many bindings match")
  void aMessageGoesToAQueueOnce() throws IOException, AmqpException {
    String exchange = exchange("topic", NONE);
    String queue = queue();
    bind(exchange, queue, "#");
    bind(exchange, queue, "a.*");
    assertEquals(List.of("a.b"), routed(exchange, queue, List.of("a.b")));
  }

  private List<String> matched(Map<String, Object> arguments) throws IOException, AmqpException {
    String exchange = exchange("headers", NONE);
    String queue = queue();
    bind(exchange, queue, "", arguments);
    publish(exchange, "", properties().headers(Map.of("a", 1, "b", "x")), "both");
    publish(exchange, "", properties().headers(Map.of("a", 1)), "one");
    publish(exchange, "", properties().headers(Map.of("a", 2, "b", "y")), "other values");
    publish(exchange, "", properties().headers(Map.of("a", 1, "b", "x", "x-c", "z")), "x");
    publish(exchange, "", "none");
    confirmed();
    return drained(queue);
  }

  @Test
  @Cites("3.1.3.4: x-match all is the default")
  void headersMatchAllByDefault() throws IOException, AmqpException {
    assertEquals(List.of("both", "x"), matched(Map.of("a", 1, "b", "x")));
    assertEquals(List.of("both", "x"), matched(Map.of("a", 1, "b", "x", "x-match", "all")));
  }

  @Test
  @Cites("3.1.3.4: x-match any")
  void headersMatchAny() throws IOException, AmqpException {
    assertEquals(List.of("both", "one", "x"), matched(Map.of("a", 1, "b", "x", "x-match", "any")));
  }

  @Test
  @Cites("3.1.3.4: headers that begin with x- are not compared")
  void headersOfTheXKindAreNotCompared() throws IOException, AmqpException {
    assertEquals(List.of("both", "x"), matched(Map.of("a", 1, "b", "x", "x-c", "no")));
  }

  @Test
  @Cites("RabbitMQ, \"Headers Exchange\": all-with-x and any-with-x compare these, too")
  void withXTheyAreCompared() throws IOException, AmqpException {
    assertEquals(List.of("x"), matched(Map.of("a", 1, "x-c", "z", "x-match", "all-with-x")));
    assertEquals(List.of("x"), matched(Map.of("q", 1, "x-c", "z", "x-match", "any-with-x")));
  }

  @Test
  @Cites("3.1.3.4: x-match is all or any; RabbitMQ: 406")
  void anotherXMatchIsRefused() throws IOException, AmqpException {
    String exchange = exchange("headers", NONE);
    refused(
        406,
        MethodType.QUEUE_BIND,
        new QueueMethod.Bind(queue(), exchange, "", false, Map.of("x-match", "some")));
  }

  // --- bindings ---

  @Test
  @Cites("queue.bind, rules \"unknown-queue\" and \"exchange-existence\": 404")
  void bothEndsOfABindingMustBeThere() throws IOException, AmqpException {
    refused(
        404, MethodType.QUEUE_BIND, new QueueMethod.Bind(fresh(), "amq.direct", "k", false, NONE));
    refused(404, MethodType.QUEUE_BIND, new QueueMethod.Bind(queue(), fresh(), "k", false, NONE));
    refused(
        404,
        MethodType.EXCHANGE_BIND,
        new ExchangeMethod.Bind(fresh(), "amq.direct", "k", false, NONE));
  }

  @Test
  @Cites("queue.bind, rule \"binding-reuse\"; queue.unbind")
  void aBindingIsThereOnce() throws IOException, AmqpException {
    String queue = queue();
    bind("amq.direct", queue, queue);
    bind("amq.direct", queue, queue);
    publish("amq.direct", queue, "one");
    assertEquals("one", awaited(queue).text());
    assertNull(get(queue));
    ask(new QueueMethod.Unbind(queue, "amq.direct", queue, NONE), QueueMethod.UnbindOk.class);
    publish("amq.direct", queue, "two");
    confirmed();
    assertNull(get(queue));
  }

  @Test
  @Cites("queue.unbind; RabbitMQ, \"Specification\": what is not bound is no error")
  void unbindingNothingIsNoError() throws IOException, AmqpException {
    String queue = queue();
    ask(new QueueMethod.Unbind(queue, "amq.direct", "never", NONE), QueueMethod.UnbindOk.class);
    ask(new QueueMethod.Unbind(queue, fresh(), "never", NONE), QueueMethod.UnbindOk.class);
    ask(new QueueMethod.Unbind(fresh(), "amq.direct", "k", NONE), QueueMethod.UnbindOk.class);
    ask(
        new ExchangeMethod.Unbind(fresh(), "amq.direct", "k", false, NONE),
        ExchangeMethod.UnbindOk.class);
  }

  @Test
  @Cites("3.1.3.1: bindings of the default exchange cannot be changed, 403")
  void nothingIsBoundToTheDefaultExchange() throws IOException, AmqpException {
    refused(403, MethodType.QUEUE_BIND, new QueueMethod.Bind(queue(), "", "k", false, NONE));
    String queue = queue();
    refused(403, MethodType.QUEUE_UNBIND, new QueueMethod.Unbind(queue, "", queue, NONE));
  }

  @Test
  @Cites("queue.bind and exchange.bind, no-wait: no answer")
  void bindsWithoutWaitHaveNoAnswer() throws IOException, AmqpException {
    String queue = queue();
    String outer = exchange("fanout", NONE);
    String inner = exchange("fanout", NONE);
    client.send(1, new QueueMethod.Bind(queue, inner, "", true, NONE));
    client.send(1, new ExchangeMethod.Bind(inner, outer, "", true, NONE));
    publish(outer, "", "through");
    assertEquals("through", awaited(queue).text());
    client.send(1, new ExchangeMethod.Unbind(inner, outer, "", true, NONE));
    publish(outer, "", "no more");
    confirmed();
    assertNull(get(queue));
  }

  @Test
  @Cites("RabbitMQ, \"Exchange to Exchange Bindings\": loops are no trouble")
  void exchangesAreBoundInALoop() throws IOException, AmqpException {
    String one = exchange("topic", NONE);
    String two = exchange("fanout", NONE);
    String queue = queue();
    ask(new ExchangeMethod.Bind(two, one, "a.#", false, NONE), ExchangeMethod.BindOk.class);
    ask(new ExchangeMethod.Bind(one, two, "#", false, NONE), ExchangeMethod.BindOk.class);
    bind(two, queue, "");
    publish(one, "a.b", "yes");
    publish(one, "b", "no");
    confirmed();
    assertEquals(List.of("yes"), drained(queue));
    ask(new ExchangeMethod.Unbind(two, one, "a.#", false, NONE), ExchangeMethod.UnbindOk.class);
    publish(one, "a.b", "no more");
    confirmed();
    assertNull(get(queue));
  }

  @Test
  @Cites("RabbitMQ, \"Alternate Exchanges\"")
  void whatIsNotRoutedGoesToTheAlternateExchange() throws IOException, AmqpException {
    String other = exchange("fanout", NONE);
    String exchange = exchange("direct", Map.of("alternate-exchange", other));
    String known = queue();
    String lost = queue();
    bind(exchange, known, "known");
    bind(other, lost, "");
    publish(exchange, "known", "one");
    publish(exchange, "unknown", "two");
    assertEquals("two", awaited(lost).text());
    assertEquals("one", awaited(known).text());
    client.send(
        Octets.method(1, new BasicMethod.Publish(exchange, "unknown", true, false)),
        Octets.header(1, 0));
    awaited(lost);
    nothingFrom(lost);
  }
}
