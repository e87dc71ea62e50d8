package io.bindery.ra;

import io.bindery.engine.Route;
import io.bindery.jms.BinderyDestination;
import jakarta.jms.Destination;
import jakarta.jms.JMSException;
import jakarta.jms.Queue;
import jakarta.jms.Topic;
import jakarta.resource.spi.InvalidPropertyException;
import java.util.List;

/**
 * What an activation consumes: a queue, or a topic, which is an exchange and a binding key.
 *
 * @param destination as Jakarta Messaging names it
 */
record DestinationSource(BinderyDestination destination) {
  private static final String EXCHANGE = "exchange:";
  private static final List<String> PREFIXES = List.of("queue:", "topic:", EXCHANGE);

  /** Whether a text is an address and so no name of JNDI. */
  static boolean isAddress(String text) {
    return PREFIXES.stream().anyMatch(text::startsWith);
  }

  /**
   * A name or address.
   *
   * @param type {@code jakarta.jms.Queue}, {@code jakarta.jms.Topic}, or empty: then a bare name is
   *     a queue's
   * @throws InvalidPropertyException when it is illegal, or contradicts the type
   */
  static DestinationSource parse(String text, String type) throws InvalidPropertyException {
    // An exchange keeps nothing: what is consumed from it is a subscription of its own.
    boolean exchange = type.isEmpty() && text.startsWith(EXCHANGE);
    boolean topic = exchange || ActivationCheck.TOPIC.equalsIgnoreCase(type);
    try {
      return checked(BinderyDestination.parse(text, topic ? Topic.class : Queue.class), type);
    } catch (JMSException e) {
      throw new InvalidPropertyException("'" + text + "' is no destination: " + e.getMessage(), e);
    }
  }

  /** A destination that was found in JNDI, also one of another provider: then its name counts. */
  static DestinationSource of(Destination found, String type) throws InvalidPropertyException {
    if (found instanceof BinderyDestination ours) {
      return checked(ours, type);
    }
    try {
      if (found instanceof Queue queue && !ActivationCheck.TOPIC.equalsIgnoreCase(type)) {
        return parse(queue.getQueueName(), ActivationCheck.QUEUE);
      } else if (found instanceof Topic topic) {
        return parse(topic.getTopicName(), ActivationCheck.TOPIC);
      }
      throw new InvalidPropertyException("The destination that was found is no " + type);
    } catch (JMSException e) {
      throw new InvalidPropertyException(
          "The destination that was found has no name: " + e.getMessage(), e);
    }
  }

  private static DestinationSource checked(BinderyDestination destination, String type)
      throws InvalidPropertyException {
    DestinationSource source = new DestinationSource(destination);
    boolean fits =
        type.isEmpty() || source.isTopic() == ActivationCheck.TOPIC.equalsIgnoreCase(type);
    if (!source.isTopic() && !destination.route().exchange().isEmpty()) {
      throw new InvalidPropertyException(
          "'" + destination + "' is an exchange: the destinationType is " + ActivationCheck.TOPIC);
    }
    if (!fits) {
      throw new InvalidPropertyException(
          "'" + destination + "' contradicts the destinationType " + type);
    }
    return source;
  }

  /** Whether it is a topic, and so needs a subscription. */
  boolean isTopic() {
    return destination instanceof Topic;
  }

  /** The name of the queue. */
  String queue() {
    return destination.route().routingKey();
  }

  /** Exchange and binding key of the topic. */
  Route topic() {
    return destination.route();
  }

  @Override
  public String toString() {
    return destination.toString();
  }
}
