package io.bindery.engine;

/**
 * Names of the arguments and headers that the engines understand: RabbitMQ's, Qpid Broker-J's, and
 * a few of our own.
 */
public final class Arguments {
  /** A JMS selector, on a binding or a consumer. */
  public static final String SELECTOR = "x-filter-jms-selector";

  /**
   * Whether messages of the own connection or client identifier are left out, on a binding or a
   * consumer.
   */
  public static final String NO_LOCAL = "x-qpid-no-local";

  /** Where an exchange sends what none of its bindings matches. */
  public static final String ALTERNATE_EXCHANGE = "alternate-exchange";

  /** Message time to live of a queue, ms. */
  public static final String MESSAGE_TTL = "x-message-ttl";

  /** The most that a time to live may be (RabbitMQ's limit: ten years), ms. */
  public static final long MOST_TTL_MS = 315_360_000_000L;

  /** Dead-letter exchange of a queue. */
  public static final String DEAD_LETTER_EXCHANGE = "x-dead-letter-exchange";

  /** Routing key for dead letters; without it they keep theirs. */
  public static final String DEAD_LETTER_ROUTING_KEY = "x-dead-letter-routing-key";

  /** Failures after which a message is dead-lettered. */
  public static final String DELIVERY_LIMIT = "x-delivery-limit";

  /** How many priorities a queue honours. */
  public static final String MAX_PRIORITY = "x-max-priority";

  /** How many messages may be ready in a queue. */
  public static final String MAX_LENGTH = "x-max-length";

  /** How many bytes of bodies may be ready in a queue. */
  public static final String MAX_LENGTH_BYTES = "x-max-length-bytes";

  /** What happens beyond: {@code drop-head}, {@code reject-publish}, {@code reject-publish-dlx}. */
  public static final String OVERFLOW = "x-overflow";

  /** How long nobody may use a queue before it is deleted, ms. */
  public static final String EXPIRES = "x-expires";

  /** Whether only one consumer of a queue at a time gets messages. */
  public static final String SINGLE_ACTIVE_CONSUMER = "x-single-active-consumer";

  /** The type of a queue. */
  public static final String QUEUE_TYPE = "x-queue-type";

  /** Priority of a consumer. */
  public static final String CONSUMER_PRIORITY = "x-priority";

  /** The header with the history of a dead letter. */
  public static final String DEATH_HEADER = "x-death";

  /** The header with the number of earlier deliveries. */
  public static final String DELIVERY_COUNT_HEADER = "x-delivery-count";

  /** The header with further routing keys (RabbitMQ, "Sender-selected Distribution"). */
  public static final String COPIES_HEADER = "CC";

  /** The same, for keys that no receiver sees. */
  public static final String HIDDEN_COPIES_HEADER = "BCC";

  /** The exchange that topics of JMS publish to. */
  public static final String TOPIC_EXCHANGE = "amq.topic";

  /** The topic exchange in which temporary topics are keys. */
  public static final String TEMPORARY_TOPIC_EXCHANGE = "bindery.temporary";

  /** Prefix of the queue that keeps the dead letters of a queue that JMS created. */
  public static final String DEAD_QUEUE_PREFIX = "bindery.dead.";

  /**
   * What stands for the queue of a channel's own replies (RabbitMQ, "Direct Reply-to"); with a dot
   * and more behind it the name of such a queue.
   */
  public static final String REPLY_QUEUE = "amq.rabbitmq.reply-to";

  private Arguments() {}

  /** Whether that is the name of a queue of replies: who knows it may reply. */
  public static boolean isReplyQueue(String name) {
    return name.startsWith(REPLY_QUEUE + ".");
  }
}
