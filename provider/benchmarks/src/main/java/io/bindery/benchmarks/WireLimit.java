package io.bindery.benchmarks;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What network, disk, threads and the load generator itself allow: a server that knows just as much
 * of AMQP 0-9-1 as PerfTest needs to be served, and does nothing but read, have {@link PlainLog}
 * sync what is persistent, and write confirms and deliveries, as many at once as came at once and
 * as the prefetch allows. It has bytes to be written instead of queues, routes nothing and keeps
 * nothing until it is acknowledged, so it is more than a broker could reach in the same way, as
 * long as its consumers are alike: they take turns, whoever has room.
 */
public final class WireLimit {
  private static final int METHOD = 1;
  private static final int END = 0xCE;
  private static final int OVERHEAD = 8;
  private static final int FRAME_MAX = 131_072;
  private static final int BUFFER_BYTES = 512 * 1024;

  private static final int CONNECTION_START_OK = 10 << 16 | 11;
  private static final int CONNECTION_TUNE_OK = 10 << 16 | 31;
  private static final int CONNECTION_OPEN = 10 << 16 | 40;
  private static final int CHANNEL_OPEN = 20 << 16 | 10;
  private static final int QUEUE_DECLARE = 50 << 16 | 10;
  private static final int QUEUE_DELETE = 50 << 16 | 40;
  private static final int BASIC_QOS = 60 << 16 | 10;
  private static final int BASIC_CONSUME = 60 << 16 | 20;
  private static final int BASIC_CANCEL = 60 << 16 | 30;
  private static final int BASIC_PUBLISH = 60 << 16 | 40;
  private static final int BASIC_DELIVER = 60 << 16 | 60;
  private static final int BASIC_ACK = 60 << 16 | 80;
  private static final int CONFIRM_SELECT = 85 << 16 | 10;

  private static final String CONSUMER_TAG = "c";

  /** Of a delivery's tag, behind the frame's head, the method and the consumer's tag. */
  private static final int TAG_AT = 7 + 4 + 1 + CONSUMER_TAG.length();

  private final PlainLog log;
  private final List<Client> consumers = new CopyOnWriteArrayList<>();
  private final AtomicInteger turn = new AtomicInteger();

  private WireLimit(PlainLog log) {
    this.log = log;
  }

  /** Arguments: a port, and a directory. Ends when it is killed. */
  public static void main(String[] arguments) throws IOException {
    int port = Integer.parseInt(arguments[0]);
    WireLimit limit = new WireLimit(new PlainLog(Path.of(arguments[1])));
    try (ServerSocket listening = new ServerSocket(port, 50, InetAddress.getLoopbackAddress())) {
      while (true) {
        Socket socket = listening.accept();
        socket.setTcpNoDelay(true);
        Client client = limit.new Client(socket);
        start(client::serve);
      }
    }
  }

  private interface Io {
    void run() throws IOException;
  }

  /** Until the client, or the server, closes. */
  private static void start(Io all) {
    Thread thread =
        new Thread(
            () -> {
              try {
                all.run();
              } catch (IOException e) {
                // The end of a run.
                return;
              }
            });
    thread.setDaemon(true);
    thread.start();
  }

  /** Deliveries without their tags, which are their consumer's. */
  private static final class Batch extends ByteArrayOutputStream {
    private final int[] tagsAt = new int[BUFFER_BYTES / 8];
    private int messages;
    private int written;

    private Batch() {
      super(BUFFER_BYTES);
    }

    /** Begins a delivery: a method with exchange and key as they were published. */
    void begin(ByteBuffer exchangeAndKey) {
      int bytes = 4 + 1 + CONSUMER_TAG.length() + Long.BYTES + 1 + exchangeAndKey.remaining();
      write(METHOD);
      writeNumber(1, Short.BYTES);
      writeNumber(bytes, Integer.BYTES);
      writeNumber(BASIC_DELIVER, Integer.BYTES);
      write(CONSUMER_TAG.length());
      writeBytes(CONSUMER_TAG.getBytes(StandardCharsets.US_ASCII));
      tagsAt[messages++] = count;
      writeNumber(0, Long.BYTES);
      write(0);
      write(exchangeAndKey.array(), exchangeAndKey.position(), exchangeAndKey.remaining());
      write(END);
    }

    private void writeNumber(long number, int bytes) {
      for (int shift = 8 * (bytes - 1); shift >= 0; shift -= 8) {
        write((int) (number >>> shift));
      }
    }

    private int start(int message) {
      return message == messages ? count : tagsAt[message] - TAG_AT;
    }

    int left() {
      return messages - written;
    }

    int bytesLeft() {
      return count - start(written);
    }

