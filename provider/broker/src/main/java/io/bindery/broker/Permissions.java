package io.bindery.broker;

/** Decides what a user may do (RabbitMQ's access control: configure, write, read). Thread-safe. */
@FunctionalInterface
public interface Permissions {
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
