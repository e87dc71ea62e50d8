package io.bindery.rabbitmq;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import javax.net.SocketFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

/** Makes sockets, plain or secure, that make few calls of the system. One thread. */
final class JoiningSockets extends SocketFactory {
  private final SocketFactory sockets;
  private JoiningSocket latest;

  private JoiningSockets(SocketFactory sockets) {
    this.sockets = sockets;
  }

  static JoiningSockets plain() {
    return new JoiningSockets(SocketFactory.getDefault());
  }

  /** TLS with servers whose certificate names the host. */
  static JoiningSockets secure(SSLContext context) {
    return new JoiningSockets(context.getSocketFactory());
  }

  /** By which the connection writes that was made last. */
  Outflow latest() {
    return latest.out();
  }

  @Override
  public Socket createSocket() throws IOException {
    Socket socket = sockets.createSocket();
    if (socket instanceof SSLSocket secure) {
      SSLParameters parameters = secure.getSSLParameters();
      parameters.setEndpointIdentificationAlgorithm("HTTPS");
      secure.setSSLParameters(parameters);
    }
    latest = new JoiningSocket(socket);
    return latest;
  }

  private Socket connected(InetSocketAddress to, InetSocketAddress from) throws IOException {
    Socket socket = createSocket();
    boolean done = false;
    try {
      socket.bind(from);
      socket.connect(to);
      done = true;
      return socket;
    } finally {
      if (!done) {
        socket.close();
      }
    }
  }

  @Override
  public Socket createSocket(String host, int port) throws IOException {
    return connected(new InetSocketAddress(host, port), null);
  }

  @Override
  public Socket createSocket(String host, int port, InetAddress from, int fromPort)
      throws IOException {
    return connected(new InetSocketAddress(host, port), new InetSocketAddress(from, fromPort));
  }

  @Override
  public Socket createSocket(InetAddress host, int port) throws IOException {
    return connected(new InetSocketAddress(host, port), null);
  }

  @Override
  public Socket createSocket(InetAddress host, int port, InetAddress from, int fromPort)
      throws IOException {
    return connected(new InetSocketAddress(host, port), new InetSocketAddress(from, fromPort));
  }
}
