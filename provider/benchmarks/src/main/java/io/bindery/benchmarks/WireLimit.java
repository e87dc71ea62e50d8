package io.bindery.benchmarks;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Scanner;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;

/**
 * What a network, a disk and their threads allow who sends one message after the other and waits
 * for each until it is on disk: a server that does nothing but read, have {@link PlainLog} sync,
 * and write a confirm and a delivery, in a virtual machine of its own; and a client with the
 * threads of the load generator and none of its work. So it is more than a broker could reach.
 */
final class WireLimit implements AutoCloseable {
  /** A publish or a delivery with 256 bytes, with its frames. */
  private static final int MESSAGE_BYTES = 350;

  /** A confirm or an acknowledgement. */
  private static final int ACK_BYTES = 21;

  private final Process server;
  private final int port;

  private WireLimit(Process server, int port) {
    this.server = server;
    this.port = port;
  }

  /** Starts the server; it writes below a directory. */
  static WireLimit start(String directory) throws IOException {
    Process server =
        new ProcessBuilder(
                System.getProperty("java.home") + "/bin/java",
                "-cp",
                System.getProperty("java.class.path"),
                WireLimit.class.getName(),
                directory)
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    return new WireLimit(
        server, new Scanner(server.getInputStream(), StandardCharsets.UTF_8).nextInt());
  }

  @Override
  public void close() {
    server.destroyForcibly();
  }

  // --- the client ---

  /** Sends for so long; messages a second. */
  double rate(int seconds) throws IOException {
    Semaphore confirmed = new Semaphore(0);
    byte[] message = new byte[MESSAGE_BYTES];
    try (Socket consuming = connect();
        Socket producing = connect()) {
      start(() -> consume(consuming));
      start(
          () -> {
            while (true) {
              receive(producing, ACK_BYTES);
              confirmed.release();
            }
          });
      long startNs = System.nanoTime();
      long endNs = startNs + seconds * 1_000_000_000L;
      long sent = 0;
      for (; System.nanoTime() < endNs; sent++) {
        producing.getOutputStream().write(message);
        confirmed.acquireUninterruptibly();
      }
      return sent * 1e9 / (System.nanoTime() - startNs);
    }
  }

  private Socket connect() throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
    socket.setTcpNoDelay(true);
    return socket;
  }

  /** As the load generator's client does: one thread reads, another one acknowledges. */
  private static void consume(Socket socket) throws IOException {
    ExecutorService consumer = Executors.newSingleThreadExecutor();
    OutputStream out = socket.getOutputStream();
    try {
      while (true) {
        receive(socket, MESSAGE_BYTES);
        consumer.submit(
            () -> {
              out.write(new byte[ACK_BYTES]);
              return null;
            });
      }
    } finally {
      consumer.shutdown();
    }
  }

  // --- the server ---

  /** Argument: a directory. Says the port; ends when it is killed. */
  public static void main(String[] arguments) throws IOException {
    try (PlainLog log = new PlainLog(Path.of(arguments[0]));
        ServerSocket listening = new ServerSocket(0, 2, InetAddress.getLoopbackAddress())) {
      System.out.println(listening.getLocalPort());
      while (true) {
        try (Socket consuming = accept(listening);
            Socket producing = accept(listening)) {
          start(
              () -> {
                while (true) {
                  receive(consuming, ACK_BYTES);
                }
              });
          serve(producing, consuming, log);
        } catch (EOFException | SocketException e) {
          // The client has ended: the next one, then.
          continue;
        }
      }
    }
  }

  private static Socket accept(ServerSocket listening) throws IOException {
    Socket socket = listening.accept();
    socket.setTcpNoDelay(true);
    return socket;
  }

  private static void serve(Socket producing, Socket consuming, PlainLog log) throws IOException {
    byte[] confirm = new byte[ACK_BYTES];
    OutputStream confirms = producing.getOutputStream();
    OutputStream deliveries = consuming.getOutputStream();
    while (true) {
      byte[] message = receive(producing, MESSAGE_BYTES);
      log.append(message);
      confirms.write(confirm);
      deliveries.write(message);
    }
  }

  // --- both ---

  private static byte[] receive(Socket socket, int bytes) throws IOException {
    InputStream in = socket.getInputStream();
    byte[] received = in.readNBytes(bytes);
    if (received.length < bytes) {
      throw new EOFException();
    }
    return received;
  }

  private interface Io {
    void run() throws IOException;
  }

  /** Until the other end, or the client itself, closes. */
  private static void start(Io all) {
    Thread thread =
        new Thread(
            () -> {
              try {
                all.run();
              } catch (IOException e) {
                // The end of the run.
                return;
              }
            });
    thread.setDaemon(true);
    thread.start();
  }
}
