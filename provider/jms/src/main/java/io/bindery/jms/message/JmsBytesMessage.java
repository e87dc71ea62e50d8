package io.bindery.jms.message;

import io.bindery.engine.Body;
import jakarta.jms.BytesMessage;
import jakarta.jms.JMSException;
import jakarta.jms.MessageEOFException;
import jakarta.jms.MessageFormatException;
import jakarta.jms.MessageNotReadableException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;

/** A message with bytes (Jakarta Messaging 3.11): written first, and read after {@link #reset}. */
public final class JmsBytesMessage extends JmsMessage implements BytesMessage {
  private byte[] content;
  private ByteArrayOutputStream written = new ByteArrayOutputStream();
  private DataOutputStream out = new DataOutputStream(written);
  private DataInputStream in;

  /** An empty message, to be written. */
  public JmsBytesMessage() {}

  JmsBytesMessage(Body body) {
    content = body instanceof Body.Text text ? text.encoded() : ((Body.Bytes) body).content();
    open();
  }

  private void open() {
    written = null;
    out = null;
    in = new DataInputStream(new ByteArrayInputStream(content));
  }

  @Override
  public void reset() {
    if (written != null) {
      content = written.toByteArray();
    }
    open();
    bodyReadOnly(true);
  }

  @Override
  public long getBodyLength() throws JMSException {
    checkReadable();
    return content.length;
  }

  private void checkReadable() throws MessageNotReadableException {
    if (in == null) {
      throw new MessageNotReadableException("The body is being written: call reset() first");
    }
  }

  /** Reads one value. */
  private interface Read<T> {
    T from(DataInputStream in) throws IOException;
  }

  private <T> T read(Read<T> read) throws JMSException {
    checkReadable();
    // A value that does not fit leaves the position where it was.
    in.mark(0);
    try {
      return read.from(in);
    } catch (EOFException e) {
      rewind();
      throw caused(new MessageEOFException("The bytes end before the value does"), e);
    } catch (IOException e) {
      rewind();
      throw caused(new MessageFormatException("The bytes are no UTF string: " + e.getMessage()), e);
    }
  }

  private void rewind() {
    try {
      in.reset();
    } catch (IOException e) {
      throw new IllegalStateException("an array in memory can always be rewound", e);
    }
  }

  private static JMSException caused(JMSException failure, Exception cause) {
    failure.initCause(cause);
    return failure;
  }

  @Override
  public boolean readBoolean() throws JMSException {
    return read(DataInputStream::readBoolean);
  }

  @Override
  public byte readByte() throws JMSException {
    return read(DataInputStream::readByte);
  }

  @Override
  public int readUnsignedByte() throws JMSException {
    return read(DataInputStream::readUnsignedByte);
  }

  @Override
  public short readShort() throws JMSException {
    return read(DataInputStream::readShort);
  }

  @Override
  public int readUnsignedShort() throws JMSException {
    return read(DataInputStream::readUnsignedShort);
  }

  @Override
  public char readChar() throws JMSException {
    return read(DataInputStream::readChar);
  }

  @Override
  public int readInt() throws JMSException {
    return read(DataInputStream::readInt);
  }

  @Override
  public long readLong() throws JMSException {
    return read(DataInputStream::readLong);
  }

  @Override
  public float readFloat() throws JMSException {
    return read(DataInputStream::readFloat);
  }

  @Override
  public double readDouble() throws JMSException {
    return read(DataInputStream::readDouble);
  }

  @Override
  public String readUTF() throws JMSException {
    return read(from -> from.readUTF());
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
    return read(from -> from.read(value, 0, length));
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
    return new Body.Bytes(written == null ? content : written.toByteArray());
  }

  @Override
  void emptyBody() {
    content = null;
    in = null;
    written = new ByteArrayOutputStream();
    out = new DataOutputStream(written);
  }

  @Override
  Object bodyObject() {
    return content.length == 0 ? null : content.clone();
  }

  @Override
  public <T> T getBody(Class<T> wanted) throws JMSException {
    // The API: reset before and after use.
    reset();
    return super.getBody(wanted);
  }

  @Override
  public boolean isBodyAssignableTo(Class wanted) {
    return wanted == byte[].class || wanted == Object.class;
  }
}
