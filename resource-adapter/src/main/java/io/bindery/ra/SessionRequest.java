package io.bindery.ra;

import jakarta.resource.spi.ConnectionRequestInfo;
import java.util.Objects;

/**
 * What an application asks for when it creates a session. Equal when one physical connection serves
 * both: the acknowledge mode and the domain belong to the handle, not to the connection.
 *
 * @param user null for the configured one
 * @param password a secret: never printed
 * @param acknowledgeMode of {@link jakarta.jms.Session}: AUTO or DUPS_OK
 * @param domain which methods its session allows
 */
record SessionRequest(String user, String password, int acknowledgeMode, Domain domain)
    implements ConnectionRequestInfo {
  /** The domain of a session (Jakarta Messaging, domain-specific API). */
  enum Domain {
    /** Queues and topics. */
    ANY,
    /** Queues only. */
    QUEUE,
    /** Topics only. */
    TOPIC
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof SessionRequest same
        && Objects.equals(same.user, user)
        && Objects.equals(same.password, password);
  }

  @Override
  public int hashCode() {
    return Objects.hash(user, password);
  }

  @Override
  public String toString() {
    return "SessionRequest[user="
        + user
        + ", password=****, acknowledgeMode="
        + acknowledgeMode
        + "]";
  }
}
