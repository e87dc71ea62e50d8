package io.bindery.amqp.codec;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;

class WireTextTest {
  private static final int[] INTERESTING = {
    0, 'a', 0x7F, 0x80, 0xBF, 0xC0, 0xC2, 0xC3, 0xDF, 0xE0, 0xE2, 0xED, 0xA0, 0x9F, 0xF0, 0xF4,
    0x90, 0x8F, 0xF5, 0xFF
  };

  @Test
  void anyBytesComeBack() {
    long seed = Long.getLong("bindery.seed", new Random().nextLong());
    Random random = new Random(seed);
    for (int round = 0; round < 50_000; round++) {
      byte[] bytes = new byte[random.nextInt(12)];
      for (int i = 0; i < bytes.length; i++) {
        bytes[i] = (byte) INTERESTING[random.nextInt(INTERESTING.length)];
      }
      assertArrayEquals(bytes, WireText.encode(WireText.decode(bytes)), "seed " + seed);
    }
  }

  @Test
  void utf8IsWhatItIs() {
    String text = "aä€😀\uFFFD";
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    assertEquals(text, WireText.decode(bytes));
    assertArrayEquals(bytes, WireText.encode(text));
  }

  @Test
  void otherBytesAreLoneSurrogates() {
    assertEquals("a\uDCFFb", WireText.decode(Bytes.of('a', 0xFF, 'b')));
    assertEquals("\uDCED\uDCA0\uDC80", WireText.decode(Bytes.of(0xED, 0xA0, 0x80)));
  }
}
