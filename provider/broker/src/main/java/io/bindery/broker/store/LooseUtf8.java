package io.bindery.broker.store;

import java.nio.charset.StandardCharsets;

/**
 * UTF-8 that carries every String: a surrogate without its partner, which UTF-8 has no place for
 * and Java would replace by a question mark, is three bytes as any other character of its size.
 */
final class LooseUtf8 {
  /** What Java decodes malformed bytes to. */
  private static final char REPLACEMENT = '\uFFFD';

  /** The least code point for the bytes that follow the first, by their number. */
  private static final int[] LEAST = {0, 0x80, 0x800, 0x10000};

  private LooseUtf8() {}

  /** How many bytes a text takes. */
  static long length(String text) {
    int end = text.length();
    long bytes = end;
    for (int i = 0; i < end; i++) {
      char c = text.charAt(i);
      if (c >= 0x80) {
        // A pair is two characters and four bytes: two more, and the second adds none.
        bytes += c < 0x800 ? 1 : 2;
        i += isPair(text, i) ? 1 : 0;
      }
    }
    return bytes;
  }

  private static boolean isPair(String text, int i) {
    return Character.isHighSurrogate(text.charAt(i))
        && i + 1 < text.length()
        && Character.isLowSurrogate(text.charAt(i + 1));
  }

  /** The bytes of a text: fast for long ones of ASCII. */
  static byte[] encode(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    boolean ascii =
        bytes.length == text.length()
            && text.equals(new String(bytes, StandardCharsets.ISO_8859_1));
    if (ascii || bytes.length == length(text)) {
      // A replaced surrogate has one byte instead of three, so nothing was replaced.
      return bytes;
    }
    byte[] all = new byte[Math.toIntExact(length(text))];
    encode(text, all, 0);
    return all;
  }

  /**
   * Puts the bytes of a text into an array.
   *
   * @return where they end
   */
  static int encode(String text, byte[] to, int start) {
    int at = start;
    for (int i = 0; i < text.length(); i++) {
      int c = text.charAt(i);
      if (c < 0x80) {
        to[at++] = (byte) c;
        continue;
      }
      if (c < 0x800) {
        to[at++] = (byte) (0xC0 | c >> 6);
      } else {
        if (isPair(text, i)) {
          c = text.codePointAt(i++);
          to[at++] = (byte) (0xF0 | c >> 18);
          to[at++] = (byte) (0x80 | c >> 12 & 0x3F);
        } else {
          to[at++] = (byte) (0xE0 | c >> 12);
        }
        to[at++] = (byte) (0x80 | c >> 6 & 0x3F);
      }
      to[at++] = (byte) (0x80 | c & 0x3F);
    }
    return at;
  }

  /**
   * The text of some bytes.
   *
   * @param offset of the array's first byte within the record, for the error
   * @throws MalformedRecordException where they are none
   */
  static String decode(byte[] from, int offset) {
    String text = new String(from, StandardCharsets.UTF_8);
    return isCertain(text) ? text : decodeLoose(from, offset);
  }

  /** Whether a text that Java decoded cannot have had malformed bytes. */
  static boolean isCertain(String decoded) {
    return decoded.indexOf(REPLACEMENT) < 0;
  }

  private static String decodeLoose(byte[] from, int offset) {
    StringBuilder text = new StringBuilder(from.length);
    for (int i = 0; i < from.length; i++) {
      int lead = from[i];
      if (lead >= 0) {
        text.append((char) lead);
        continue;
      }
      int more = following(lead & 0xFF);
      int codePoint = lead & 0x3F >> more;
      boolean good = more > 0 && i + more < from.length;
      for (int k = i + 1; good && k <= i + more; k++) {
        good = (from[k] & 0xC0) == 0x80;
        codePoint = codePoint << 6 | from[k] & 0x3F;
      }
      if (!good || codePoint < LEAST[more] || codePoint > Character.MAX_CODE_POINT) {
        throw new MalformedRecordException(offset + i, "no UTF-8");
      }
      text.appendCodePoint(codePoint);
      i += more;
    }
    return text.toString();
  }

  private static int following(int lead) {
    if (lead >> 5 == 0b110) {
      return 1;
    }
    if (lead >> 4 == 0b1110) {
      return 2;
    }
    return lead >> 3 == 0b11110 ? 3 : 0;
  }
}
