package io.bindery.jms;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import jakarta.jms.BytesMessage;
import jakarta.jms.CompletionListener;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageEOFException;
import jakarta.jms.MessageFormatException;
import jakarta.jms.MessageNotReadableException;
import jakarta.jms.MessageNotWriteableException;
import jakarta.jms.StreamMessage;
import java.util.Date;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

@DisplayName("3.11 Bytes and streams: writing, reading, and where the next read begins")
class ReadingBodyTest extends JmsTest {
  private <T extends Message> T roundTrip(T message, Class<T> type) throws JMSException {
    try (MessageConsumer consumer = session.createConsumer(queue)) {
      session.createProducer(queue).send(message);
      return type.cast(consumer.receive(LONG_MS));
    }
  }

  private static void refuse(Class<? extends Throwable> failure, Executable... calls) {
    for (Executable call : calls) {
      assertThrows(failure, call);
    }
  }

  private static void refuseReads(Class<? extends Throwable> failure, BytesMessage bytes) {
    refuse(
        failure,
        bytes::readBoolean,
        bytes::readByte,
        bytes::readUnsignedByte,
        bytes::readShort,
        bytes::readUnsignedShort,
        bytes::readChar,
        bytes::readInt,
        bytes::readLong,
        bytes::readFloat,
        bytes::readDouble,
        bytes::readUTF);
  }

  private static void refuseWrites(BytesMessage bytes) {
    refuse(
        MessageNotWriteableException.class,
        () -> bytes.writeBoolean(true),
        () -> bytes.writeByte((byte) 1),
        () -> bytes.writeShort((short) 1),
        () -> bytes.writeChar('c'),
        () -> bytes.writeInt(1),
        () -> bytes.writeLong(1),
        () -> bytes.writeFloat(1),
        () -> bytes.writeDouble(1),
        () -> bytes.writeUTF("1"),
        () -> bytes.writeBytes(new byte[1]),
        () -> bytes.writeBytes(new byte[1], 0, 1),
        () -> bytes.writeObject(1));
  }

  private static void refuseReads(Class<? extends Throwable> failure, StreamMessage stream) {
    refuse(
        failure,
        stream::readBoolean,
        stream::readByte,
        stream::readShort,
        stream::readChar,
        stream::readInt,
        stream::readLong,
        stream::readFloat,
        stream::readDouble,
        stream::readString,
        stream::readObject);
  }

  private static void refuseWrites(StreamMessage stream) {
    refuse(
        MessageNotWriteableException.class,
        () -> stream.writeBoolean(true),
        () -> stream.writeByte((byte) 1),
        () -> stream.writeShort((short) 1),
        () -> stream.writeChar('c'),
        () -> stream.writeInt(1),
        () -> stream.writeLong(1),
        () -> stream.writeFloat(1),
        () -> stream.writeDouble(1),
        () -> stream.writeString("1"),
        () -> stream.writeBytes(new byte[1]),
        () -> stream.writeBytes(new byte[1], 0, 1),
        () -> stream.writeObject(1));
  }

  private static void write(BytesMessage bytes) throws JMSException {
    bytes.writeBoolean(true);
    bytes.writeByte((byte) -1);
    bytes.writeByte((byte) -1);
    bytes.writeShort((short) -2);
    bytes.writeShort((short) -2);
    bytes.writeChar('ä');
    bytes.writeInt(-3);
    bytes.writeLong(-4);
    bytes.writeFloat(0.5f);
    bytes.writeDouble(0.25);
    bytes.writeUTF("ä\u0000€");
    bytes.writeBytes(new byte[] {1, 2});
    bytes.writeBytes(new byte[] {1, 2, 3}, 1, 1);
    for (Object value :
        List.of(true, (byte) 1, (short) 2, 'c', 3, 4L, 5f, 6d, "7", new byte[] {8})) {
      bytes.writeObject(value);
    }
  }

  private static void assertReads(BytesMessage bytes) throws JMSException {
    assertEquals(true, bytes.readBoolean());
    assertEquals(-1, bytes.readByte());
    assertEquals(255, bytes.readUnsignedByte());
    assertEquals(-2, bytes.readShort());
    assertEquals(65_534, bytes.readUnsignedShort());
    assertEquals('ä', bytes.readChar());
    assertEquals(-3, bytes.readInt());
    assertEquals(-4, bytes.readLong());
    assertEquals(0.5f, bytes.readFloat());
    assertEquals(0.25, bytes.readDouble());
    assertEquals("ä\u0000€", bytes.readUTF());
    byte[] read = new byte[3];
    assertEquals(3, bytes.readBytes(read));
    assertArrayEquals(new byte[] {1, 2, 2}, read);
    assertEquals(true, bytes.readBoolean());
    assertEquals(1, bytes.readByte());
    assertEquals(2, bytes.readShort());
    assertEquals('c', bytes.readChar());
    assertEquals(3, bytes.readInt());
    assertEquals(4, bytes.readLong());
    assertEquals(5, bytes.readFloat());
    assertEquals(6, bytes.readDouble());
    assertEquals("7", bytes.readUTF());
    assertEquals(8, bytes.readByte());
    refuseReads(MessageEOFException.class, bytes);
    assertEquals(-1, bytes.readBytes(read));
  }

