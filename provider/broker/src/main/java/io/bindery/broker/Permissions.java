package io.bindery.broker;

/** Decides what a user may do (RabbitMQ's access control: configure, write, read). Thread-safe. */
@FunctionalInterface
public interface Permissions {
  /**
   * What must be configurable for whoever finds the branches of all, and decides those that it has
   * not started.
   */
  String BRANCHES = "bindery.branches";

  /** Allows everything. */
  Permissions ALL = (user, virtualHost, access, resource) -> true;

  /**
   * Whether a user may do something.
   *
   * @param user who
   * @param virtualHost where
   * @param access what
   * @param resource the name of a queue or exchange; {@code amq.default} is the default exchange
   */
  boolean allows(String user, String virtualHost, Access access, String resource);

  /**
   * Whether a user may connect to a virtual host. Everybody may, where nothing else is said.
   *
   * @param user who
   * @param virtualHost where
   */
  default boolean mayEnter(String user, String virtualHost) {
    return true;
  }

  /**
   * Whether a user may publish ({@link Access#WRITE}) or bind ({@link Access#READ}) with a routing
   * key on a topic exchange that it may write to or read from (RabbitMQ's topic authorisation).
   * Everybody may, where nothing else is said.
   *
   * @param user who
   * @param virtualHost where
   * @param access what
   * @param topic the exchange and the key
   */
  default boolean allowsTopic(String user, String virtualHost, Access access, Topic topic) {
    return true;
  }

  /**
   * A routing key or binding key on a topic exchange.
   *
   * @param exchange its name
   * @param key the key
   */
  record Topic(String exchange, String key) {}

  /** What may be done with a queue or exchange. */
  enum Access {
    /** Declare and delete. */
    CONFIGURE,
    /** Publish to an exchange, bind a queue. */
    WRITE,
    /** Consume from a queue, bind to an exchange. */
    READ
  }
}
