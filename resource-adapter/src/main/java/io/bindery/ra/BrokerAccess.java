package io.bindery.ra;

import io.bindery.engine.ConnectSpec;
import java.util.Objects;
import java.util.regex.Pattern;

/**
 * Which broker, as whom.
 *
 * @param uri for example {@code vm://orders}
 * @param user empty for none
 * @param password a secret: never printed
 */
record BrokerAccess(String uri, String user, String password) {
  private static final Pattern OVER_NETWORK =
      Pattern.compile("amqps?://", Pattern.CASE_INSENSITIVE);
  private static final Pattern ONE_SLASH = Pattern.compile("^([A-Za-z][A-Za-z0-9+.-]*):/(?!/)");

  /**
   * A connection over a network that is lost does not come back by itself here, unless its URI says
   * so: pools and activations replace theirs, and must hear of it at once.
   */
  BrokerAccess {
    int query = uri.indexOf('?');
    boolean says = query >= 0 && uri.indexOf("reconnect=", query) >= 0;
    if (OVER_NETWORK.matcher(uri).lookingAt() && !says) {
      uri += (query < 0 ? "?" : "&") + "reconnect=0";
    }
  }

  /**
   * A broker's URI as it was meant. Open Liberty takes the values of definition annotations for
   * paths and makes {@code vm:/orders} of {@code vm://orders}.
   *
   * @param value a configured value; null for none
   * @return without blanks at its ends, with two slashes after the scheme; empty for none
   */
  static String uri(String value) {
    String text = Objects.requireNonNullElse(value, "").strip();
    return ONE_SLASH.matcher(text).replaceFirst("$1://");
  }

  /** What an engine is asked for; {@code name} is what operators see. */
  ConnectSpec connectSpec(String name) {
    return new ConnectSpec(user, password, "/", name, 0);
  }

  // By hand, because servers compare factories after the adapter's stop: see RecordMethodCache.
  @Override
  public boolean equals(Object other) {
    return other instanceof BrokerAccess same
        && same.uri.equals(uri)
        && same.user.equals(user)
        && same.password.equals(password);
  }

  @Override
  public int hashCode() {
    return Objects.hash(uri, user, password);
  }

  @Override
  public String toString() {
    return "BrokerAccess[user=" + user + ", password=****]";
  }
}
