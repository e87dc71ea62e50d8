package io.bindery.server.settings;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** A setting. */
public enum Key {
  /** Where everything durable is. */
  DATA("data", "bindery-data", "directory that keeps messages, users and the operator's token"),
  /** Address of the AMQP port. */
  AMQP_HOST("amqp.host", "*", "address to listen on for AMQP; * for all"),
  /** AMQP port. */
  AMQP_PORT("amqp.port", "5672", "port for AMQP; 0 for any that is free, off for none"),
  /** AMQP over TLS port. */
  AMQPS_PORT("amqps.port", "off", "port for AMQP over TLS; needs tls.certificate and tls.key"),
  /** Certificate chain. */
  TLS_CERTIFICATE("tls.certificate", "", "PEM file with the certificate and its chain"),
  /** Private key. */
  TLS_KEY("tls.key", "", "PEM file with the private key (PKCS #8, not encrypted)"),
  /** Whose client certificates are accepted. */
  TLS_CA("tls.ca", "", "PEM file with the authorities whose client certificates are accepted"),
  /** Whether clients need a certificate. */
  TLS_CLIENT("tls.client", "off", "whether clients need a certificate: off, optional or required"),
  /** Address of the management port. */
  HTTP_HOST("http.host", "127.0.0.1", "address to listen on for management over HTTP; * for all"),
  /** Management port. */
  HTTP_PORT("http.port", "15672", "port for management over HTTP; 0 for any, off for none"),
  /** Memory for messages. */
  MEMORY("memory", "", "how much of the heap messages may take, like 512m; default a quarter"),
  /** Whether a confirm means on disk. */
  SYNC("sync", "on", "on: what was confirmed survives a loss of power; off: only a crash"),
  /** When acknowledgements are synced. */
  ACKS("acks", "soon", "soon: acknowledgements are synced within 100 ms; always: each at once"),
  /** Size of the journal's files. */
  SEGMENT("segment", "64m", "size of the journal's files, 64k to 1g"),
  /** What an orderly stop does with non-persistent messages. */
  NONPERSISTENT(
      "nonpersistent",
      "drop",
      "keep: non-persistent messages on durable queues outlive an orderly stop; drop: they do not"),
  /** Heartbeat offered. */
  HEARTBEAT(
      "heartbeat", "60", "seconds between heartbeats that are offered to clients; 0 for none"),
  /** Largest frame. */
  FRAME_MAX("frame.max", "128k", "largest frame that is offered to clients, 4k to 16m"),
  /** Largest message. */
  MESSAGE_MAX("message.max", "128m", "largest message, 1k to 128m"),
  /** Most channels of a connection. */
  CHANNEL_MAX("channel.max", "2047", "most channels of one connection, 1 to 2047"),
  /** Most connections. */
  CONNECTION_MAX("connection.max", "10000", "most connections that a port has open at a time"),
  /** Most time until a connection is open. */
  HANDSHAKE("handshake.timeout", "10", "seconds that a client has until its connection is open"),
  /** Users that only this machine may use. */
  LOOPBACK_USERS("loopback.users", "guest", "users that may only connect from this machine"),
  /** Readiness of logs. */
  LOG("log", "info", "what is logged: error, warning, info or debug");

  private static final String ENVIRONMENT_PREFIX = "BINDERY_";

  private final String text;
  private final String byDefault;
  private final String description;

  Key(String text, String byDefault, String description) {
    this.text = text;
    this.byDefault = byDefault;
    this.description = description;
  }

  /** Its name in the file; with two hyphens before it, its flag. */
  public String text() {
    return text;
  }

  /** What holds when nothing is said. */
  public String byDefault() {
    return byDefault;
  }

  /** What it is for, in a line. */
  public String description() {
    return description;
  }

  /** Its name in the environment. */
  public String environmentName() {
    return ENVIRONMENT_PREFIX + text.toUpperCase(Locale.ROOT).replace('.', '_');
  }

  /** The key of a name, null for none. */
  public static Key named(String name) {
    return Arrays.stream(values()).filter(key -> key.text.equals(name)).findFirst().orElse(null);
  }

  /** All names. */
  public static List<String> names() {
    return Arrays.stream(values()).map(Key::text).toList();
  }
}
