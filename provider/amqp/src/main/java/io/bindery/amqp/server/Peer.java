package io.bindery.amqp.server;

import java.security.cert.X509Certificate;

/**
 * Who is at the other end of a connection.
 *
 * @param address its address and port
 * @param certificate what it proved by TLS, or null
 */
public record Peer(String address, X509Certificate certificate) {}
