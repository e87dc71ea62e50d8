package io.bindery.broker.journal;

/**
 * A segment that is in the log.
 *
 * @param number grows from segment to segment; the upper 32 bits of its records' positions
 * @param bytes how many of its bytes are used; of a segment whose successor is freed, its file's
 *     size
 */
public record SegmentInfo(long number, long bytes) {}
