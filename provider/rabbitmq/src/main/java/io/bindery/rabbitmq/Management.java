package io.bindery.rabbitmq;

import io.bindery.engine.AmqpException;
import io.bindery.engine.Observation;
import io.bindery.engine.ReplyCode;
import io.bindery.engine.json.JsonException;
import io.bindery.engine.json.JsonReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.Proxy;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.HttpsURLConnection;

/**
 * A broker's management over HTTP, under RabbitMQ's paths. It is asked on the caller's thread and
 * has no thread of its own, which a server's class loaders would be held by. Thread-safe.
 */
final class Management {
  /** How long all of an observation may take, ms. */
  static final int LIMIT_MS = 10_000;

  private static final int CONNECT_MS = 5_000;
  private static final int MOST_BYTES = 64 << 20;
  private static final int CHUNK_BYTES = 16 << 10;
  private static final int OK = 200;
  private static final String NAME_IT =
      "name where it is with management=http://HOST:PORT in the URI";

  private final String address;
  private final Login login;
  private final AmqpUri uri;
  private final String lacking;

  private Management(String address, Login login, AmqpUri uri, String lacking) {
    this.address = address;
    this.login = login;
    this.uri = uri;
    this.lacking = lacking;
  }

  /**
   * Whose eyes see it.
   *
   * @param password a secret: never printed
   */
  record Login(String user, String password) {
    @Override
    public String toString() {
      return "Login[user=" + user + ", password=****]";
    }
  }

  /** Where a URI says that it is. */
  static Management named(AmqpUri uri, Login login) {
    return new Management(uri.management(), login, uri, "");
  }

  /**
   * Where a server says that it is.
   *
   * @param host that was connected to
   * @param port that the server told, 0 for none
   */
  static Management told(AmqpUri uri, AmqpUri.Host host, int port, Login login) {
    String address = "http://" + host.name() + ":" + port;
    String lacking = "";
    if (port == 0) {
      lacking =
          "The server at "
              + host
              + " has no management over HTTP, so it cannot say what it holds: set its http.port, or "
              + NAME_IT;
    } else if (uri.secure() && !isHere(host)) {
      lacking =
          "The server at "
              + host
              + " has its management at "
              + address
              + ", where the password of an amqps URI would be sent in the clear: "
              + NAME_IT
              + ", https:// or http://";
    }
    return new Management(address, login, uri, lacking);
  }

  private static boolean isHere(AmqpUri.Host host) {
    try {
      return InetAddress.getByName(host.name()).isLoopbackAddress();
    } catch (UnknownHostException e) {
      return false;
    }
  }

  /**
   * What the broker holds, as far as the user may see it.
   *
   * @param limitMs how long all of it may take
   * @throws AmqpException NOT_IMPLEMENTED when the broker has no management, or in the clear only;
   *     CONNECTION_FORCED when it cannot be reached, or not in that time; ACCESS_REFUSED for a user
   *     who may not see it; INTERNAL_ERROR for any other answer
   */
  Observation observe(int limitMs) throws AmqpException {
    if (!lacking.isEmpty()) {
      throw new AmqpException(ReplyCode.NOT_IMPLEMENTED, lacking);
    }
    long endNs = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(limitMs);
    try {
      return new Observation(
          Observed.exchanges(list("exchanges", endNs)),
          Observed.bindings(list("bindings", endNs)),
          Observed.queues(list("queues", endNs)),
          Observed.consumers(list("consumers", endNs)),
          Observed.connections(list("connections", endNs)));
    } catch (JsonException e) {
      throw new AmqpException(
          ReplyCode.INTERNAL_ERROR,
          "What answers at " + address + " is no management of a broker: " + e.getMessage(),
          e);
    } catch (SocketTimeoutException e) {
      throw unreachable("no answer within " + limitMs + " ms", e);
    } catch (IOException e) {
      throw unreachable(e.getMessage() == null ? e.toString() : e.getMessage(), e);
    }
  }

  private AmqpException unreachable(String why, IOException cause) {
    return new AmqpException(
        ReplyCode.CONNECTION_FORCED,
        "The management of the broker cannot be reached at "
            + address
            + " ("
            + why
            + "): see that it listens there (http.host, http.port), or "
            + NAME_IT,
        cause);
  }

  private List<?> list(String what, long endNs) throws IOException, JsonException, AmqpException {
    URI at = URI.create(address + "/api/" + what);
    // A broker that is connected to without a proxy is asked without one.
    HttpURLConnection http = (HttpURLConnection) at.toURL().openConnection(Proxy.NO_PROXY);
    http.setConnectTimeout(Math.min(CONNECT_MS, leftMs(endNs)));
    http.setReadTimeout(leftMs(endNs));
    http.setUseCaches(false);
    // Nobody but that host gets the password.
    http.setInstanceFollowRedirects(false);
    http.setRequestProperty("Accept", "application/json");
    http.setRequestProperty("Authorization", basic());
    if (http instanceof HttpsURLConnection secure) {
      secure.setSSLSocketFactory(Tls.context(uri).getSocketFactory());
    }
    int status = http.getResponseCode();
    if (status != OK) {
      throw refused(status, reason(http.getErrorStream(), endNs));
    }
    if (JsonReader.read(text(http.getInputStream(), endNs)) instanceof List<?> list) {
      return list;
    }
    throw new JsonException("/api/" + what + " is no array");
  }

  private String basic() {
    byte[] both = (login.user + ":" + login.password).getBytes(StandardCharsets.UTF_8);
    return "Basic " + Base64.getEncoder().encodeToString(both);
  }

  private static int leftMs(long endNs) throws SocketTimeoutException {
    long leftMs = TimeUnit.NANOSECONDS.toMillis(endNs - System.nanoTime());
    if (leftMs <= 0) {
      throw new SocketTimeoutException();
    }
    return (int) leftMs;
  }

  private static String text(InputStream from, long endNs) throws IOException {
    try (InputStream in = from) {
      ByteArrayOutputStream all = new ByteArrayOutputStream();
      byte[] chunk = new byte[CHUNK_BYTES];
      for (int size = in.read(chunk); size >= 0; size = in.read(chunk)) {
        all.write(chunk, 0, size);
        if (all.size() > MOST_BYTES) {
          throw new IOException("the answer has more than the limit of " + MOST_BYTES + " bytes");
        }
        leftMs(endNs);
      }
      return all.toString(StandardCharsets.UTF_8);
    }
  }

  private AmqpException refused(int status, String reason) {
    String why = reason.isEmpty() ? "HTTP " + status : reason;
    if (status == HttpURLConnection.HTTP_UNAUTHORIZED
        || status == HttpURLConnection.HTTP_FORBIDDEN) {
      return new AmqpException(
          ReplyCode.ACCESS_REFUSED,
          "The management at " + address + " refused the user '" + login.user + "': " + why);
    }
    return new AmqpException(
        ReplyCode.INTERNAL_ERROR, "The management at " + address + " answered: " + why);
  }

  /** What the answer says of itself; empty for nothing that is understood. */
  private static String reason(InputStream from, long endNs) throws IOException {
    if (from == null) {
      return "";
    }
    try {
      return JsonReader.read(text(from, endNs)) instanceof Map<?, ?> answer
              && answer.get("reason") instanceof String why
          ? why
          : "";
    } catch (JsonException e) {
      return "";
    }
  }
}