    /** Writes so many of those that are left; the first one has the tag after this one. */
    void writeTo(OutputStream out, long tagBefore, int many) throws IOException {
      int from = start(written);
      ByteBuffer all = ByteBuffer.wrap(buf);
      for (int i = 0; i < many; i++) {
        all.putLong(tagsAt[written++], tagBefore + 1 + i);
      }
      out.write(buf, from, start(written) - from);
    }

    /** Takes what is left of another one. */
    void add(Batch more) {
      int from = more.start(more.written);
      for (int i = more.written; i < more.messages; i++) {
        tagsAt[messages++] = count + more.tagsAt[i] - from;
      }
      write(more.buf, from, more.count - from);
    }

    void clear() {
      reset();
      messages = 0;
      written = 0;
    }
  }

  /** A connection, with the one channel that PerfTest opens. */
  private final class Client {
    private final Socket socket;
    private final OutputStream out;
    private final ByteBuffer in = ByteBuffer.allocate(BUFFER_BYTES);
    private final Batch batch = new Batch();
    private boolean persistent;
    private boolean confirms;
    private long published;
    private long delivered;
    private long acknowledged;
    private int prefetch;
    private boolean gone;
    private Batch waiting = new Batch();
    private Batch spare = new Batch();
    private Disk disk;

    private Client(Socket socket) throws IOException {
      this.socket = socket;
      out = socket.getOutputStream();
    }

    void serve() throws IOException {
      try (socket) {
        InputStream from = socket.getInputStream();
        from.readNBytes(8);
        ByteArrayOutputStream start = new ByteArrayOutputStream();
        DataOutputStream fields = new DataOutputStream(start);
        fields.writeInt(10 << 16 | 10);
        fields.writeShort(9);
        fields.writeInt(0);
        longString(fields, "PLAIN");
        longString(fields, "en_US");
        method(0, start);
        while (true) {
          int read = from.read(in.array(), in.position(), in.remaining());
          if (read < 0) {
            return;
          }
          in.position(in.position() + read).flip();
          while (take()) {
            continue;
          }
          in.compact();
          turnEnded();
        }
      } finally {
        consumers.remove(this);
        end();
      }
    }

    /** The end of the frame at a place, or -1 if it is not all there. */
    private int end(int start) {
      int end =
          in.limit() - start < OVERHEAD ? in.limit() + 1 : start + in.getInt(start + 3) + OVERHEAD;
      return end > in.limit() ? -1 : end;
    }

    /** A method, with its content; false if it is not all there. */
    private boolean take() throws IOException {
      int start = in.position();
      int end = end(start);
      if (end < 0) {
        return false;
      }
      int payload = start + 7;
      if (in.get(start) == METHOD && in.getInt(payload) == BASIC_PUBLISH) {
        int header = end;
        int body = end(header);
        end = body < 0 ? -1 : end(body);
        if (end < 0) {
          return false;
        }
        if (in.getLong(header + 11) != end - body - OVERHEAD) {
          throw new IOException("A message has more than one frame");
        }
        persistent |= isPersistent(in.duplicate().position(header + 19));
        // Behind a reserved number, and before the flags.
        batch.begin(in.duplicate().position(payload + 6).limit(header - 2));
        batch.write(in.array(), header, end - header);
        published++;
      } else if (in.get(start) == METHOD) {
        method(in.getShort(start + 1), in.duplicate().position(payload));
      }
      in.position(end);
      return true;
    }

    /** Its property delivery-mode is behind content-type, content-encoding and headers. */
    private static boolean isPersistent(ByteBuffer properties) {
      int flags = properties.getShort();
      if ((flags & 0x8000) != 0) {
        shortString(properties);
      }
      if ((flags & 0x4000) != 0) {
        shortString(properties);
      }
      if ((flags & 0x2000) != 0) {
        int headers = properties.getInt();
        properties.position(properties.position() + headers);
      }
      return (flags & 0x1000) != 0 && properties.get() == 2;
    }

    private void method(int channel, ByteBuffer asked) throws IOException {
      int method = asked.getInt();
      if (method == CONNECTION_TUNE_OK) {
        return;
      } else if (method == BASIC_ACK) {
        long tag = asked.getLong();
        acknowledged = asked.get() == 0 ? acknowledged + 1 : tag;
        return;
      } else if (method == BASIC_QOS) {
        prefetch = asked.getShort(asked.position() + Integer.BYTES) & 0xffff;
      }
      ByteArrayOutputStream answer = new ByteArrayOutputStream();
      DataOutputStream fields = new DataOutputStream(answer);
      fields.writeInt(method == CONNECTION_START_OK ? 10 << 16 | 30 : method + 1);
      if (method == CONNECTION_START_OK) {
        fields.writeShort(1);
        fields.writeInt(FRAME_MAX);
        fields.writeShort(0);
      } else if (method == CONNECTION_OPEN) {
        fields.writeByte(0);
      } else if (method == CHANNEL_OPEN || method == QUEUE_DELETE) {
        fields.writeInt(0);
      } else if (method == QUEUE_DECLARE) {
        asked.getShort();
        byte[] name = shortString(asked);
        fields.writeByte(name.length);
        fields.write(name);
        fields.writeLong(0);
      } else if (method == BASIC_CONSUME || method == BASIC_CANCEL) {
        fields.writeByte(CONSUMER_TAG.length());
        fields.writeBytes(CONSUMER_TAG);
      } else if (method == CONFIRM_SELECT) {
        confirms = true;
      }
      method(channel, answer);
      if (method == BASIC_CONSUME) {
        consumers.add(this);
      } else if (method == BASIC_CANCEL) {
        consumers.remove(this);
      }
    }

