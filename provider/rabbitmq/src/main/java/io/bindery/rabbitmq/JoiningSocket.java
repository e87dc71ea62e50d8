package io.bindery.rabbitmq;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;

/** A connected socket, plain or secure, whose streams make few calls of the system. */
final class JoiningSocket extends Socket {
  private final Socket socket;
  private final Inflow in;
  private final Outflow out;

  JoiningSocket(Socket socket) throws IOException {
    this.socket = socket;
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
  public InputStream getInputStream() {
    return in;
  }

  @Override
  public OutputStream getOutputStream() {
    return out;
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
  public boolean isClosed() {
    return socket.isClosed();
  }

  @Override
  public void close() throws IOException {
    try {
      out.close();
    } finally {
      socket.close();
    }
  }
}
