package io.bindery.broker.queue;

import static org.junit.jupiter.api.Assertions.assertNotNull;

import io.bindery.broker.store.Store;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;

/**
 * A store that keeps what it is given in maps, so that pages are evicted and read back. One thread.
 */
final class MapStore implements Store {
  final Map<Long, Object> kept = new HashMap<>();
  long evictions;
  private long next = 1;

  @Override
  public boolean evicts() {
    return true;
  }

  @Override
  public long keepMessage(StoredMessage message) {
    kept.put(next, message);
    return next++;
  }

  @Override
  public StoredMessage message(long position) {
    return (StoredMessage) assertNotNullAt(position);
  }

  @Override
  public long keepPage(ByteBuffer page, boolean durable) {
    evictions++;
    byte[] bytes = new byte[page.remaining()];
    page.get(bytes);
    kept.put(next, bytes);
    return next++;
  }

  @Override
  public void readPage(long position, ByteBuffer page) {
    page.put((byte[]) assertNotNullAt(position));
  }

  @Override
  public void forget(long position, int bytes) {
    assertNotNullAt(position);
    kept.remove(position);
  }

  private Object assertNotNullAt(long position) {
    Object there = kept.get(position);
    assertNotNull(there, "position " + position + " was forgotten");
    return there;
  }
}
