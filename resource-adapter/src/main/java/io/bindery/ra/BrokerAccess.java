package io.bindery.ra;

import io.bindery.engine.ConnectSpec;
import java.util.Objects;

/**
 * Which broker, as whom.
 *
 * @param uri for example {@code vm://orders}
 * @param user empty for none
 * @param password a secret: never printed
 */
record BrokerAccess(String uri, String user, String password) {
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
