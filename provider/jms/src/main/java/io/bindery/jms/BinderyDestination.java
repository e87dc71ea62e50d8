package io.bindery.jms;

import io.bindery.engine.Arguments;
import io.bindery.engine.QueueNames;
import io.bindery.engine.Route;
import jakarta.jms.Destination;
import jakarta.jms.InvalidDestinationException;
import jakarta.jms.Queue;
import jakarta.jms.Topic;
import java.io.Serializable;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import javax.naming.Reference;
import javax.naming.Referenceable;
import javax.naming.StringRefAddr;

/**
 * A queue, a topic, or any exchange and routing key. An address is a plain name, {@code
 * queue:NAME}, {@code topic:NAME} or {@code exchange:NAME/ROUTING.KEY}, its parts percent-encoded
 * where they hold a {@code %}, a {@code ?} or a {@code /} that is no separator. An address with a
 * prefix may end with {@code ?prefetch=N}: so many messages its consumers take at a time, whatever
 * their connection says.
 *
 * <p>Equal to another of the same domain that leads to the same place, whatever its prefetch. Its
 * name is set once, before it is used; then it is immutable.
 */
public abstract class BinderyDestination implements Destination, Serializable, Referenceable {
  /** That a destination leaves the prefetch to the connection. */
  public static final int PREFETCH_OF_CONNECTION = -1;

  /** How the names of temporary queues begin. */
  static final String TEMPORARY_PREFIX = "bindery.temporary.";

  private static final long serialVersionUID = 1L;
  private static final String QUEUE_PREFIX = "queue:";
  private static final String TOPIC_PREFIX = "topic:";
  private static final String EXCHANGE_PREFIX = "exchange:";
  private static final String PREFETCH_OPTION = "prefetch=";

  private String exchange;
  private String key;
  private int prefetch = PREFETCH_OF_CONNECTION;
  private transient boolean borrowed;
  private transient volatile Route route;

  BinderyDestination() {}

  BinderyDestination(Place place) {
    exchange = place.exchange;
    key = place.key;
    prefetch = place.prefetch;
  }

  /**
   * Where a name leads.
   *
   * @param exchange an exchange, empty for the default one
   * @param key a routing key
   * @param prefetch how many messages its consumers take at a time, or {@link
   *     #PREFETCH_OF_CONNECTION}
   */
  record Place(String exchange, String key, int prefetch) {
    /** Checks the length. */
    Place {
      check(key);
    }

    Place(String exchange, String key) {
      this(exchange, key, PREFETCH_OF_CONNECTION);
    }
  }

  /** Where it leads. */
  public final Route route() {
    if (key == null) {
      throw new IllegalStateException("the destination has no name yet: set its property 'name'");
    }
    Route now = route;
    if (now == null) {
      // A queue's or a temporary topic's absence is an error, nobody listening to a topic is none.
      // Always the same object: engines remember it.
      boolean mandatory =
          this instanceof Queue || exchange.equals(Arguments.TEMPORARY_TOPIC_EXCHANGE);
      now = new Route(exchange, key, mandatory);
      route = now;
    }
    return now;
  }

  final void take(Place place) {
    exchange = place.exchange;
    key = place.key;
    prefetch = place.prefetch;
    route = null;
  }

  /**
   * How many messages its consumers take at a time, 0 for one on demand, or {@link
   * #PREFETCH_OF_CONNECTION}.
   */
  public final int getPrefetch() {
    return prefetch;
  }

  /**
   * Sets how many messages its consumers take at a time.
   *
   * @param value 0 to 10,000, or {@link #PREFETCH_OF_CONNECTION}
   */
  public final void setPrefetch(int value) {
    prefetch =
        value == PREFETCH_OF_CONNECTION ? value : BinderyConnectionFactory.checkedPrefetch(value);
  }

  private static void check(String name) {
    if (name.getBytes(StandardCharsets.UTF_8).length > QueueNames.MAX_NAME_BYTES) {
      throw new IllegalArgumentException(
          "the name '"
              + name.substring(0, 32)
              + "…' is longer than "
              + QueueNames.MAX_NAME_BYTES
              + " bytes");
    }
  }

  /**
   * Whether it is a queue that whoever uses it creates when it is missing: neither temporary, nor
   * reached by an exchange, nor the address for replies that came with a message.
   */
  final boolean isMadeByUse() {
    return this instanceof Queue
        && !borrowed
        && !Temporaries.isTemporary(this)
        && route().exchange().isEmpty();
  }

  /** Reads a name as an application gives it: of its domain's exchange, or with a prefix. */
  static Place named(String name, String ownPrefix, String ownExchange) {
    if (name == null || name.isEmpty()) {
      throw new IllegalArgumentException(
          "the name of a destination is " + (name == null ? "null" : "empty"));
    }
    if (!hasPrefix(name)) {
      return new Place(ownExchange, name);
    }
    int mark = name.indexOf('?');
    String path = mark < 0 ? name : name.substring(0, mark);
    int prefetch = mark < 0 ? PREFETCH_OF_CONNECTION : prefetch(name, name.substring(mark + 1));
    if (path.startsWith(EXCHANGE_PREFIX)) {
      int slash = path.indexOf('/');
      if (slash < 0) {
        throw new IllegalArgumentException(
            "the address '" + name + "' has no '/': write exchange:NAME/ROUTING.KEY");
      }
      return new Place(
          decoded(path.substring(EXCHANGE_PREFIX.length(), slash)),
          decoded(path.substring(slash + 1)),
          prefetch);
    }
    if (!path.startsWith(ownPrefix)) {
      throw new IllegalArgumentException(
          "the address '" + name + "' is not of the kind " + ownPrefix);
    }
    return new Place(ownExchange, decoded(path.substring(ownPrefix.length())), prefetch);
  }

