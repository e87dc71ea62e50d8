package io.bindery.engine;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * Names of queues that are made of other names: injective, and hashed where they would pass 255
 * bytes.
 */
public final class QueueNames {
  /** What a name on the wire holds at most, in bytes of UTF-8 (AMQP 0-9-1, shortstr). */
  public static final int MAX_NAME_BYTES = 255;

  private QueueNames() {}

  /** The queue that keeps the dead letters of a queue that JMS created. */
  public static String deadLetters(String queue) {
    return bounded(Arguments.DEAD_QUEUE_PREFIX, queue);
  }

  static String subscription(String prefix, String clientId, String name) {
    String rest = clientId.isEmpty() ? escaped(name) : escaped(clientId) + "/" + escaped(name);
    return bounded(prefix + "/", rest);
  }

  private static String escaped(String part) {
    return part.replace("%", "%25").replace("/", "%2F");
  }

  private static String bounded(String prefix, String rest) {
    String name = prefix + rest;
    if (name.getBytes(StandardCharsets.UTF_8).length <= MAX_NAME_BYTES) {
      return name;
    }
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(rest.getBytes(StandardCharsets.UTF_8));
      return prefix + "%" + HexFormat.of().formatHex(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
