package io.bindery.benchmarks;

import jakarta.jms.Session;
import java.util.ArrayList;
import java.util.List;

/**
 * A load on a provider.
 *
 * @param name what it is called
 * @param producers how many threads send, each over a session of its own
 * @param consumers how many sessions have a listener
 * @param kind what the consumers consume from
 * @param bodyBytes how long each body is
 * @param mode the acknowledgement mode of all sessions
 * @param batch how many messages a commit or an {@code acknowledge()} is for
 * @param persistent whether a returned send or commit is to be on disk
 */
record Load(
    String name,
    int producers,
    int consumers,
    Kind kind,
    int bodyBytes,
    int mode,
    int batch,
    boolean persistent) {

  /** What the consumers consume from. */
  enum Kind {
    /** All from one queue. */
    QUEUE,
    /** Each gets a copy of all that is sent to one topic. */
    TOPIC,
    /** All from one queue, each what equals its own value of a property. */
    SELECTORS,
    /** All from one topic, each what equals its own value of a property. */
    TOPIC_SELECTORS;

    boolean selective() {
      return this == SELECTORS || this == TOPIC_SELECTORS;
    }

    boolean ofTopic() {
      return this == TOPIC || this == TOPIC_SELECTORS;
    }
  }

  /** One producer, one consumer, 256 bytes. */
  static final Load END_TO_END = queue("end-to-end", 1, 1);

  private static Load queue(String name, int producers, int consumers) {
    return new Load(
        name, producers, consumers, Kind.QUEUE, 256, Session.AUTO_ACKNOWLEDGE, 1, false);
  }

  private static Load acknowledged(String name, int mode, int batch) {
    return new Load(name, 1, 1, Kind.QUEUE, 256, mode, batch, false);
  }

  private static Load many(String name, int consumers, Kind kind) {
    return new Load(
        name + "-" + consumers, 1, consumers, kind, 256, Session.AUTO_ACKNOWLEDGE, 1, false);
  }

  /** All of them. */
  static List<Load> all() {
    List<Load> all = new ArrayList<>();
    all.add(END_TO_END);
    all.add(acknowledged("dups-ok", Session.DUPS_OK_ACKNOWLEDGE, 1));
    all.add(acknowledged("client-1", Session.CLIENT_ACKNOWLEDGE, 1));
    all.add(acknowledged("client-100", Session.CLIENT_ACKNOWLEDGE, 100));
    for (int batch : new int[] {1, 10, 100}) {
      all.add(acknowledged("transacted-" + batch, Session.SESSION_TRANSACTED, batch));
    }
    for (int subscribers : new int[] {1, 10, 100}) {
      all.add(many("topic", subscribers, Kind.TOPIC));
    }
    for (int selectors : new int[] {1, 10, 100, 1000}) {
      all.add(many("selectors", selectors, Kind.SELECTORS));
    }
    for (int selectors : new int[] {1, 100, 1000}) {
      all.add(many("topic-selectors", selectors, Kind.TOPIC_SELECTORS));
    }
    for (int bytes : new int[] {0, 4096, 65536, 1048576}) {
      all.add(
          new Load("bytes-" + bytes, 1, 1, Kind.QUEUE, bytes, Session.AUTO_ACKNOWLEDGE, 1, false));
    }
    all.add(queue("16-to-16", 16, 16));
    return all;
  }

  private Load toDisk() {
    return new Load("persistent-" + name, producers, consumers, kind, bodyBytes, mode, batch, true);
  }

  /** Those that say something of brokers over the network. */
  static List<Load> networked() {
    return List.of(
        END_TO_END,
        named("client-1"),
        named("transacted-1"),
        named("transacted-100"),
        named("topic-1"),
        named("topic-10"),
        named("bytes-4096"),
        named("bytes-65536"),
        named("16-to-16"),
        END_TO_END.toDisk(),
        named("transacted-1").toDisk(),
        named("transacted-100").toDisk(),
        named("16-to-16").toDisk());
  }

  /** Both lists' loads by their names. */
  static Load wanted(String name) {
    return networked().stream()
        .filter(load -> load.name().equals(name))
        .findFirst()
        .orElseGet(() -> named(name));
  }

  private static Load named(String name) {
    return all().stream()
        .filter(load -> load.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("There is no load '" + name + "'"));
  }

  /** How many deliveries so many sent messages make. */
  long deliveries(long messages) {
    return kind == Kind.TOPIC ? messages * consumers : messages;
  }

  boolean transacted() {
    return mode == Session.SESSION_TRANSACTED;
  }
}
