package io.bindery.amqp.codec;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/**
 * Strings of the wire, which are UTF-8 by the specification and any bytes in practice (RabbitMQ
 * passes them on unseen). A byte that is no UTF-8 becomes the lone surrogate U+DC80 to U+DCFF of
 * its value, and that becomes the byte again, so that everything round-trips.
 */
public final class WireText {
  private static final char REPLACEMENT = '\uFFFD';
  private static final int ESCAPE = 0xDC00;

  private WireText() {}

  /** The text of some bytes. */
  public static String decode(byte[] from) {
    return decode(from, from.length);
  }

  static String decode(byte[] from, int length) {
    String text = new String(from, 0, length, StandardCharsets.UTF_8);
    return text.indexOf(REPLACEMENT) < 0 ? text : decodeEscaped(from, length);
  }

  private static String decodeEscaped(byte[] from, int length) {
    StringBuilder text = new StringBuilder(length);
    int i = 0;
    while (i < length) {
      int size = sequence(from, i, length);
      if (size == 0) {
        text.append((char) (ESCAPE + (from[i] & 0xFF)));
        i++;
      } else {
        text.append(new String(from, i, size, StandardCharsets.UTF_8));
        i += size;
      }
    }
    return text.toString();
  }

  /** How many bytes the character at a place has, 0 when there is none. */
  private static int sequence(byte[] from, int at, int length) {
    int lead = from[at] & 0xFF;
    int size = lead < 0x80 ? 1 : lead < 0xC2 ? 0 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
    if (size == 0 || lead > 0xF4 || at + size > length) {
      return 0;
    }
    for (int i = at + 1; i < at + size; i++) {
      if ((from[i] & 0xC0) != 0x80) {
        return 0;
      }
    }
    return size > 2 && !isCodePoint(lead, from[at + 1] & 0xFF) ? 0 : size;
  }

  /** Neither longer than need be, nor a surrogate, nor beyond Unicode (RFC 3629, 4). */
  private static boolean isCodePoint(int lead, int second) {
    return switch (lead) {
      case 0xE0 -> second >= 0xA0;
      case 0xED -> second < 0xA0;
      case 0xF0 -> second >= 0x90;
      case 0xF4 -> second < 0x90;
      default -> true;
    };
  }

  /** The bytes of a text. */
  public static byte[] encode(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (Character.isSurrogate(text.charAt(i))) {
        return encodeEscaped(text);
      }
    }
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] encodeEscaped(String text) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(text.length() * 2);
    text.codePoints()
        .forEach(
            c -> {
              if (c >= ESCAPE + 0x80 && c <= ESCAPE + 0xFF) {
                bytes.write(c - ESCAPE);
              } else {
                bytes.writeBytes(Character.toString(c).getBytes(StandardCharsets.UTF_8));
              }
            });
    return bytes.toByteArray();
  }

  /**
   * Writes a text.
   *
   * @return how many bytes
   */
  static int write(ByteBuf out, String text) {
    if (isAscii(text)) {
      return ByteBufUtil.writeAscii(out, text);
    }
    byte[] bytes = encode(text);
    out.writeBytes(bytes);
    return bytes.length;
  }

  private static boolean isAscii(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) >= 0x80) {
        return false;
      }
    }
    return true;
  }
}
