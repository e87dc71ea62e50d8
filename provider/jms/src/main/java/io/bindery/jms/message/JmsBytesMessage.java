package io.bindery.jms.message;

import io.bindery.engine.Body;
import jakarta.jms.BytesMessage;
import jakarta.jms.JMSException;
import jakarta.jms.MessageEOFException;
import jakarta.jms.MessageFormatException;
import jakarta.jms.MessageNotReadableException;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;

/** A message with bytes (Jakarta Messaging 3.11): written first, and read after {@link #reset}. */
public final class JmsBytesMessage extends JmsMessage implements BytesMessage {
  private byte[] content;
  private ByteBuffer reading;
  private WrittenBytes written;
  private DataOutputStream out;

  /** An empty message, to be written. */
  public JmsBytesMessage() {
    emptyBody();
  }

  JmsBytesMessage(Body body) {
    content = body instanceof Body.Text text ? text.encoded() : ((Body.Bytes) body).content();
    reading = ByteBuffer.wrap(content);
  }

  @Override
  public void reset() {
    if (written != null) {
      content = written.content();
      written = null;
      out = null;
    }
    reading = ByteBuffer.wrap(content);
    bodyReadOnly(true);
  }

  @Override
  public long getBodyLength() throws JMSException {
    return readable(0).capacity();
  }

  /**
   * The bytes, of which at least some are left. A value that does not fit leaves the position where
   * it was (3.11.3).
   */
  private ByteBuffer readable(int bytes) throws JMSException {
    if (reading == null) {
      throw new MessageNotReadableException("The body is being written: call reset() first");
    }
    if (reading.remaining() < bytes) {
      throw new MessageEOFException(
          "The value has " + bytes + " bytes, and " + reading.remaining() + " are left");
    }
    return reading;
  }

  private static JMSException caused(JMSException failure, Exception cause) {
    failure.initCause(cause);
    return failure;
  }

  @Override
  public boolean readBoolean() throws JMSException {
    return readByte() != 0;
  }

  @Override
  public byte readByte() throws JMSException {
    return readable(Byte.BYTES).get();
  }

  @Override
  public int readUnsignedByte() throws JMSException {
    return Byte.toUnsignedInt(readByte());
  }

  @Override
  public short readShort() throws JMSException {
    return readable(Short.BYTES).getShort();
  }

  @Override
  public int readUnsignedShort() throws JMSException {
    return Short.toUnsignedInt(readShort());
  }

  @Override
  public char readChar() throws JMSException {
    return readable(Character.BYTES).getChar();
  }

  @Override
  public int readInt() throws JMSException {
    return readable(Integer.BYTES).getInt();
  }

  @Override
  public long readLong() throws JMSException {
    return readable(Long.BYTES).getLong();
  }

  @Override
  public float readFloat() throws JMSException {
    return readable(Float.BYTES).getFloat();
  }

  @Override
  public double readDouble() throws JMSException {
    return readable(Double.BYTES).getDouble();
  }

  @Override
  public String readUTF() throws JMSException {
    ByteBuffer from = readable(Short.BYTES);
    try (DataInputStream in =
        new DataInputStream(new ByteArrayInputStream(content, from.position(), from.remaining()))) {
      String text = in.readUTF();
      from.position(content.length - in.available());
      return text;
    } catch (EOFException e) {
      throw caused(new MessageEOFException("The bytes end before the string does"), e);
    } catch (IOException e) {
      throw caused(new MessageFormatException("The bytes are no UTF string: " + e.getMessage()), e);
    }
  }

  @Override
  public int readBytes(byte[] value) throws JMSException {
    return readBytes(value, value.length);
  }

  @Override
  public int readBytes(byte[] value, int length) throws JMSException {
    if (length < 0 || length > value.length) {
      throw new IndexOutOfBoundsException(
          "length " + length + " is not within 0 to " + value.length);
    }
    ByteBuffer from = readable(0);
    if (!from.hasRemaining()) {
      return -1;
    }
    int read = Math.min(length, from.remaining());
    from.get(value, 0, read);
    return read;
  }

