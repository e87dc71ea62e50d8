package io.bindery.server.settings;

import io.bindery.broker.BrokerSettings;
import io.bindery.broker.runtime.IoFailure;
import io.bindery.server.settings.Settings.ClientCertificate;
import io.bindery.server.settings.Settings.Endpoint;
import io.bindery.server.settings.Settings.Limits;
import io.bindery.server.settings.Settings.Store;
import io.bindery.server.settings.Settings.Tls;
import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Reads settings: a flag before the environment, the environment before the file, the file before
 * the default. Collects all that is wrong.
 */
public final class SettingsReader {
  private static final Pattern SIZE = Pattern.compile("([0-9]{1,12})([kmg]?)");
  private static final String OFF = "off";
  private static final int HEAP_SHARE = 4;
  private static final int MOST_PORT = 65_535;
  private static final int BEHIND_FILE = Integer.MAX_VALUE;

  private final Map<Key, Said> said = new EnumMap<>(Key.class);
  private final List<Wrong> wrong = new ArrayList<>();

  /** What a later line of the file says again: two are wrong, and each may be wrong by itself. */
  private final List<Map.Entry<Key, Said>> again = new ArrayList<>();

  private SettingsReader() {}

  /**
   * A value and where it was said.
   *
   * @param value the text
   * @param where what an error begins with
   * @param line of the file; {@link #BEHIND_FILE} when it was not said there
   */
  private record Said(String value, String where, int line) {}

  /**
   * An error.
   *
   * @param line where in the file; {@link #BEHIND_FILE} when it is not there
   * @param text what is wrong, and where
   */
  private record Wrong(int line, String text) {}

  /**
   * Reads and checks them.
   *
   * @param file a file of lines {@code key = value}; null for none
   * @param environment the environment's variables
   * @param flags each {@code --key=value}
   * @throws SettingsException naming all that is wrong
   */
  public static Settings read(Path file, Map<String, String> environment, List<String> flags)
      throws SettingsException {
    return new SettingsReader().readAll(file, environment, flags, null);
  }

  /**
   * The same, for who asks whether all is in order at a time: what is no reason not to start, but
   * will be one not to connect, is wrong, too.
   */
  public static Settings check(
      Path file, Map<String, String> environment, List<String> flags, Instant when)
      throws SettingsException {
    return new SettingsReader().readAll(file, environment, flags, when);
  }

  private Settings readAll(
      Path file, Map<String, String> environment, List<String> flags, Instant when)
      throws SettingsException {
    for (Key key : Key.values()) {
      said.put(key, new Said(key.byDefault(), key.text(), BEHIND_FILE));
    }
    if (file != null) {
      readFile(file);
    }
    for (Key key : Key.values()) {
      String value = environment.get(key.environmentName());
      if (value != null) {
        said.put(key, new Said(value.trim(), "environment: " + key.environmentName(), BEHIND_FILE));
      }
    }
    flags.forEach(this::readFlag);
    Settings settings = understood();
    again.forEach(each -> understand(each.getKey(), each.getValue()));
    if (when != null && settings.tls() != null) {
      // What cannot be read has been told.
      TlsMaterial material = TlsMaterial.read(settings.tls(), (setting, what) -> {});
      if (material != null) {
        material.checkValid(when, settings.tls(), this::wrong);
      }
    }
    if (!wrong.isEmpty()) {
      wrong.sort(Comparator.comparingInt(Wrong::line));
      throw new SettingsException(wrong.stream().map(Wrong::text).toList());
    }
    return settings;
  }

  /** Tells what is wrong with a value that does not hold, and nothing else. */
  private void understand(Key key, Said value) {
    Said holds = said.put(key, value);
    int told = wrong.size();
    understood();
    wrong.subList(told, wrong.size()).removeIf(each -> each.line() != value.line());
    said.put(key, holds);
  }

