package io.bindery.broker;

import io.bindery.broker.journal.JournalSettings;
import io.bindery.broker.store.StoreSettings;
import io.bindery.engine.AmqpException;
import io.bindery.engine.ReplyCode;
import java.net.URI;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A URI of an embedded broker, understood: {@code vm://NAME?dir=PATH&memory=256m}.
 *
 * @param name 1 to 64 letters, digits, dots, underscores and hyphens
 * @param memoryBytes how much of the heap messages may take, 0 when it is not said
 * @param users path of a file with the users that may connect and their passwords, empty for
 *     everybody
 * @param dir the directory that holds what is durable, empty for a broker in memory
 * @param disk how that is kept
 */
record VmUri(String name, long memoryBytes, String users, String dir, StoreSettings disk) {
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]{1,64}");
  private static final Pattern SIZE = Pattern.compile("([0-9]{1,9})([kmg]?)");
  private static final List<String> ON_DISK = List.of("sync", "acks", "segment", "nonpersistent");
  private static final List<String> KEYS =
      List.of("dir", "sync", "acks", "segment", "nonpersistent", "memory", "users");
  private static final long LEAST_SEGMENT = 64 << 10;
  private static final long MOST_SEGMENT = 1 << 30;
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
    String dir = parameters.getOrDefault("dir", "");
    if (dir.isEmpty() && parameters.containsKey("dir")) {
      throw wrong("dir is empty, but must be the path of a directory for what is durable");
    }
    return new VmUri(
        name, memory == null ? 0 : bytes("memory", memory), users, dir, disk(dir, parameters));
  }

  private static StoreSettings disk(String dir, Map<String, String> parameters)
      throws AmqpException {
    for (String key : ON_DISK) {
      if (dir.isEmpty() && parameters.containsKey(key)) {
        throw wrong(key + " says how a directory is kept, and there is none: add dir=PATH");
      }
    }
    JournalSettings journal = StoreSettings.DEFAULT.journal();
    if (parameters.containsKey("segment")) {
      long bytes = bytes("segment", parameters.get("segment"));
      if (bytes < LEAST_SEGMENT || bytes > MOST_SEGMENT) {
        throw wrong("segment is " + bytes + " bytes, but must be from 64k to 1g");
      }
      journal = journal.withSegmentBytes(bytes);
    }
    return new StoreSettings(
        journal.withSync(choice(parameters, "sync", "on", "off")),
        StoreSettings.DEFAULT.acknowledgeWithinMs(),
        !choice(parameters, "acks", "soon", "always"),
        !choice(parameters, "nonpersistent", "drop", "keep"));
  }

  /** Whether a parameter has the first of two values, which is its default. */
  private static boolean choice(
      Map<String, String> parameters, String key, String first, String second)
      throws AmqpException {
    String value = parameters.getOrDefault(key, first);
    if (!value.equals(first) && !value.equals(second)) {
      throw wrong(key + " is '" + value + "', but must be " + first + " or " + second);
    }
    return value.equals(first);
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
    if (!KEYS.contains(key)) {
      throw wrong("there is no parameter '" + key + "'; there are " + String.join(", ", KEYS));
    }
  }

  private static long bytes(String key, String text) throws AmqpException {
    Matcher size = SIZE.matcher(text.toLowerCase(Locale.ROOT));
    if (!size.matches() || Long.parseLong(size.group(1)) == 0) {
      throw wrong(
          key
              + " is '"
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
