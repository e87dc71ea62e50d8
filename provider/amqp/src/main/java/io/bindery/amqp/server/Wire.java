package io.bindery.amqp.server;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;

/** The network as one connection sees it. On its event loop, except {@link #execute}. */
interface Wire {
  /** Who is at the other end. */
  Peer peer();

  /** For what is written. */
  ByteBufAllocator allocator();

  /** Takes bytes, and releases them; they go out with the next flush. */
  void write(ByteBuf bytes);

  /** Sends what was written. */
  void flush();

  /** Whether what is written and not yet sent is little. */
  boolean isWritable();

  /** Stops or resumes reading. */
  void reading(boolean on);

  /** Another number whenever the peer has taken something of what was sent; it means no more. */
  long taken();

  /** Reads what is there, once, though reading is stopped. */
  void readOnce();

  /** Cuts the connection, once all that was written is sent. */
  void close();

  /** Cuts the connection, with what is not sent. */
  void cut();

  /** Runs something on the event loop; any thread. */
  void execute(Runnable task);

  /** Runs something on the event loop later. */
  Later schedule(Runnable task, long delayMs);

  /** Milliseconds since 1970. */
  long nowMs();

  /** What will run. */
  interface Later {
    /** It will not. */
    void cancel();
  }
}
