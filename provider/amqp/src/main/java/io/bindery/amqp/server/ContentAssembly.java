package io.bindery.amqp.server;

import io.bindery.amqp.codec.BasicMethod;
import io.bindery.amqp.codec.ContentHeader;
import io.bindery.amqp.codec.MethodType;
import io.bindery.amqp.codec.ProtocolException;
import io.bindery.engine.AmqpMessage;
import io.bindery.engine.Body;
import io.bindery.engine.ReplyCode;
import io.netty.buffer.ByteBuf;
import java.util.Arrays;

/**
 * Puts method, header and bodies of a publish together (AMQP 0-9-1, 4.2.6). Takes memory for what
 * came, not for what is announced. On the event loop.
 */
final class ContentAssembly {
  /** A body that is not larger is one array from the start. */
  private static final int AT_ONCE_BYTES = 1 << 20;

  private static final byte[] EMPTY = new byte[0];

  private final long maxBodyBytes;
  private BasicMethod.Publish publish;
  private AmqpMessage.Builder properties;
  private byte[] body = EMPTY;
  private int bodyBytes;
  private int came;

  /** A publish as it came. */
  record Content(BasicMethod.Publish publish, AmqpMessage.Builder properties) {}

  ContentAssembly(long maxBodyBytes) {
    this.maxBodyBytes = maxBodyBytes;
  }

  /** A publish begins. */
  void begin(BasicMethod.Publish method) {
    publish = method;
  }

  /** Fails when a content is not complete: a method came instead. */
  void checkComplete(MethodType instead) throws ProtocolException {
    if (publish != null) {
      throw unexpected(instead + " came, and the content of basic.publish is not complete");
    }
  }

  private static ProtocolException unexpected(String what) {
    return new ProtocolException(ReplyCode.UNEXPECTED_FRAME, what, MethodType.BASIC_PUBLISH);
  }

  /** The header came: the content if that is all of it, or else null. */
  Content header(ContentHeader header) throws ProtocolException {
    if (publish == null || properties != null) {
      throw unexpected("A content header came that no method announced");
    }
    if (header.bodyBytes() > maxBodyBytes) {
      throw new ProtocolException(
          ReplyCode.PRECONDITION_FAILED,
          "message size "
              + header.bodyBytes()
              + " is larger than configured max size "
              + maxBodyBytes
              + " (message.max)",
          MethodType.BASIC_PUBLISH);
    }
    properties = header.properties();
    bodyBytes = (int) header.bodyBytes();
    body = bodyBytes == 0 ? EMPTY : new byte[Math.min(bodyBytes, AT_ONCE_BYTES)];
    came = 0;
    return bodyBytes == 0 ? complete() : null;
  }

  /** A piece of the body came: the content if that is all of it, or else null. */
  Content body(ByteBuf from, int length) throws ProtocolException {
    if (properties == null) {
      throw unexpected("A content body came that no content header announced");
    }
    if (length > bodyBytes - came) {
      throw unexpected("A content body is larger than the " + bodyBytes + " bytes of its header");
    }
    if (came + length > body.length) {
      int wanted = Math.max(came + length, (int) Math.min(bodyBytes, body.length * 2L));
      body = Arrays.copyOf(body, wanted);
    }
    from.readBytes(body, came, length);
    came += length;
    return came == bodyBytes ? complete() : null;
  }

  private Content complete() {
    properties.body(bodyBytes == 0 ? Body.EMPTY : new Body.Bytes(body));
    Content content = new Content(publish, properties);
    publish = null;
    properties = null;
    body = EMPTY;
    return content;
  }
}
