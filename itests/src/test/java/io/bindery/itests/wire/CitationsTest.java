package io.bindery.itests.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Every wire test says why it expects what it does. */
class CitationsTest {
  @Test
  void everyWireTestCites() {
    List<Method> silent =
        Stream.of(
                AccessWireTest.class,
                DifferencesWireTest.class,
                HandshakeWireTest.class,
                FramingWireTest.class,
                ExchangeWireTest.class,
                QueueWireTest.class,
                QueueArgumentsWireTest.class,
                ConsumeWireTest.class,
                SettleWireTest.class,
                PublishWireTest.class,
                LimitsWireTest.class,
                ReplyTextWireTest.class)
            .flatMap(each -> Arrays.stream(each.getDeclaredMethods()))
            .filter(each -> each.isAnnotationPresent(Test.class))
            .filter(each -> !each.isAnnotationPresent(Cites.class))
            .toList();
    assertEquals(List.of(), silent);
  }
}
