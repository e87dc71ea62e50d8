package io.bindery.broker.journal;

import java.nio.ByteBuffer;

/**
 * A record that was read back.
 *
 * @param type what it was appended as
 * @param payload read-only
 */
public record StoredRecord(int type, ByteBuffer payload) {}