  /** Writes one value. */
  private interface Write {
    void to(DataOutputStream out) throws IOException;
  }

  private void write(Write write) throws JMSException {
    checkBodyWriteable();
    try {
      write.to(out);
    } catch (IOException e) {
      throw caused(new MessageFormatException("The value cannot be written: " + e.getMessage()), e);
    }
  }

  @Override
  public void writeBoolean(boolean value) throws JMSException {
    write(to -> to.writeBoolean(value));
  }

  @Override
  public void writeByte(byte value) throws JMSException {
    write(to -> to.writeByte(value));
  }

  @Override
  public void writeShort(short value) throws JMSException {
    write(to -> to.writeShort(value));
  }

  @Override
  public void writeChar(char value) throws JMSException {
    write(to -> to.writeChar(value));
  }

  @Override
  public void writeInt(int value) throws JMSException {
    write(to -> to.writeInt(value));
  }

  @Override
  public void writeLong(long value) throws JMSException {
    write(to -> to.writeLong(value));
  }

  @Override
  public void writeFloat(float value) throws JMSException {
    write(to -> to.writeFloat(value));
  }

  @Override
  public void writeDouble(double value) throws JMSException {
    write(to -> to.writeDouble(value));
  }

  @Override
  public void writeUTF(String value) throws JMSException {
    write(to -> to.writeUTF(value));
  }

  @Override
  public void writeBytes(byte[] value) throws JMSException {
    write(to -> to.write(value));
  }

  @Override
  public void writeBytes(byte[] value, int offset, int length) throws JMSException {
    write(to -> to.write(value, offset, length));
  }

  @Override
  public void writeObject(Object value) throws JMSException {
    if (value == null) {
      throw new NullPointerException("the value is null");
    }
    Write write = writer(value);
    if (write == null) {
      throw new MessageFormatException(
          "A value of "
              + value.getClass().getName()
              + " cannot be written: use a primitive type's class, String or byte[]");
    }
    write(write);
  }

  private static Write writer(Object value) {
    if (value instanceof Boolean flag) {
      return to -> to.writeBoolean(flag);
    }
    if (value instanceof Byte number) {
      return to -> to.writeByte(number);
    }
    if (value instanceof Short number) {
      return to -> to.writeShort(number);
    }
    if (value instanceof Character character) {
      return to -> to.writeChar(character);
    }
    if (value instanceof Integer number) {
      return to -> to.writeInt(number);
    }
    if (value instanceof Long number) {
      return to -> to.writeLong(number);
    }
    if (value instanceof Float number) {
      return to -> to.writeFloat(number);
    }
    if (value instanceof Double number) {
      return to -> to.writeDouble(number);
    }
    if (value instanceof String text) {
      return to -> to.writeUTF(text);
    }
    return value instanceof byte[] bytes ? to -> to.write(bytes) : null;
  }

  @Override
  MessageType type() {
    return MessageType.BYTES;
  }

  @Override
  Body bodySnapshot() {
    return new Body.Bytes(written == null ? content : written.content());
  }

  @Override
  void emptyBody() {
    content = null;
    reading = null;
    written = new WrittenBytes();
    out = new DataOutputStream(written);
  }

  private boolean isEmpty() {
    return (written == null ? content.length : written.size()) == 0;
  }

  @Override
  Object bodyObject() {
    return isEmpty() ? null : content.clone();
  }

  @Override
  public <T> T getBody(Class<T> wanted) throws JMSException {
    // The API: reset before and after use.
    reset();
    return super.getBody(wanted);
  }

  @Override
  boolean isA(Class<?> wanted, Object body) {
    return wanted == byte[].class || wanted == Object.class;
  }

  @Override
  public boolean isBodyAssignableTo(Class wanted) {
    return isEmpty() || isA(wanted, content);
  }
}