  @Test
  @DisplayName("3.11 bytes: each type, written, reset, read, sent and read again")
  void bytes() throws JMSException {
    BytesMessage bytes = session.createBytesMessage();
    write(bytes);
    refuseReads(MessageNotReadableException.class, bytes);
    refuse(
        MessageNotReadableException.class,
        () -> bytes.readBytes(new byte[1]),
        () -> bytes.readBytes(new byte[1], 1),
        bytes::getBodyLength);
    BytesMessage received = roundTrip(bytes, BytesMessage.class);
    assertReads(received);
    refuseWrites(received);
    // The sender's is still being written.
    bytes.writeInt(1);
    BytesMessage longer = roundTrip(bytes, BytesMessage.class);
    assertEquals(received.getBodyLength() + 4, longer.getBodyLength());
    bytes.clearBody();
    write(bytes);
    bytes.reset();
    refuseWrites(bytes);
    assertEquals(received.getBodyLength(), bytes.getBodyLength());
    assertReads(bytes);
    bytes.reset();
    assertReads(bytes);
    received.clearBody();
    refuseReads(MessageNotReadableException.class, received);
    received.writeInt(5);
    assertEquals(5, roundTrip(received, BytesMessage.class).readInt());
  }

  @Test
  @DisplayName("3.12 bytes: null is a NullPointerException, wrong types and ranges are refused")
  void wrongBytes() throws JMSException {
    BytesMessage bytes = session.createBytesMessage();
    refuse(
        NullPointerException.class,
        () -> bytes.writeObject(null),
        () -> bytes.writeUTF(null),
        () -> bytes.writeBytes(null),
        () -> bytes.writeBytes(null, 0, 0));
    refuse(
        MessageFormatException.class,
        () -> bytes.writeObject(new Date()),
        () -> bytes.writeObject(new int[1]),
        () -> bytes.writeUTF("x".repeat(70_000)));
    refuse(IndexOutOfBoundsException.class, () -> bytes.writeBytes(new byte[1], 0, 2));
    bytes.writeByte((byte) 1);
    bytes.reset();
    assertEquals(1, bytes.getBodyLength());
    refuse(
        IndexOutOfBoundsException.class,
        () -> bytes.readBytes(new byte[1], -1),
        () -> bytes.readBytes(new byte[1], 2));
    assertEquals(1, bytes.readByte());
  }

  @Test
  @DisplayName("3.11.3 bytes: a read that fails leaves the position where it was")
  void bytesPosition() throws JMSException {
    BytesMessage bytes = session.createBytesMessage();
    // The length of a string of 5 bytes, then bytes that are no UTF.
    bytes.writeBytes(new byte[] {0, 5, -1, -1, -1, -1, -1});
    BytesMessage received = roundTrip(bytes, BytesMessage.class);
    refuse(MessageFormatException.class, received::readUTF);
    refuse(MessageEOFException.class, received::readLong, received::readDouble);
    assertEquals(5, received.readShort());
    assertEquals(-1, received.readInt());
    refuse(MessageEOFException.class, received::readShort, received::readChar, received::readUTF);
    byte[] read = new byte[3];
    assertEquals(0, received.readBytes(read, 0));
    assertEquals(1, received.readBytes(read));
    assertEquals(-1, received.readBytes(read));
    received.reset();
    assertEquals(3, received.readBytes(read));
    assertEquals(2, received.readBytes(read, 2));
    assertEquals(2, received.readBytes(read));
    assertEquals(-1, received.readBytes(read));
  }

  private static void write(StreamMessage stream) throws JMSException {
    stream.writeBoolean(true);
    stream.writeByte((byte) 1);
    stream.writeShort((short) 2);
    stream.writeChar('c');
    stream.writeInt(3);
    stream.writeLong(4);
    stream.writeFloat(5);
    stream.writeDouble(6);
    stream.writeString("7");
    stream.writeString(null);
    stream.writeObject(null);
    stream.writeObject(8);
  }

  private static void assertReads(StreamMessage stream) throws JMSException {
    assertEquals(true, stream.readBoolean());
    assertEquals(1, stream.readByte());
    assertEquals(2, stream.readShort());
    assertEquals('c', stream.readChar());
    assertEquals(3, stream.readInt());
    assertEquals(4, stream.readLong());
    assertEquals(5, stream.readFloat());
    assertEquals(6, stream.readDouble());
    assertEquals("7", stream.readString());
    assertNull(stream.readString());
    assertNull(stream.readObject());
    assertEquals(8, stream.readObject());
    refuseReads(MessageEOFException.class, stream);
    refuse(MessageEOFException.class, () -> stream.readBytes(new byte[1]));
  }

