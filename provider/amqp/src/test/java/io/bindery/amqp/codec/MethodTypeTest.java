package io.bindery.amqp.codec;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.reflect.Constructor;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class MethodTypeTest {
  static Stream<Class<?>> methods() {
    return Arrays.stream(Method.class.getPermittedSubclasses())
        .flatMap(type -> Arrays.stream(type.getPermittedSubclasses()));
  }

  @ParameterizedTest
  @MethodSource("methods")
  void whatIsWrittenIsReadAgain(Class<?> type) throws ReflectiveOperationException {
    for (boolean odd : new boolean[] {true, false}) {
      Method method = sample(type, odd);
      int channel = method instanceof ConnectionMethod ? 0 : 7;
      byte[] bytes = Bytes.conversation(out -> Frames.method(out, channel, method));
      Recording read = Recording.of(4096, bytes);
      assertEquals(List.of("header true", channel + " " + method), read.events);
      assertEquals(List.of(method), read.methods);
    }
  }

  /** Bits alternate, so that one in the wrong place shows. */
  private static Method sample(Class<?> type, boolean odd) throws ReflectiveOperationException {
    List<Object> values = new ArrayList<>();
    boolean bit = odd;
    int number = 40;
    for (RecordComponent component : type.getRecordComponents()) {
      number++;
      if (component.getType() == boolean.class) {
        values.add(bit);
        bit = !bit;
      } else if (component.getType() == int.class) {
        values.add(odd ? number : 200);
      } else if (component.getType() == long.class) {
        values.add(odd ? number : 0xFFFF_FFFEL);
      } else if (component.getType() == String.class) {
        values.add(odd ? "value " + number : "größer als nichts");
      } else {
        values.add(odd ? Map.of("name" + number, number) : Map.of());
      }
    }
    Constructor<?> constructor = type.getDeclaredConstructors()[0];
    return (Method) constructor.newInstance(values.toArray());
  }

  @Test
  void everyMethodHasItsRecord() throws ReflectiveOperationException {
    Set<MethodType> found = EnumSet.noneOf(MethodType.class);
    for (Class<?> type : methods().toList()) {
      found.add(sample(type, true).type());
    }
    assertEquals(EnumSet.allOf(MethodType.class), found);
  }

  /** AMQP 0-9-1, 4.2.4 and 4.2.5: octet by octet, as the grammar says. */
  @Test
  void aDeclareIsTheseBytes() {
    Method declare = new QueueMethod.Declare("ab", false, true, false, true, true, Map.of("k", 1));
    byte[] expected =
        Bytes.of(
            1, 0, 3, 0, 0, 0, 22, // frame header: method, channel 3, 22 bytes
            0, 50, 0, 10, // queue.declare
            0, 0, // reserved-1
            2, 'a', 'b', // queue
            0b11010, // passive, durable, exclusive, auto-delete, no-wait from the low bit on
            0, 0, 0, 8, 1, 'k', 'I', 0, 0, 0, 1, // arguments; the length is that of what follows
            0xCE);
    expected[6] = (byte) (expected.length - 8);
    expected[20] = 7;
    assertArrayEquals(expected, Bytes.written(out -> Frames.method(out, 3, declare)));
  }

  @Test
  void namesAreTheSpecificationsOwn() {
    assertEquals("basic.get-ok", MethodType.BASIC_GET_OK.toString());
    assertEquals("connection.update-secret", MethodType.CONNECTION_UPDATE_SECRET.toString());
  }
}
