package io.bindery.rabbitmq;

import io.bindery.engine.AmqpException;
import io.bindery.engine.ReplyCode;
import java.net.URI;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A URI of a broker over the network, understood: {@code
 * amqp://USER:PASSWORD@HOST:PORT,HOST:PORT/VHOST?connectTimeout=10000&heartbeat=60&reconnect=180&trust=PATH&cert=PATH&key=PATH}.
 *
 * @param secure whether it is TLS
 * @param hosts where to connect, tried in this order
 * @param user empty for none
 * @param password a secret: never printed
 * @param virtualHost {@code /} where the URI has none
 * @param connectTimeoutMs for each host
 * @param heartbeatSeconds after how long a silent peer is given up, 0 for never
 * @param reconnectSeconds how long a lost connection tries to come back, 0 for not at all
 * @param trust path of a file with the certificates (PEM) that are trusted, empty for those of Java
 * @param cert path of a file with this client's own certificate and its chain (PEM), empty for none
 * @param key path of a file with its private key (PEM, PKCS #8, not encrypted), empty with {@code
 *     cert}
 * @param management where the broker's management is: {@code http://HOST:PORT} or {@code
 *     https://…}, without a slash at its end; empty for where the server says
 */
record AmqpUri(
    boolean secure,
    List<Host> hosts,
    String user,
    String password,
    String virtualHost,
    int connectTimeoutMs,
    int heartbeatSeconds,
    int reconnectSeconds,
    String trust,
    String cert,
    String key,
    String management) {
  static final String PLAIN = "amqp";
  static final String SECURE = "amqps";

  private static final int PORT = 5672;
  private static final int SECURE_PORT = 5671;
  private static final int MAX_PORT = 65_535;
  private static final int CONNECT_MS = 10_000;
  private static final int HEARTBEAT_SECONDS = 60;
  private static final int MAX_SECONDS = 65_535;

  /**
   * Longer than a server's restart, and than a server with this heartbeat takes to find out that a
   * client is gone whose client identifier and queues it holds.
   */
  private static final int RECONNECT_SECONDS = 180;

  private static final int MAX_RECONNECT_SECONDS = 1_000_000;
  private static final List<String> KEYS =
      List.of("connectTimeout", "heartbeat", "reconnect", "trust", "cert", "key", "management");
  private static final Pattern HOST =
      Pattern.compile("([A-Za-z0-9._-]+|\\[[0-9A-Fa-f:.%]+\\])(?::([0-9]{1,5}))?");

  /** No user and no password: those of the URI are used. */
  private static final Pattern MANAGEMENT =
      Pattern.compile(
          "(https?://([A-Za-z0-9._-]+|\\[[0-9A-Fa-f:.%]+\\])(:[0-9]{1,5})?(/[^?#]*[^?#/])?)/?");

  /** A host and its port. */
  record Host(String name, int port) {
    @Override
    public String toString() {
      return name + ":" + port;
    }
  }

  static AmqpUri parse(URI uri) throws AmqpException {
    boolean secure = uri.getScheme().toLowerCase(Locale.ROOT).equals(SECURE);
    String authority = uri.getRawAuthority();
    if (authority == null || authority.isEmpty()) {
      throw wrong("there is no host: write " + uri.getScheme() + "://HOST");
    }
    if (uri.getRawFragment() != null) {
      throw wrong("there is a '#', but it takes no fragment: write %23 within a name");
    }
    int at = authority.lastIndexOf('@');
    String login = at < 0 ? "" : authority.substring(0, at);
    int colon = login.indexOf(':');
    Map<String, String> parameters = parameters(uri.getRawQuery());
    checkFiles(parameters, secure);
    return new AmqpUri(
        secure,
        hosts(authority.substring(at + 1), secure ? SECURE_PORT : PORT),
        decoded("the user", colon < 0 ? login : login.substring(0, colon)),
        decoded("the password", colon < 0 ? "" : login.substring(colon + 1)),
        virtualHost(uri.getRawPath()),
        number(parameters, "connectTimeout", CONNECT_MS, Integer.MAX_VALUE),
        number(parameters, "heartbeat", HEARTBEAT_SECONDS, MAX_SECONDS),
        number(parameters, "reconnect", RECONNECT_SECONDS, MAX_RECONNECT_SECONDS),
        parameters.getOrDefault("trust", ""),
        parameters.getOrDefault("cert", ""),
        parameters.getOrDefault("key", ""),
        management(parameters));
  }

  private static void checkFiles(Map<String, String> parameters, boolean secure)
      throws AmqpException {
    String other = parameters.getOrDefault("management", "");
    for (String each : List.of("trust", "cert", "key")) {
      if (parameters.getOrDefault(each, "none").isEmpty()) {
        throw wrong(each + " is empty, but must be the path of a file (PEM)");
      }
      if (parameters.containsKey(each) && !secure && !other.startsWith("https:")) {
        throw wrong(each + " is for certificates, and there are none: write amqps://");
      }
    }
    if (parameters.containsKey("cert") != parameters.containsKey("key")) {
      throw wrong("cert and key belong together: a certificate, and the private key of it");
    }
  }

  private static String management(Map<String, String> parameters) throws AmqpException {
    String text = parameters.get("management");
    if (text == null) {
      return "";
    }
    Matcher address = MANAGEMENT.matcher(text);
    if (!address.matches()) {
      // Not told: who writes a password there, too, does not want to read it in a log.
      throw wrong("management must be http://HOST:PORT or https://HOST:PORT");
    }
    return address.group(1);
  }

  private static List<Host> hosts(String text, int defaultPort) throws AmqpException {
    List<Host> hosts = new ArrayList<>();
    for (String each : text.split(",", -1)) {
      Matcher host = HOST.matcher(each);
      if (!host.matches()) {
        throw wrong(
            "'" + each + "' is no host: write HOST or HOST:PORT, several with commas between them");
      }
      int port = host.group(2) == null ? defaultPort : Integer.parseInt(host.group(2));
      if (port < 1 || port > MAX_PORT) {
        throw wrong("the port " + port + " is not within 1 to " + MAX_PORT);
      }
      hosts.add(new Host(host.group(1), port));
    }
    return List.copyOf(hosts);
  }

  private static String virtualHost(String path) throws AmqpException {
    if (path == null || path.length() <= 1) {
      return "/";
    }
    if (path.indexOf('/', 1) > 0) {
      throw wrong("the virtual host '" + path.substring(1) + "' has a '/': write %2F");
    }
    return decoded("the virtual host", path.substring(1));
  }

  private static Map<String, String> parameters(String query) throws AmqpException {
    Map<String, String> parameters = new HashMap<>();
    for (String parameter : query == null || query.isEmpty() ? new String[0] : query.split("&")) {
      int equals = parameter.indexOf('=');
      String key = equals < 0 ? parameter : parameter.substring(0, equals);
      if (!KEYS.contains(key)) {
        throw wrong("there is no parameter '" + key + "'; there are " + String.join(", ", KEYS));
      }
      String value = equals < 0 ? "" : decoded(key, parameter.substring(equals + 1));
      if (parameters.put(key, value) != null) {
        throw wrong(key + " is given twice");
      }
    }
    return parameters;
  }

  private static int number(Map<String, String> parameters, String key, int otherwise, int most)
      throws AmqpException {
    String text = parameters.get(key);
    if (text == null) {
      return otherwise;
    }
    try {
      int value = Integer.parseInt(text);
      if (value >= 0 && value <= most) {
        return value;
      }
    } catch (NumberFormatException e) {
      throw wrong(key + " is '" + text + "', but must be a whole number from 0 to " + most);
    }
    throw wrong(key + " is " + text + ", but must be from 0 to " + most);
  }

  private static String decoded(String what, String text) throws AmqpException {
    try {
      // A plus is a plus outside of forms.
      return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw wrong("after a % in " + what + " there must be two hexadecimal digits");
    }
  }

  private static AmqpException wrong(String what) {
    return new AmqpException(ReplyCode.NOT_ALLOWED, "The broker URI is wrong: " + what);
  }

  /** The URI without user, password and parameters. */
  URI plain() {
    String at = hosts.stream().map(Host::toString).collect(Collectors.joining(","));
    String host = virtualHost.equals("/") ? "" : "/" + encoded(virtualHost);
    return URI.create((secure ? SECURE : PLAIN) + "://" + at + host);
  }

  private static String encoded(String name) {
    return URLEncoder.encode(name, StandardCharsets.UTF_8).replace("+", "%20");
  }

  @Override
  public String toString() {
    return plain().toString();
  }
}