  @Test
  @DisplayName("3.11 a stream: each type, written, reset, read, sent and read again")
  void stream() throws JMSException {
    StreamMessage stream = session.createStreamMessage();
    write(stream);
    refuseReads(MessageNotReadableException.class, stream);
    refuse(MessageNotReadableException.class, () -> stream.readBytes(new byte[1]));
    StreamMessage received = roundTrip(stream, StreamMessage.class);
    assertReads(received);
    refuseWrites(received);
    stream.writeString("more");
    stream.reset();
    refuseWrites(stream);
    assertEquals(true, stream.readBoolean());
    stream.clearBody();
    refuseReads(MessageNotReadableException.class, stream);
    write(stream);
    stream.reset();
    assertReads(stream);
    assertReads(roundTrip(stream, StreamMessage.class));
    received.reset();
    assertReads(received);
    received.clearBody();
    received.writeInt(5);
    assertEquals(5, roundTrip(received, StreamMessage.class).readInt());
  }

  @Test
  @DisplayName("3.11 a stream's array is read in parts, to its end, before anything else")
  void arrayInParts() throws JMSException {
    StreamMessage stream = session.createStreamMessage();
    byte[] array = {1, 2, 3, 4};
    stream.writeBytes(array);
    stream.writeBytes(array, 1, 2);
    array[0] = 9;
    stream.writeBytes(new byte[0]);
    stream.writeBytes(null);
    stream.writeInt(5);
    StreamMessage received = roundTrip(stream, StreamMessage.class);
    byte[] part = new byte[2];
    assertEquals(2, received.readBytes(part));
    assertArrayEquals(new byte[] {1, 2}, part);
    refuseReads(MessageFormatException.class, received);
    assertEquals(2, received.readBytes(part));
    assertArrayEquals(new byte[] {3, 4}, part);
    refuse(MessageFormatException.class, received::readObject);
    assertEquals(-1, received.readBytes(part));
    assertEquals(2, received.readBytes(new byte[3]));
    assertEquals(0, received.readBytes(part));
    assertEquals(-1, received.readBytes(part));
    refuse(MessageFormatException.class, () -> received.readBytes(part));
    assertEquals(5, received.readInt());
    received.reset();
    assertEquals(0, received.readBytes(new byte[0]));
    assertEquals(2, received.readBytes(part));
    received.reset();
    byte[] copy = (byte[]) received.readObject();
    assertArrayEquals(new byte[] {1, 2, 3, 4}, copy);
    copy[0] = 9;
    received.reset();
    assertEquals(2, received.readBytes(part));
    assertEquals(1, part[0]);
  }

  @Test
  @DisplayName("3.11 a stream's empty array, read into an empty one, ends too")
  void emptyArray() throws JMSException {
    StreamMessage stream = session.createStreamMessage();
    stream.writeBytes(new byte[0]);
    stream.writeInt(5);
    stream.reset();
    assertEquals(0, stream.readBytes(new byte[0]));
    assertEquals(-1, stream.readBytes(new byte[0]));
    assertEquals(5, stream.readInt());
  }

  @Test
  @DisplayName("3.11.3 a stream: wrong objects and ranges are refused")
  void wrongValues() throws JMSException {
    StreamMessage stream = session.createStreamMessage();
    refuse(
        MessageFormatException.class,
        () -> stream.writeObject(new Date()),
        () -> stream.writeObject(List.of()));
    refuse(IndexOutOfBoundsException.class, () -> stream.writeBytes(new byte[1], 0, 2));
    stream.writeBytes(null, 0, 0);
    stream.reset();
    assertEquals(-1, stream.readBytes(new byte[1]));
    refuse(MessageEOFException.class, stream::readObject);
  }

  @Test
  @DisplayName("7.3 the CompletionListener reads bytes and streams without a reset")
  void resetForListeners() throws JMSException, InterruptedException {
    BlockingQueue<Object> read = new LinkedBlockingQueue<>();
    CompletionListener listener =
        new CompletionListener() {
          @Override
          public void onCompletion(Message message) {
            read.add(
                JmsExceptions.call(
                    () ->
                        message instanceof BytesMessage bytes
                            ? bytes.readInt()
                            : ((StreamMessage) message).readInt()));
          }

          @Override
          public void onException(Message message, Exception failure) {
            read.add(failure);
          }
        };
    BytesMessage bytes = session.createBytesMessage();
    bytes.writeInt(1);
    session.createProducer(queue).send(bytes, listener);
    assertEquals(1, next(read));
    StreamMessage stream = session.createStreamMessage();
    stream.writeInt(2);
    session.createProducer(queue).send(stream, listener);
    assertEquals(2, next(read));
  }
}
