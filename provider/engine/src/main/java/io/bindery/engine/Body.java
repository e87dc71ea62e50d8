package io.bindery.engine;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/**
 * What a message carries, immutable, in the form in which it was given: text, map and stream bodies
 * are encoded only when somebody needs bytes, so that a message within one virtual machine is never
 * encoded at all.
 */
public sealed interface Body {
  /** A body of no bytes. */
  Body EMPTY = new Bytes(new byte[0]);

  /**
   * The bytes that are charged against memory limits: exact for bytes, an estimate for what is not
   * encoded.
   */
  int sizeBytes();

  /** Bytes as they are. The array belongs to the body from then on: nobody changes it. */
  record Bytes(byte[] content) implements Body {
    @Override
    public int sizeBytes() {
      return content.length;
    }
  }

  /**
   * A Java object that was serialised in this virtual machine: what comes over a wire is never one
   * of these, so that whoever deserialises can tell. The array belongs to the body from then on.
   */
  record Serialized(byte[] content) implements Body {
    @Override
    public int sizeBytes() {
      return content.length;
    }
  }

  /** Text, UTF-8 once it is encoded. */
  record Text(String content) implements Body {
    @Override
    public int sizeBytes() {
      return content.length();
    }

    /** The text in UTF-8. */
    public byte[] encoded() {
      return content.getBytes(StandardCharsets.UTF_8);
    }
  }

  /** Named values (JMS map): values are immutable, byte arrays are never changed. */
  record Table(Map<String, Object> content) implements Body {
    @Override
    public int sizeBytes() {
      return 16
          + content.entrySet().stream()
              .mapToInt(e -> e.getKey().length() + Body.sizeOf(e.getValue()))
              .sum();
    }
  }

  /** Values in order (JMS stream): immutable, byte arrays are never changed; null is a value. */
  record Sequence(List<Object> content) implements Body {
    @Override
    public int sizeBytes() {
      return 16 + content.stream().mapToInt(Body::sizeOf).sum();
    }
  }

  private static int sizeOf(Object value) {
    if (value instanceof String text) {
      return 8 + text.length();
    }
    return value instanceof byte[] bytes ? 8 + bytes.length : 16;
  }
}