  private void readFile(Path file) {
    List<String> lines;
    try {
      lines = Files.readAllLines(file);
    } catch (MalformedInputException e) {
      wrong.add(new Wrong(0, file + " is no text in UTF-8"));
      return;
    } catch (IOException e) {
      String why = IoFailure.of(e).replace(file + ": ", "");
      wrong.add(new Wrong(0, "--config cannot be read: " + file + ": " + why));
      return;
    }
    Map<Key, Integer> seen = new EnumMap<>(Key.class);
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i).strip();
      if (!line.isEmpty() && !line.startsWith("#")) {
        readLine(line, file + ", line " + (i + 1), i + 1, seen);
      }
    }
  }

  private void readLine(String line, String where, int number, Map<Key, Integer> seen) {
    int equals = line.indexOf('=');
    if (equals < 0) {
      wrong.add(new Wrong(number, where + ": there is no '='; write KEY = VALUE"));
      return;
    }
    String name = line.substring(0, equals).strip();
    Key key = Key.named(name);
    if (key == null) {
      wrong.add(new Wrong(number, where + ": there is no setting '" + name + "'" + similar(name)));
      return;
    }
    Integer before = seen.put(key, number);
    if (before != null) {
      wrong.add(new Wrong(number, where + ": " + name + " was set in line " + before + " already"));
      again.add(Map.entry(key, said.get(key)));
    }
    said.put(key, new Said(line.substring(equals + 1).strip(), where + ": " + name, number));
  }

  private void readFlag(String flag) {
    int equals = flag.indexOf('=');
    if (!flag.startsWith("--") || equals < 0) {
      wrong.add(new Wrong(BEHIND_FILE, "'" + flag + "' is no setting; write --KEY=VALUE"));
      return;
    }
    String name = flag.substring(2, equals);
    Key key = Key.named(name);
    if (key == null) {
      wrong.add(new Wrong(BEHIND_FILE, "--" + name + ": there is no such setting" + similar(name)));
    } else {
      said.put(key, new Said(flag.substring(equals + 1).strip(), "--" + name, BEHIND_FILE));
    }
  }

  private static String similar(String name) {
    String wanted = name.toLowerCase(Locale.ROOT).replaceAll("[^a-z]", "");
    return Key.names().stream()
        .filter(each -> each.replace(".", "").equals(wanted))
        .findFirst()
        .map(each -> "; did you mean " + each + "?")
        .orElse("; there are " + String.join(", ", Key.names()));
  }

  private Settings understood() {
    Endpoint amqp = endpoint(Key.AMQP_HOST, Key.AMQP_PORT);
    Endpoint amqps = endpoint(Key.AMQP_HOST, Key.AMQPS_PORT);
    Endpoint http = endpoint(Key.HTTP_HOST, Key.HTTP_PORT);
    if (amqp == null && amqps == null) {
      wrong(Key.AMQP_PORT, "is off and so is amqps.port: nobody could connect");
    }
    checkApart(List.of(Key.AMQP_PORT, Key.AMQPS_PORT, Key.HTTP_PORT));
    Store store =
        new Store(
            value(Key.MEMORY).isEmpty()
                ? Runtime.getRuntime().maxMemory() / HEAP_SHARE
                : bytes(Key.MEMORY, "1m", Runtime.getRuntime().maxMemory()),
            choice(Key.SYNC, "on", OFF).equals("on"),
            choice(Key.ACKS, "soon", "always").equals("soon"),
            bytes(Key.SEGMENT, "64k", 1L << 30),
            choice(Key.NONPERSISTENT, "drop", "keep").equals("keep"));
    Limits limits =
        new Limits(
            number(Key.HEARTBEAT, 0, MOST_PORT),
            (int) bytes(Key.FRAME_MAX, "4k", 16L << 20),
            (int) bytes(Key.MESSAGE_MAX, "1k", BrokerSettings.MOST_MESSAGE_BYTES),
            number(Key.CHANNEL_MAX, 1, BrokerSettings.MOST_CHANNELS),
            number(Key.HANDSHAKE, 1, 3_600),
            number(Key.CONNECTION_MAX, 1, 1_000_000));
    return new Settings(
        path(Key.DATA),
        amqp,
        amqps,
        tls(amqps != null),
        http,
        store,
        limits,
        names(value(Key.LOOPBACK_USERS)),
        System.Logger.Level.valueOf(
            choice(Key.LOG, "error", "warning", "info", "debug").toUpperCase(Locale.ROOT)));
  }

  private String value(Key key) {
    return said.get(key).value();
  }

  private void wrong(Key key, String what) {
    wrong.add(new Wrong(said.get(key).line(), said.get(key).where() + " " + what));
  }

  private static Set<String> names(String list) {
    Set<String> names = new TreeSet<>(Arrays.asList(list.split("\\s*,\\s*")));
    names.remove("");
    return names;
  }

  private Endpoint endpoint(Key host, Key port) {
    if (value(host).isEmpty()) {
      wrong(host, "is empty, but must be a name, an address, or * for all");
    }
    return value(port).equals(OFF)
        ? null
        : new Endpoint(value(host), number(port, 0, MOST_PORT, " or off"));
  }

  private void checkApart(List<Key> ports) {
    Map<String, List<Key>> byValue =
        ports.stream()
            .filter(key -> !value(key).equals(OFF) && !value(key).equals("0"))
            .collect(Collectors.groupingBy(this::value));
    byValue.values().stream()
        .filter(same -> same.size() > 1)
        .forEach(
            same ->
                wrong(same.get(1), "is " + value(same.get(1)) + ", as is " + same.get(0).text()));
  }

  private Tls tls(boolean needed) {
    if (!needed) {
      for (Key key : List.of(Key.TLS_CERTIFICATE, Key.TLS_KEY, Key.TLS_CA)) {
        if (!value(key).isEmpty()) {
          wrong(key, "is set, and amqps.port is off: set amqps.port = 5671");
        }
      }
      return null;
    }
    ClientCertificate client =
        ClientCertificate.valueOf(
            choice(Key.TLS_CLIENT, OFF, "optional", "required").toUpperCase(Locale.ROOT));
    if (client != ClientCertificate.OFF && value(Key.TLS_CA).isEmpty()) {
      wrong(Key.TLS_CA, "is missing: tls.client says that clients have certificates");
    }
    Tls tls =
        new Tls(
            file(Key.TLS_CERTIFICATE),
            file(Key.TLS_KEY),
            value(Key.TLS_CA).isEmpty() ? null : file(Key.TLS_CA),
            client);
    // What cannot be used must not be found out by the first client.
    TlsMaterial.read(tls, this::wrong);
    return tls;
  }

  private Path file(Key key) {
    if (value(key).isEmpty()) {
      wrong(key, "is missing: amqps.port needs it");
      return null;
    }
    return path(key);
  }

  private Path path(Key key) {
    try {
      if (value(key).isEmpty()) {
        wrong(key, "is empty, but must be a path");
        return null;
      }
      return Path.of(value(key));
    } catch (InvalidPathException e) {
      wrong(key, "is no path: " + e.getReason());
      return null;
    }
  }

  private int number(Key key, int least, int most) {
    return number(key, least, most, "");
  }

  private int number(Key key, int least, int most, String or) {
    try {
      int number = Integer.parseInt(value(key));
      if (number >= least && number <= most) {
        return number;
      }
    } catch (NumberFormatException e) {
      // Told below, like a number that is out of its bounds.
      assert e != null;
    }
    wrong(key, "is '" + value(key) + "', but must be a number from " + least + " to " + most + or);
    return least;
  }

  private long bytes(Key key, String least, long most) {
    Matcher size = SIZE.matcher(value(key));
    long leastBytes = bytes(least);
    if (size.matches()) {
      long bytes = bytes(value(key));
      if (bytes >= leastBytes && bytes <= most) {
        return bytes;
      }
    }
    wrong(
        key,
        "is '"
            + value(key)
            + "', but must be a size from "
            + least
            + " to "
            + (most >> 20)
            + "m, like 64k, 512m or 1g");
    return leastBytes;
  }

  private static long bytes(String text) {
    Matcher size = SIZE.matcher(text);
    if (!size.matches()) {
      throw new IllegalArgumentException(text);
    }
    int shift = size.group(2).isEmpty() ? 0 : ("kmg".indexOf(size.group(2)) + 1) * 10;
    return Long.parseLong(size.group(1)) << shift;
  }

  private String choice(Key key, String... allowed) {
    String value = value(key);
    if (!Arrays.asList(allowed).contains(value)) {
      wrong(key, "is '" + value + "', but must be one of " + String.join(", ", allowed));
      return allowed[0];
    }
    return value;
  }
}
