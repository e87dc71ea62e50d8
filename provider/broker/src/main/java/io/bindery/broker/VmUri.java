package io.bindery.broker;

import io.bindery.engine.AmqpException;
import io.bindery.engine.ReplyCode;
import java.net.URI;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A URI of an embedded broker, understood: {@code vm://NAME?memory=256m}.
 *
 * @param name 1 to 64 letters, digits, dots, underscores and hyphens
 * @param memoryBytes how much of the heap messages may take, 0 when it is not said
 */
record VmUri(String name, long memoryBytes) {
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]{1,64}");
  private static final Pattern SIZE = Pattern.compile("([0-9]{1,9})([kmg]?)");
  private static final int HEAP_SHARE = 4;

  /** What messages may take when the URI does not say: a quarter of the largest heap. */
  static long defaultMemoryBytes() {
    return Runtime.getRuntime().maxMemory() / HEAP_SHARE;
  }

  static VmUri parse(URI uri) throws AmqpException {
    String name = uri.getRawAuthority();
    if (name == null || !NAME.matcher(name).matches()) {
      throw wrong(
          name != null && name.contains("@")
              ? "it takes no user and password: they belong to the connection factory"
              : "the name "
                  + (name == null ? "is missing" : "'" + name + "' is not allowed")
                  + ": write vm://NAME with 1 to 64 letters, digits, dots, underscores or hyphens");
    }
    if (uri.getRawPath() != null && !uri.getRawPath().isEmpty()) {
      throw wrong(
          "there must be nothing between the name and a '?', but there is '"
              + uri.getRawPath()
              + "'");
    }
    if (uri.getRawFragment() != null) {
      throw wrong("there is '#" + uri.getRawFragment() + "', but it takes no fragment");
    }
    return new VmUri(name, memoryBytes(uri.getQuery()));
  }

  private static long memoryBytes(String query) throws AmqpException {
    long memoryBytes = 0;
    for (String parameter : query == null || query.isEmpty() ? new String[0] : query.split("&")) {
      int equals = parameter.indexOf('=');
      String key = equals < 0 ? parameter : parameter.substring(0, equals);
      String value = equals < 0 ? "" : parameter.substring(equals + 1);
      switch (key) {
        case "memory" -> {
          if (memoryBytes != 0) {
            throw wrong("memory is given twice");
          }
          memoryBytes = bytes(value);
        }
        case "dir" ->
            throw new AmqpException(
                ReplyCode.NOT_IMPLEMENTED,
                "The broker URI has dir, but durable directories are not supported by this engine"
                    + " version; leave dir out to keep messages in memory");
        default -> throw wrong("there is no parameter '" + key + "'; there is memory");
      }
    }
    return memoryBytes;
  }

  private static long bytes(String text) throws AmqpException {
    Matcher size = SIZE.matcher(text.toLowerCase(Locale.ROOT));
    if (!size.matches() || Long.parseLong(size.group(1)) == 0) {
      throw wrong(
          "memory is '"
              + text
              + "', but must be a number from 1 to 999999999 with k, m, g or nothing behind it");
    }
    int shift =
        switch (size.group(2)) {
          case "k" -> 10;
          case "m" -> 20;
          case "g" -> 30;
          default -> 0;
        };
    return Long.parseLong(size.group(1)) << shift;
  }

  private static AmqpException wrong(String what) {
    return new AmqpException(ReplyCode.NOT_ALLOWED, "The broker URI is wrong: " + what);
  }

  /** The URI without parameters. */
  URI plain() {
    return URI.create("vm://" + name);
  }
}