  private static int prefetch(String address, String option) {
    if (!option.startsWith(PREFETCH_OPTION)) {
      throw new IllegalArgumentException(
          "the address '"
              + address
              + "' has the option '"
              + option
              + "': only prefetch=N is known; a '?' that belongs to the name is written %3F");
    }
    try {
      return BinderyConnectionFactory.checkedPrefetch(
          Integer.parseInt(option.substring(PREFETCH_OPTION.length())));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "the address '" + address + "' has a wrong prefetch: " + e.getMessage(), e);
    }
  }

  private static String decoded(String part) {
    if (part.isEmpty()) {
      throw new IllegalArgumentException(
          "a part of the address is empty: write queue:NAME, topic:NAME or exchange:NAME/KEY");
    }
    try {
      return part.indexOf('%') < 0
          ? part
          : URLDecoder.decode(part.replace("+", "%2B"), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "the address part '" + part + "' is not percent-encoded: " + e.getMessage(), e);
    }
  }

  private static String encoded(String part, boolean slashToo) {
    String escaped = part.replace("%", "%25").replace("?", "%3F");
    return slashToo
        ? escaped.replace("/", URLEncoder.encode("/", StandardCharsets.UTF_8))
        : escaped;
  }

  /** The name as an application gave it: without a prefix where none is needed. */
  final String plainName() {
    Route route = route();
    return isInOwnExchange(route) && !hasPrefix(route.routingKey())
        ? route.routingKey()
        : address();
  }

  private boolean isInOwnExchange(Route route) {
    return route.exchange().equals(this instanceof Queue ? "" : Arguments.TOPIC_EXCHANGE);
  }

  /**
   * The address with which {@link #parse} finds it again, whatever kind is the default there,
   * without its prefetch.
   */
  public final String address() {
    Route route = route();
    if (isInOwnExchange(route)) {
      return (this instanceof Queue ? QUEUE_PREFIX : TOPIC_PREFIX)
          + encoded(route.routingKey(), false);
    }
    return EXCHANGE_PREFIX
        + encoded(route.exchange(), true)
        + "/"
        + encoded(route.routingKey(), false);
  }

  /**
   * As it stands in reply-to: a queue's bare name unless that would be ambiguous, so that plain
   * AMQP clients reply.
   */
  public final String replyText() {
    Route route = route();
    boolean bare = route.exchange().isEmpty() && !hasPrefix(route.routingKey());
    return bare ? route.routingKey() : address();
  }

  private static boolean hasPrefix(String name) {
    return name.startsWith(QUEUE_PREFIX)
        || name.startsWith(TOPIC_PREFIX)
        || name.startsWith(EXCHANGE_PREFIX);
  }

  /**
   * The destination of an address.
   *
   * @param address see the class
   * @param defaultKind {@link Topic} or {@link Queue}: what a plain name, or an exchange, is
   * @throws InvalidDestinationException with what is wrong
   */
  public static BinderyDestination parse(String address, Class<? extends Destination> defaultKind)
      throws InvalidDestinationException {
    try {
      boolean topic =
          address != null
              && !address.startsWith(QUEUE_PREFIX)
              && (address.startsWith(TOPIC_PREFIX) || Topic.class.isAssignableFrom(defaultKind));
      return topic ? new BinderyTopic(address) : new BinderyQueue(address);
    } catch (IllegalArgumentException e) {
      throw new InvalidDestinationException(e.getMessage());
    }
  }

  /**
   * The destination as one of ours.
   *
   * @throws InvalidDestinationException for null, and for one of another provider
   */
  public static BinderyDestination of(Destination any) throws InvalidDestinationException {
    if (any instanceof BinderyDestination own) {
      return own;
    }
    throw new InvalidDestinationException(
        any == null
            ? "The destination is null"
            : "The destination " + any + " is of another provider: " + any.getClass().getName());
  }

  /** The destination that a delivery came from. */
  public static BinderyDestination fromRoute(Route route) {
    if (route.exchange().isEmpty()) {
      return route.routingKey().startsWith(TEMPORARY_PREFIX)
          ? new BinderyTemporaryQueue(route.routingKey(), null)
          : queue(route.routingKey());
    }
    if (route.exchange().equals(Arguments.TEMPORARY_TOPIC_EXCHANGE)) {
      return new BinderyTemporaryTopic(route.routingKey(), null);
    }
    BinderyTopic topic = new BinderyTopic();
    topic.take(new Place(route.exchange(), route.routingKey()));
    return topic;
  }

  private static BinderyDestination queue(String name) {
    BinderyQueue queue = new BinderyQueue();
    queue.take(new Place("", name));
    return queue;
  }

  /** The destination that a reply-to text names, or null when it names none that can be sent to. */
  public static BinderyDestination fromReplyText(String text) {
    try {
      BinderyDestination destination = fromRoute(parse(text, Queue.class).route());
      destination.borrowed = true;
      return destination;
    } catch (InvalidDestinationException e) {
      // Another client wrote it; a message must be readable all the same.
      return null;
    }
  }

  @Override
  public final Reference getReference() {
    Reference reference =
        new Reference(
            getClass().getName(),
            new StringRefAddr("name", address()),
            AdministeredObjectFactory.class.getName(),
            null);
    reference.add(new StringRefAddr("prefetch", Integer.toString(prefetch)));
    return reference;
  }

  @Override
  public final boolean equals(Object other) {
    return other instanceof BinderyDestination that
        && (this instanceof Queue) == (that instanceof Queue)
        && Objects.equals(exchange, that.exchange)
        && Objects.equals(key, that.key);
  }

  @Override
  public final int hashCode() {
    return Objects.hash(exchange, key);
  }

  @Override
  public final String toString() {
    return key == null ? "a destination without a name" : address();
  }
}
