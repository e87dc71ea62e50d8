package io.bindery.broker.store;

import java.nio.ByteBuffer;

/** Keeps nothing, so that a broker in memory needs no special case. */
final class NullStore implements Store {
  @Override
  public boolean evicts() {
    return false;
  }

  @Override
  public long keepMessage(StoredMessage message) {
    throw nothingKept();
  }

  @Override
  public StoredMessage message(long position) {
    throw nothingKept();
  }

  @Override
  public long keepPage(ByteBuffer page, boolean durable) {
    throw nothingKept();
  }

  @Override
  public void readPage(long position, ByteBuffer page) {
    throw nothingKept();
  }

  @Override
  public void forget(long position, int bytes) {
    throw nothingKept();
  }

  private static IllegalStateException nothingKept() {
    return new IllegalStateException("a store that does not evict was asked to keep something");
  }
}
