package io.bindery.broker.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import org.junit.jupiter.api.Test;

/** When it is looked whether a segment should be left. */
class SparseTest {
  private static final long SEGMENT_BYTES = 64 << 20;
  private static final int MESSAGE_BYTES = 300;

  @Test
  void aSegmentThatEmptiesIsLookedAtAFewTimes() {
    int looks = 0;
    for (long needed = SEGMENT_BYTES - MESSAGE_BYTES; needed > 0; needed -= MESSAGE_BYTES) {
      if (Evacuation.becomesSparse(SEGMENT_BYTES, needed, MESSAGE_BYTES)) {
        looks++;
      }
    }
    // At a quarter, an eighth and so on, down to a thousandth, and when there is less than that.
    assertEquals(9, looks);
  }

  @Test
  void ofAQueueThatIsAllButEmptyNobodyIsWokenForEachMessage() {
    for (int waiting = 1; waiting < 100; waiting++) {
      long needed = (long) waiting * MESSAGE_BYTES;
      assertFalse(
          Evacuation.becomesSparse(SEGMENT_BYTES, needed, MESSAGE_BYTES), waiting + " messages");
    }
  }
}
