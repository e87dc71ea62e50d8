package io.bindery.amqp.codec;

import io.bindery.engine.ReplyCode;
import io.netty.buffer.ByteBuf;
import java.util.Map;

/**
 * Reads the arguments of methods and the properties of contents (AMQP 0-9-1, 4.2.5), never beyond
 * their frame. What is wrong is a SYNTAX_ERROR that names the method. One thread; used again for
 * each frame.
 */
public final class ArgumentReader {
  /** A power of two. Each connection has as many, and there may be ten thousand idle ones. */
  private static final int KNOWN = 64;

  /** Longer names are seldom the same again. */
  private static final int MAX_KNOWN_LENGTH = 64;

  private final byte[] scratch = new byte[255];
  private final String[] known = new String[KNOWN];
  private final FieldTableReader tables = new FieldTableReader(this, false);
  private ByteBuf in;
  private int end;
  private int classId;
  private int methodId;
  private int bits;
  private int bitsLeft;

  ArgumentReader() {}

  /** What follows in a buffer, up to an index, belongs to a method or to the content of one. */
  void begin(ByteBuf from, int endIndex) {
    in = from;
    end = endIndex;
    classId = 0;
    methodId = 0;
    bitsLeft = 0;
  }

  void about(int ofClass, int method) {
    classId = ofClass;
    methodId = method;
  }

  ProtocolException syntaxError(String what) {
    return new ProtocolException(ReplyCode.SYNTAX_ERROR, what, classId, methodId);
  }

  ProtocolException error(ReplyCode code, String what) {
    return new ProtocolException(code, what, classId, methodId);
  }

  int remaining() {
    return end - in.readerIndex();
  }

  private void need(long bytes) throws ProtocolException {
    bitsLeft = 0;
    if (remaining() < bytes) {
      throw syntaxError(
          "The frame ends within an argument: "
              + bytes
              + " bytes wanted, "
              + remaining()
              + " left");
    }
  }

  int octet() throws ProtocolException {
    need(1);
    return in.readUnsignedByte();
  }

  int shortInt() throws ProtocolException {
    need(2);
    return in.readUnsignedShort();
  }

  /** Unsigned, 32 bits. */
  long longInt() throws ProtocolException {
    need(4);
    return in.readUnsignedInt();
  }

  /** 64 bits as they are. */
  long longLong() throws ProtocolException {
    need(8);
    return in.readLong();
  }

  /** Bits that follow each other share octets, from the low bit (AMQP 0-9-1, 4.2.5.2). */
  boolean bit() throws ProtocolException {
    if (bitsLeft == 0) {
      bits = octet();
      bitsLeft = 8;
    }
    boolean value = (bits & 1) != 0;
    bits >>= 1;
    bitsLeft--;
    return value;
  }

  /** A name: the same one is likely to come again, and is then the same object. */
  String shortString() throws ProtocolException {
    int length = octet();
    need(length);
    if (length > MAX_KNOWN_LENGTH) {
      return text(length);
    }
    in.readBytes(scratch, 0, length);
    int hash = length;
    for (int i = 0; i < length; i++) {
      hash = hash * 31 + scratch[i];
    }
    int slot = (hash ^ hash >>> 8 ^ hash >>> 16) & KNOWN - 1;
    String candidate = known[slot];
    if (candidate == null || !isKnown(candidate, length)) {
      candidate = WireText.decode(scratch, length);
      known[slot] = candidate;
    }
    return candidate;
  }

  /** Only of ASCII: what is anything else is decoded each time. */
  private boolean isKnown(String candidate, int length) {
    if (candidate.length() != length) {
      return false;
    }
    for (int i = 0; i < length; i++) {
      if (candidate.charAt(i) != scratch[i]) {
        return false;
      }
    }
    return true;
  }

  /** A short string that is not likely to come again. */
  String uniqueString() throws ProtocolException {
    int length = octet();
    need(length);
    return text(length);
  }

  private String text(int length) {
    in.readBytes(scratch, 0, length);
    return WireText.decode(scratch, length);
  }

  String longString() throws ProtocolException {
    return WireText.decode(bytes());
  }

  byte[] bytes() throws ProtocolException {
    long length = longInt();
    need(length);
    byte[] bytes = new byte[(int) length];
    in.readBytes(bytes);
    return bytes;
  }

  Map<String, Object> table() throws ProtocolException {
    bitsLeft = 0;
    return tables.read();
  }

  /** Reads tables as bodies have them. */
  FieldTableReader bodyTables() {
    return new FieldTableReader(this, true);
  }

  /** Fails when something is left. */
  void end() throws ProtocolException {
    if (remaining() > 0) {
      throw syntaxError(remaining() + " bytes are left in the frame behind the last argument");
    }
  }
}
