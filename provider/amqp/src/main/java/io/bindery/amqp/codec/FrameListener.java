package io.bindery.amqp.codec;

import io.bindery.engine.AmqpException;
import io.netty.buffer.ByteBuf;

/** Takes what a {@link FrameDecoder} finds. On the thread that decodes. */
public interface FrameListener {
  /**
   * The protocol header came, which is the first thing that does.
   *
   * @param known whether it asks for 0-9-1; if not nothing else will come
   */
  void protocolHeader(boolean known);

  /** A method came. */
  void method(int channel, Method method) throws AmqpException;

  /** A content header came. */
  void header(int channel, ContentHeader header) throws AmqpException;

  /**
   * A piece of a content body came.
   *
   * @param from holds it, from its reader index on; not to be kept
   * @param length how many bytes of it
   */
  void body(int channel, ByteBuf from, int length) throws AmqpException;

  /** A heartbeat came. */
  void heartbeat();
}
