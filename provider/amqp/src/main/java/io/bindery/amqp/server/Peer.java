package io.bindery.amqp.server;

import java.security.cert.X509Certificate;

/**
 * Who is at the other end of a connection.
 *
 * @param address its address and port
 * @param local whether it is on the server's own machine
 * @param certificate what it proved by TLS, or null
 */
public record Peer(String address, boolean local, X509Certificate certificate) {
  /** Its address without the port. */
  public String host() {
    return address.substring(0, Math.max(0, address.lastIndexOf(':')));
  }

  /** The same with what it proved by TLS. */
  Peer certified(X509Certificate proved) {
    return new Peer(address, local, proved);
  }
}
