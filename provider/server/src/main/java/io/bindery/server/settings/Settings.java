package io.bindery.server.settings;

import java.nio.file.Path;
import java.util.Set;

/**
 * What the standalone broker was told, understood and checked.
 *
 * @param data the directory of everything that is kept
 * @param amqp where AMQP is spoken; null for nowhere
 * @param amqps where AMQP is spoken over TLS; null for nowhere
 * @param tls certificates; null without {@code amqps}
 * @param http where management is; null for nowhere
 * @param store how messages are kept
 * @param limits what clients may do
 * @param loopbackUsers users that may connect from this machine only
 * @param log the level of what is logged
 */
public record Settings(
    Path data,
    Endpoint amqp,
    Endpoint amqps,
    Tls tls,
    Endpoint http,
    Store store,
    Limits limits,
    Set<String> loopbackUsers,
    System.Logger.Level log) {
  /**
   * An address to listen on.
   *
   * @param host a name or address; {@code *} for all of the machine
   * @param port 0 for any that is free
   */
  public record Endpoint(String host, int port) {
    /** Whether it stands for all addresses. */
    public boolean everywhere() {
      return host.equals("*");
    }

    @Override
    public String toString() {
      return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
    }
  }

  /**
   * Files for TLS.
   *
   * @param certificate the chain
   * @param key its private key
   * @param authorities whose client certificates are accepted; null for nobody's
   * @param client whether clients need a certificate
   */
  public record Tls(Path certificate, Path key, Path authorities, ClientCertificate client) {}

  /** Whether a client needs a certificate. */
  public enum ClientCertificate {
    /** None is asked for. */
    OFF,
    /** One is asked for, and checked if there is one. */
    OPTIONAL,
    /** None, no connection. */
    REQUIRED
  }

  /**
   * How messages are kept.
   *
   * @param memoryBytes how much of the heap messages may take
   * @param sync whether a confirm means that it is on disk
   * @param acknowledgeSoon whether acknowledgements may wait for others before they are synced
   * @param segmentBytes size of the journal's files
   * @param keepNonPersistent whether non-persistent messages on durable queues outlive an orderly
   *     stop
   */
  public record Store(
      long memoryBytes,
      boolean sync,
      boolean acknowledgeSoon,
      long segmentBytes,
      boolean keepNonPersistent) {}

  /**
   * What clients may do.
   *
   * @param heartbeatSeconds offered, 0 for none
   * @param frameBytes largest frame
   * @param messageBytes largest message
   * @param channels most channels of a connection
   * @param handshakeSeconds most time until a connection is open
   * @param connections most connections of a port
   */
  public record Limits(
      int heartbeatSeconds,
      int frameBytes,
      int messageBytes,
      int channels,
      int handshakeSeconds,
      int connections) {}
}
