package io.bindery.jms;

import io.bindery.engine.Arguments;
import jakarta.jms.Topic;

/**
 * A topic (Jakarta Messaging 4.11): a routing key of the exchange {@code amq.topic}. A consumer's
 * may hold {@code *} for one word and {@code #} for any number of them.
 */
public class BinderyTopic extends BinderyDestination implements Topic {
  private static final long serialVersionUID = 1L;
  private static final String PREFIX = "topic:";

  /** A topic whose name is still to be set. */
  public BinderyTopic() {}

  /**
   * A topic.
   *
   * @param name a plain name, or an address of {@link BinderyDestination}
   * @throws IllegalArgumentException when it is empty, too long, of a queue, or no valid pattern
   */
  public BinderyTopic(String name) {
    super(checked(name));
  }

  BinderyTopic(Place place) {
    super(place);
  }

  /** Sets its name, as the constructor does. */
  public final void setName(String name) {
    take(checked(name));
  }

  private static Place checked(String name) {
    Place place = named(name, PREFIX, Arguments.TOPIC_EXCHANGE);
    for (String word : place.key().split("\\.", -1)) {
      if (word.length() > 1 && (word.indexOf('*') >= 0 || word.indexOf('#') >= 0)) {
        throw new IllegalArgumentException(
            "the topic '"
                + name
                + "' has the word '"
                + word
                + "': * and # must stand alone between dots");
      }
    }
    return place;
  }

  /** Its name. */
  public final String getName() {
    return plainName();
  }

  /** Whether it stands for more than one topic: then nothing can be sent to it. */
  public final boolean isPattern() {
    for (String word : route().routingKey().split("\\.", -1)) {
      if (word.equals("*") || word.equals("#")) {
        return true;
      }
    }
    return false;
  }

  @Override
  public final String getTopicName() {
    return plainName();
  }
}
