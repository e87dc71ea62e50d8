package io.bindery.jms.message;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.bindery.engine.Body;
import jakarta.jms.JMSException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What was handed out never changes, and is not copied without need. */
class WrittenBytesTest {
  @Test
  void whatWasHandedOutStaysAsItWas() throws IOException {
    long seed = Long.getLong("bindery.seed", new Random().nextLong());
    System.getLogger("seeds")
        .log(System.Logger.Level.INFO, "written bytes: seed {0}", Long.toString(seed));
    Random random = new Random(seed);
    WrittenBytes written = new WrittenBytes();
    ByteArrayOutputStream expected = new ByteArrayOutputStream();
    List<byte[]> handedOut = new ArrayList<>();
    List<byte[]> wasThen = new ArrayList<>();
    for (int i = 0; i < 500; i++) {
      if (random.nextBoolean()) {
        int value = random.nextInt(256);
        written.write(value);
        expected.write(value);
      } else {
        byte[] some = new byte[random.nextInt(200)];
        random.nextBytes(some);
        int from = random.nextInt(some.length + 1);
        written.write(some, from, some.length - from);
        expected.write(some, from, some.length - from);
      }
      if (random.nextInt(4) == 0) {
        handedOut.add(written.content());
        wasThen.add(expected.toByteArray());
      }
      assertEquals(expected.size(), written.size(), "seed " + seed);
    }
    for (int i = 0; i < handedOut.size(); i++) {
      assertArrayEquals(wasThen.get(i), handedOut.get(i), "seed " + seed);
    }
  }

  @Test
  void aBodyOfOnePieceIsCopiedOnce() throws JMSException {
    JmsBytesMessage message = new JmsBytesMessage();
    message.writeBytes(new byte[100_000]);
    byte[] first = ((Body.Bytes) message.bodySnapshot()).content();
    assertEquals(100_000, first.length);
    assertSame(first, ((Body.Bytes) message.bodySnapshot()).content(), "sent again");
    message.writeByte((byte) 1);
    assertEquals(100_001, ((Body.Bytes) message.bodySnapshot()).content().length);
    assertEquals(100_000, first.length);
  }

  @Test
  void rangesAreChecked() {
    WrittenBytes written = new WrittenBytes();
    byte[] three = new byte[3];
    assertThrows(IndexOutOfBoundsException.class, () -> written.write(three, 2, 2));
    assertThrows(IndexOutOfBoundsException.class, () -> written.write(three, -1, 2));
    assertThrows(IndexOutOfBoundsException.class, () -> written.write(three, 0, Integer.MAX_VALUE));
    assertEquals(0, written.size());
  }
}
