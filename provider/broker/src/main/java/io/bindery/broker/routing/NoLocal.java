package io.bindery.broker.routing;

/**
 * Whose publishes a subscription leaves out (Jakarta Messaging 8.3.3): those of its own connection, and those of any
 * connection with its client identifier.
 *
 * @param connection the identity of the connection, or null for none
 * @param clientId the client identifier, empty for none
 */
public record NoLocal(Object connection, String clientId) {
  /** Whether the publication is one that is left out. */
  public boolean isLocal(Publication publication) {
    return (connection != null && connection == publication.connection())
        || (!clientId.isEmpty() && clientId.equals(publication.clientId()));
  }
}
