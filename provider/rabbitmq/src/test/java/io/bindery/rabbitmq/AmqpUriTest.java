package io.bindery.rabbitmq;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bindery.engine.AmqpException;
import io.bindery.engine.ReplyCode;
import java.net.URI;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class AmqpUriTest {
  private static AmqpUri parse(String uri) throws AmqpException {
    return AmqpUri.parse(URI.create(uri));
  }

  @Test
  void whatIsNotSaidHasItsDefault() throws AmqpException {
    assertEquals(
        new AmqpUri(
            false,
            List.of(new AmqpUri.Host("broker", 5672)),
            "",
            "",
            "/",
            10_000,
            60,
            180,
            "",
            "",
            "",
            ""),
        parse("amqp://broker"));
    assertEquals(List.of(new AmqpUri.Host("broker", 5671)), parse("AMQPS://broker/").hosts());
    assertEquals("/", parse("amqp://broker/").virtualHost());
  }

  @Test
  void allOfItIsUnderstood() throws AmqpException {
    AmqpUri all =
        parse(
            "amqps://al%40ice:p%3Aw+d@a,b.example:5673/or%2Fders"
                + "?connectTimeout=5&heartbeat=0&reconnect=7&trust=/etc/ca%20s.pem&cert=/c.pem&key=/k.pem"
                + "&management=https://m:1/x/");
    assertTrue(all.secure());
    assertEquals(
        List.of(new AmqpUri.Host("a", 5671), new AmqpUri.Host("b.example", 5673)), all.hosts());
    assertEquals(
        List.of(new AmqpUri.Host("[::1]", 5674)), parse("amqp://alice@[::1]:5674").hosts());
    assertEquals("al@ice", all.user());
    assertEquals("p:w+d", all.password());
    assertEquals("or/ders", all.virtualHost());
    assertEquals(5, all.connectTimeoutMs());
    assertEquals(0, all.heartbeatSeconds());
    assertEquals(7, all.reconnectSeconds());
    assertEquals("/etc/ca s.pem", all.trust());
    assertEquals(List.of("/c.pem", "/k.pem"), List.of(all.cert(), all.key()));
    assertEquals("https://m:1/x", all.management());
    assertEquals("http://[::1]:2", parse("amqp://broker?management=http://[::1]:2").management());
    assertEquals("amqps://a:5671,b.example:5673/or%2Fders", all.plain().toString());
    assertFalse(all.toString().contains("w+d"));
  }

  @Test
  void whatIsWrongIsNamed() {
    Map<String, String> wrong =
        Map.ofEntries(
            Map.entry("amqp:///orders", "host"),
            Map.entry("amqp://broker:0", "port 0"),
            Map.entry("amqp://broker:70000", "65535"),
            Map.entry("amqp://broker:many", "'broker:many'"),
            Map.entry("amqp://a,,b", "'' is no host"),
            Map.entry("amqp://broker/a/b", "%2F"),
            Map.entry("amqp://broker#b", "fragment"),
            Map.entry("amqp://broker?tiemout=1", "connectTimeout, heartbeat, reconnect, trust"),
            Map.entry("amqp://broker?heartbeat=soon", "heartbeat"),
            Map.entry("amqp://broker?heartbeat=-1", "0 to 65535"),
            Map.entry("amqp://broker?heartbeat=1&heartbeat=2", "twice"),
            Map.entry("amqp://broker?trust=/ca.pem", "amqps"),
            Map.entry("amqp://broker?cert=/c.pem&key=/k.pem", "amqps"),
            Map.entry("amqps://broker?cert=/c.pem", "belong together"),
            Map.entry("amqps://broker?trust=", "PEM"),
            Map.entry("amqp://broker?management=15672", "http://HOST:PORT"),
            Map.entry("amqp://broker?management=http://a:b@broker", "http://HOST:PORT"));
    wrong.forEach(
        (uri, named) -> {
          AmqpException failure = assertThrows(AmqpException.class, () -> parse(uri), uri);
          assertEquals(ReplyCode.NOT_ALLOWED, failure.replyCode());
          assertTrue(failure.getMessage().contains(named), failure.getMessage());
        });
  }

  @Test
  void noSecretIsTold() {
    AmqpException failure =
        assertThrows(AmqpException.class, () -> parse("amqp://alice:secret@:1/x"));
    assertFalse(failure.getMessage().contains("secret"), failure.getMessage());
    AmqpException other =
        assertThrows(
            AmqpException.class, () -> parse("amqp://broker?management=http://a:secret@broker"));
    assertFalse(other.getMessage().contains("secret"), other.getMessage());
  }
}
