package io.bindery.rabbitmq;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;

/**
 * A socket, plain or secure, whose streams make few calls of the system; it has them once it is
 * connected.
 */
final class JoiningSocket extends Socket {
  private final Socket socket;
  private volatile Inflow in;
  private volatile Outflow out;

  JoiningSocket(Socket socket) {
    this.socket = socket;
  }

  @Override
  public void bind(SocketAddress from) throws IOException {
    socket.bind(from);
  }

  @Override
  public void connect(SocketAddress to) throws IOException {
    connect(to, 0);
  }

  @Override
  public void connect(SocketAddress to, int timeoutMs) throws IOException {
    socket.connect(to, timeoutMs);
    in = new Inflow(socket.getInputStream());
    out =
        new Outflow(
            socket.getOutputStream(),
            this::cut,
            "bindery-amqp-writer-" + socket.getRemoteSocketAddress());
    out.start();
  }

  /** The thread that reads learns of it. */
  private void cut() {
    try {
      socket.close();
    } catch (IOException e) {
      // It is broken, and whoever uses it learns so.
      assert socket.isClosed() : e;
    }
  }

  Outflow out() {
    return out;
  }

  @Override
  public InputStream getInputStream() throws IOException {
    return of(in);
  }

  @Override
  public OutputStream getOutputStream() throws IOException {
    return of(out);
  }

  private static <T> T of(T stream) throws IOException {
    if (stream == null) {
      throw new SocketException("The socket is not connected");
    }
    return stream;
  }

  @Override
  public InetAddress getInetAddress() {
    return socket.getInetAddress();
  }

  @Override
  public InetAddress getLocalAddress() {
    return socket.getLocalAddress();
  }

  @Override
  public int getPort() {
    return socket.getPort();
  }

  @Override
  public int getLocalPort() {
    return socket.getLocalPort();
  }

  @Override
  public void setSoTimeout(int timeoutMs) throws SocketException {
    socket.setSoTimeout(timeoutMs);
  }

  @Override
  public int getSoTimeout() throws SocketException {
    return socket.getSoTimeout();
  }

  @Override
  public void setSoLinger(boolean on, int seconds) throws SocketException {
    socket.setSoLinger(on, seconds);
  }

  @Override
  public void setTcpNoDelay(boolean on) throws SocketException {
    socket.setTcpNoDelay(on);
  }

  @Override
  public boolean isConnected() {
    return socket.isConnected();
  }

  @Override
  public boolean isClosed() {
    return socket.isClosed();
  }

  @Override
  public void close() throws IOException {
    try {
      if (out != null) {
        out.close();
      }
    } finally {
      socket.close();
    }
  }
}
