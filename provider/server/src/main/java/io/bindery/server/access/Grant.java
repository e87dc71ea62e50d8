package io.bindery.server.access;

import io.bindery.broker.Permissions.Access;
import java.util.Comparator;

/**
 * What a user may do in a virtual host: regular expressions that are looked for in the names of
 * queues and exchanges; an empty one matches nothing (RabbitMQ's access control).
 *
 * @param user who
 * @param virtualHost where
 * @param exchange the topic exchange whose keys they are for, empty for names
 * @param configure declare and delete; unused for keys
 * @param write publish, bind a queue
 * @param read consume, bind to an exchange
 */
public record Grant(
    String user, String virtualHost, String exchange, String configure, String write, String read)
    implements Comparable<Grant> {
  private static final Comparator<Grant> ORDER =
      Comparator.comparing(Grant::virtualHost)
          .thenComparing(Grant::user)
          .thenComparing(Grant::exchange);

  /**
   * Checks the expressions.
   *
   * @throws IllegalArgumentException when one is none
   */
  public Grant {
    Expressions.check("configure", configure);
    Expressions.check("write", write);
    Expressions.check("read", read);
  }

  /** For names. */
  public static Grant all(String user, String virtualHost) {
    return new Grant(user, virtualHost, "", ".*", ".*", ".*");
  }

  /** The expression for something. */
  String of(Access access) {
    return switch (access) {
      case CONFIGURE -> configure;
      case WRITE -> write;
      case READ -> read;
    };
  }

  /** Whether it is about the same as another, which it then replaces. */
  boolean replaces(Grant other) {
    return compareTo(other) == 0;
  }

  @Override
  public int compareTo(Grant other) {
    return ORDER.compare(this, other);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Grant grant
        && replaces(grant)
        && configure.equals(grant.configure)
        && write.equals(grant.write)
        && read.equals(grant.read);
  }

  @Override
  public int hashCode() {
    return virtualHost.hashCode() * 31 + user.hashCode();
  }
}
