package io.bindery.sample.orders;

/**
 * The order desk's limits, each in one place with its number. Errors name the number they enforce.
 */
public final class Limits {
  /** A line of an uploaded file, in bytes without its line end. */
  public static final int LINE_BYTES = 4_096;

  /** An uploaded file, in bytes. */
  public static final long UPLOAD_BYTES = 64L * 1024 * 1024;

  /** Lines of one uploaded file. */
  public static final long UPLOAD_LINES = 500_000;

  /**
   * Lines that one transaction publishes; the last line of a committed chunk is the confirmed line.
   */
  public static final int CHUNK_LINES = 500;

  /** Bad lines kept per upload for the report; further ones are only counted. */
  public static final int REPORTED_BAD_LINES = 1_000;

  /** Uploads that the desk remembers; the oldest one that is not running makes room. */
  public static final int UPLOADS = 50;

  /** The body of a JSON request, in bytes. */
  public static final int JSON_BYTES = 16_384;

  /**
   * Orders that the database keeps as recorded, over all beans. When an upload is opened beyond it,
   * what was recorded of no upload goes, then whole uploads, oldest first.
   */
  public static final long RECORDED_ORDERS = 2_000_000;

  /** Runs of which failures and redeliveries are counted for each order; the oldest makes room. */
  public static final int COUNTED_RUNS = 50;

  /** Dead letters listed per queue, and sent again per transaction. */
  public static final int DEAD_LETTERS = 500;

  /** Pages that watch the desk at the same time. */
  public static final int WATCHERS = 50;

  /** How long a price request waits for its reply, in milliseconds. */
  public static final long PRICE_TIMEOUT_MS = 5_000;

  private Limits() {}
}
