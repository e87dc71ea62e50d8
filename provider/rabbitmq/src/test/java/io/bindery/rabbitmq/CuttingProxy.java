package io.bindery.rabbitmq;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** Stands between clients and a server, and does what networks do. Thread-safe. */
final class CuttingProxy implements AutoCloseable {
  private final ServerSocket listening;
  private final Set<Pair> pairs = ConcurrentHashMap.newKeySet();
  private final AtomicInteger accepted = new AtomicInteger();
  private volatile int target;
  private volatile boolean refusing;
  private volatile boolean mute;

  /**
   * One before a server.
   *
   * @param target the server's port
   */
  CuttingProxy(int target) throws IOException {
    this.target = target;
    listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    start(this::accept);
  }

  private static void start(Runnable work) {
    Thread thread = new Thread(work, "cutting-proxy");
    thread.setDaemon(true);
    thread.start();
  }

  int port() {
    return listening.getLocalPort();
  }

  /** How many connections there were. */
  int accepted() {
    return accepted.get();
  }

  /** Those that come later go to another server. */
  void target(int port) {
    target = port;
  }

  /** Whether those that come are cut at once. */
  void refuse(boolean value) {
    refusing = value;
  }

  /** Whether what servers say is held back. */
  void mute(boolean value) {
    mute = value;
    synchronized (this) {
      notifyAll();
    }
  }

  /** Cuts what there is. */
  void cut() {
    pairs.forEach(Pair::cut);
  }

  /** Clients lose their connections, and servers do not hear of it until {@link #cutServers}. */
  void cutClients() {
    pairs.forEach(Pair::cutClient);
  }

  /** Servers hear of it. */
  void cutServers() {
    pairs.stream().filter(each -> each.half).forEach(Pair::cut);
  }

  private void accept() {
    while (!listening.isClosed()) {
      try {
        Socket client = listening.accept();
        accepted.incrementAndGet();
        if (refusing) {
          client.close();
        } else {
          connect(client);
        }
      } catch (IOException e) {
        // Closed, or its server is not there: who asked loses the connection.
      }
    }
  }

  private void connect(Socket client) throws IOException {
    Socket server;
    try {
      server = new Socket(InetAddress.getLoopbackAddress(), target);
    } catch (IOException e) {
      client.close();
      throw e;
    }
    client.setTcpNoDelay(true);
    server.setTcpNoDelay(true);
    Pair pair = new Pair(client, server);
    pairs.add(pair);
    start(pair::toServer);
    start(pair::toClient);
  }

  private static void close(Socket socket) {
    if (socket.isClosed()) {
      return;
    }
    try {
      // A reset: what is under way is lost, as when a network is.
      socket.setSoLinger(true, 0);
      socket.close();
    } catch (IOException e) {
      // Others cut, too.
    }
  }

  private final class Pair {
    private final Socket client;
    private final Socket server;
    private volatile boolean half;

    private Pair(Socket client, Socket server) {
      this.client = client;
      this.server = server;
    }

    private void cut() {
      pairs.remove(this);
      close(client);
      close(server);
    }

    private void cutClient() {
      half = true;
      close(client);
    }

    private void toServer() {
      copy(client, server, false);
      ended();
    }

    private void toClient() {
      copy(server, client, true);
      ended();
    }

    private void ended() {
      if (!half) {
        cut();
      }
    }
  }

  private void copy(Socket from, Socket to, boolean heldBack) {
    byte[] some = new byte[8_192];
    try {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      for (int count = in.read(some); count >= 0; count = in.read(some)) {
        if (heldBack) {
          awaitVoice();
        }
        out.write(some, 0, count);
      }
    } catch (IOException e) {
      // Cut.
    }
  }

  private synchronized void awaitVoice() throws IOException {
    while (mute) {
      try {
        wait();
      } catch (InterruptedException e) {
        throw new IOException(e);
      }
    }
  }

  @Override
  public void close() throws IOException {
    listening.close();
    mute(false);
    cut();
  }
}
