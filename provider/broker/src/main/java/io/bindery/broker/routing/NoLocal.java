package io.bindery.broker.routing;

/**
 * Whose publishes a subscription leaves out (Jakarta Messaging 8.3.3): those of its own connection,
 * and those of any connection with its client identifier.
 *
 * @param connectionId identifies the connection, empty for none
 * @param clientId the client identifier, empty for none
 */
public record NoLocal(String connectionId, String clientId) {
  /** Whether the publication is one that is left out. */
  public boolean isLocal(Publication publication) {
    return (!connectionId.isEmpty() && connectionId.equals(publication.source().connectionId()))
        || (!clientId.isEmpty() && clientId.equals(publication.source().clientId()));
  }
}
