package io.bindery.amqp.server;

import io.netty.handler.ssl.SslContext;
import java.util.Objects;
import java.util.function.Supplier;

/**
 * How a server listens, and its limits.
 *
 * @param host the address to listen on
 * @param port the port, 0 for any that is free
 * @param authenticator who may log in
 * @param tls asked for each connection, so that certificates may change; null for no TLS
 * @param limits its limits
 * @param managementPort where the same host has management over HTTP, which clients are told; 0 for
 *     nowhere
 */
public record ServerSettings(
    String host,
    int port,
    Authenticator authenticator,
    Supplier<SslContext> tls,
    Limits limits,
    int managementPort) {
  /** Checks that nothing but {@code tls} is null. */
  public ServerSettings {
    Objects.requireNonNull(host);
    Objects.requireNonNull(authenticator);
    Objects.requireNonNull(limits);
  }

  /** On the loopback address, without TLS, with the default limits. */
  public static ServerSettings local(int port, Authenticator authenticator) {
    return new ServerSettings("127.0.0.1", port, authenticator, null, Limits.DEFAULT, 0);
  }

  /** The same with other limits. */
  public ServerSettings within(Limits others) {
    return new ServerSettings(host, port, authenticator, tls, others, managementPort);
  }

  /** The same with TLS. */
  public ServerSettings secured(Supplier<SslContext> context) {
    return new ServerSettings(host, port, authenticator, context, limits, managementPort);
  }

  /** The same that tells of management. */
  public ServerSettings managed(int atPort) {
    return new ServerSettings(host, port, authenticator, tls, limits, atPort);
  }

  /**
   * What a connection may, and how many there may be.
   *
   * @param frameMax bytes of a frame, at least 4096
   * @param channelMax channels
   * @param heartbeatSeconds how long a peer may be silent, as it is proposed; 0 for ever
   * @param handshakeTimeoutMs how long it may take until a virtual host is open
   * @param messageBytes bytes of the body of a message
   * @param connections how many may be open at a time, of all clients
   */
  public record Limits(
      int frameMax,
      int channelMax,
      int heartbeatSeconds,
      long handshakeTimeoutMs,
      long messageBytes,
      int connections) {
    /** RabbitMQ's defaults; it has no limit of connections. */
    public static final Limits DEFAULT =
        new Limits(131_072, 2_047, 60, 10_000, 128L * 1024 * 1024, 10_000);
  }
}
