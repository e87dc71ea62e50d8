package io.bindery.broker;

import io.bindery.engine.AmqpException;
import io.bindery.engine.ReplyCode;
import java.net.URI;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A URI of an embedded broker, understood: {@code vm://NAME?memory=256m}.
 *
 * @param name 1 to 64 letters, digits, dots, underscores and hyphens
 * @param memoryBytes how much of the heap messages may take, 0 when it is not said
 * @param users path of a file with the users that may connect and their passwords, empty for
 *     everybody
 */
record VmUri(String name, long memoryBytes, String users) {
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
    Map<String, String> parameters = parameters(uri.getQuery());
    String memory = parameters.get("memory");
    String users = parameters.getOrDefault("users", "");
    if (users.isEmpty() && parameters.containsKey("users")) {
      throw wrong("users is empty, but must be the path of a file with lines USER = PASSWORD");
    }
    return new VmUri(name, memory == null ? 0 : bytes(memory), users);
  }

  private static Map<String, String> parameters(String query) throws AmqpException {
    Map<String, String> parameters = new HashMap<>();
    for (String parameter : query == null || query.isEmpty() ? new String[0] : query.split("&")) {
      int equals = parameter.indexOf('=');
      String key = equals < 0 ? parameter : parameter.substring(0, equals);
      check(key);
      if (parameters.put(key, equals < 0 ? "" : parameter.substring(equals + 1)) != null) {
        throw wrong(key + " is given twice");
      }
    }
    return parameters;
  }

  private static void check(String key) throws AmqpException {
    if (key.equals("dir")) {
      throw new AmqpException(
          ReplyCode.NOT_IMPLEMENTED,
          "The broker URI has dir, but durable directories are not supported by this engine"
              + " version; leave dir out to keep messages in memory");
    }
    if (!key.equals("memory") && !key.equals("users")) {
      throw wrong("there is no parameter '" + key + "'; there are memory and users");
    }
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