    private static byte[] shortString(ByteBuffer from) {
      byte[] bytes = new byte[from.get()];
      from.get(bytes);
      return bytes;
    }

    private static void longString(DataOutputStream to, String text) throws IOException {
      to.writeInt(text.length());
      to.writeBytes(text);
    }

    private synchronized void method(int channel, ByteArrayOutputStream payload)
        throws IOException {
      ByteBuffer frame = ByteBuffer.allocate(payload.size() + OVERHEAD);
      frame.put((byte) METHOD).putShort((short) channel).putInt(payload.size());
      frame.put(payload.toByteArray()).put((byte) END);
      out.write(frame.array());
    }

    // --- what was published ---

    private void turnEnded() throws IOException {
      if (batch.messages == 0) {
        writeWaiting();
        return;
      }
      if (persistent && disk == null) {
        disk = new Disk(this);
        start(disk::sync);
      }
      if (persistent) {
        disk.add(batch, published);
        batch.clear();
      } else {
        finish(batch, published);
      }
    }

    private void finish(Batch done, long last) throws IOException {
      List<Client> all = consumers;
      if (!all.isEmpty()) {
        all.get(turn.getAndIncrement() % all.size()).deliver(done);
      }
      done.clear();
      if (confirms) {
        ByteArrayOutputStream ack = new ByteArrayOutputStream();
        DataOutputStream fields = new DataOutputStream(ack);
        fields.writeInt(BASIC_ACK);
        fields.writeLong(last);
        fields.writeByte(1);
        method(1, ack);
      }
    }

    private synchronized void deliver(Batch done) throws IOException {
      if (waiting.left() == 0) {
        write(done);
      }
      if (done.left() > 0) {
        awaitRoom();
        if (waiting.start(waiting.written) > waiting.bytesLeft()) {
          // More is written than is left.
          spare.clear();
          spare.add(waiting);
          Batch emptied = waiting;
          waiting = spare;
          spare = emptied;
        }
        waiting.add(done);
        // There may be room for them by now.
        write(waiting);
      }
    }

    /** Who publishes is not read on meanwhile, unless it is the disk's thread that waits. */
    private void awaitRoom() throws IOException {
      try {
        while (waiting.bytesLeft() > BUFFER_BYTES && !gone) {
          wait();
        }
      } catch (InterruptedException e) {
        throw new IOException(e);
      }
    }

    private void writeWaiting() throws IOException {
      if (prefetch > 0) {
        writeWhatHasRoom();
      }
    }

    private synchronized void writeWhatHasRoom() throws IOException {
      write(waiting);
      if (waiting.bytesLeft() <= BUFFER_BYTES) {
        notifyAll();
      }
    }

    private void write(Batch batch) throws IOException {
      long room = prefetch == 0 ? Integer.MAX_VALUE : prefetch - (delivered - acknowledged);
      int many = (int) Math.min(batch.left(), room);
      if (many > 0) {
        batch.writeTo(out, delivered, many);
        delivered += many;
      }
    }

    private synchronized void end() {
      gone = true;
      notifyAll();
    }
  }

  /** What waits for the disk, while the client is read on. */
  private final class Disk {
    private final Client client;
    private Batch waiting = new Batch();
    private Batch taken = new Batch();
    private long last;

    private Disk(Client client) {
      this.client = client;
    }

    synchronized void add(Batch more, long lastOfThem) {
      waiting.add(more);
      last = lastOfThem;
      notifyAll();
    }

    void sync() throws IOException {
      while (true) {
        long lastTaken = take();
        log.append(taken.toByteArray());
        client.finish(taken, lastTaken);
      }
    }

    private synchronized long take() throws IOException {
      try {
        while (waiting.messages == 0) {
          wait();
        }
      } catch (InterruptedException e) {
        throw new IOException(e);
      }
      Batch all = waiting;
      waiting = taken;
      taken = all;
      return last;
    }
  }
}
