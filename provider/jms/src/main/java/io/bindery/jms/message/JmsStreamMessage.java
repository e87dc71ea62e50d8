package io.bindery.jms.message;

import io.bindery.engine.Body;
import jakarta.jms.JMSException;
import jakarta.jms.MessageEOFException;
import jakarta.jms.MessageFormatException;
import jakarta.jms.MessageNotReadableException;
import jakarta.jms.StreamMessage;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * A message with values in order (Jakarta Messaging 3.11): written first, and read after {@link
 * #reset}.
 */
public final class JmsStreamMessage extends JmsMessage implements StreamMessage {
  private static final int NO_ARRAY = -1;

  private List<Object> values;
  private boolean reading;
  private int position;
  private int arrayOffset = NO_ARRAY;

  /** An empty message, to be written. */
  public JmsStreamMessage() {
    values = new ArrayList<>();
  }

  JmsStreamMessage(Body.Sequence body) {
    values = body.content();
    reading = true;
  }

  @Override
  public void reset() {
    reading = true;
    position = 0;
    arrayOffset = NO_ARRAY;
    bodyReadOnly(true);
  }

  /** Converts a value. */
  private interface Conversion<T> {
    T of(Object value) throws MessageFormatException;
  }

  /** Reads the next value; when it cannot be converted the position stays (3.11.3). */
  private <T> T read(Conversion<T> conversion) throws JMSException {
    Object value = next();
    if (arrayOffset != NO_ARRAY) {
      throw new MessageFormatException(
          "A byte array is being read: go on with readBytes until it returns -1");
    }
    T converted = conversion.of(value);
    position++;
    return converted;
  }

  private Object next() throws JMSException {
    if (!reading) {
      throw new MessageNotReadableException("The body is being written: call reset() first");
    }
    if (position >= values.size()) {
      throw new MessageEOFException("The stream has no more than " + values.size() + " values");
    }
    return Conversions.readable(values.get(position));
  }

  @Override
  public boolean readBoolean() throws JMSException {
    return read(Conversions::toBoolean);
  }

  @Override
  public byte readByte() throws JMSException {
    return read(Conversions::toByte);
  }

  @Override
  public short readShort() throws JMSException {
    return read(Conversions::toShort);
  }

  @Override
  public char readChar() throws JMSException {
    return read(Conversions::toChar);
  }

  @Override
  public int readInt() throws JMSException {
    return read(Conversions::toInt);
  }

  @Override
  public long readLong() throws JMSException {
    return read(Conversions::toLong);
  }

  @Override
  public float readFloat() throws JMSException {
    return read(Conversions::toFloat);
  }

  @Override
  public double readDouble() throws JMSException {
    return read(Conversions::toDouble);
  }

  @Override
  public String readString() throws JMSException {
    return read(Conversions::toText);
  }

  @Override
  public Object readObject() throws JMSException {
    return read(Conversions::received);
  }

  @Override
  public int readBytes(byte[] target) throws JMSException {
    Object value = next();
    if (value == null) {
      position++;
      return -1;
    }
    if (!(value instanceof byte[] bytes)) {
      throw new MessageFormatException(
          "A " + value.getClass().getSimpleName() + " cannot be read as byte[]");
    }
    if (arrayOffset == bytes.length) {
      arrayOffset = NO_ARRAY;
      position++;
      return -1;
    }
    int offset = Math.max(0, arrayOffset);
    int length = Math.min(target.length, bytes.length - offset);
    System.arraycopy(bytes, offset, target, 0, length);
    // A target that is not filled tells the reader that the array is at its end; a filled one does
    // not.
    if (length < target.length) {
      arrayOffset = NO_ARRAY;
      position++;
    } else {
      arrayOffset = offset + length;
    }
    return length;
  }

  private void write(Object value) throws JMSException {
    checkBodyWriteable();
    values.add(Conversions.bodyValue(value));
  }

  @Override
  public void writeBoolean(boolean value) throws JMSException {
    write(value);
  }

  @Override
  public void writeByte(byte value) throws JMSException {
    write(value);
  }

  @Override
  public void writeShort(short value) throws JMSException {
    write(value);
  }

  @Override
  public void writeChar(char value) throws JMSException {
    write(value);
  }

  @Override
  public void writeInt(int value) throws JMSException {
    write(value);
  }

  @Override
  public void writeLong(long value) throws JMSException {
    write(value);
  }

  @Override
  public void writeFloat(float value) throws JMSException {
    write(value);
  }

  @Override
  public void writeDouble(double value) throws JMSException {
    write(value);
  }

  @Override
  public void writeString(String value) throws JMSException {
    write(value);
  }

  @Override
  public void writeBytes(byte[] value) throws JMSException {
    write(value);
  }

  @Override
  public void writeBytes(byte[] value, int offset, int length) throws JMSException {
    write(Conversions.part(value, offset, length));
  }

  @Override
  public void writeObject(Object value) throws JMSException {
    write(value);
  }

  @Override
  MessageType type() {
    return MessageType.STREAM;
  }

  @Override
  Body bodySnapshot() {
    // Nothing is added to a list that was read-only once: clearing makes another.
    return new Body.Sequence(
        Collections.unmodifiableList(bodyReadOnly() ? values : new ArrayList<>(values)));
  }

  @Override
  void emptyBody() {
    values = new ArrayList<>();
    reading = false;
    position = 0;
    arrayOffset = NO_ARRAY;
  }

  @Override
  public <T> T getBody(Class<T> wanted) throws JMSException {
    throw new MessageFormatException("The body of a stream message cannot be had as one object");
  }

  @Override
  public boolean isBodyAssignableTo(Class wanted) {
    return false;
  }
}
