package io.bindery.engine;

import java.util.Objects;

/**
 * How a client connects.
 *
 * @param user a user's name; empty for none
 * @param password a secret: never printed
 * @param virtualHost for example {@code /}
 * @param name what operators see
 * @param sendTimeoutMs how long a publish may wait for memory, 0 for as long as it takes (key
 *     {@code sendTimeout})
 */
public record ConnectSpec(
    String user, String password, String virtualHost, String name, long sendTimeoutMs) {
  /** Checks that nothing is null. */
  public ConnectSpec {
    Objects.requireNonNull(user);
    Objects.requireNonNull(password);
    Objects.requireNonNull(virtualHost);
    Objects.requireNonNull(name);
  }

  /** Without a user, to the virtual host {@code /}, waiting for memory as long as it takes. */
  public static ConnectSpec anonymous(String name) {
    return new ConnectSpec("", "", "/", name, 0);
  }

  @Override
  public String toString() {
    return "ConnectSpec[user="
        + user
        + ", password=****, virtualHost="
        + virtualHost
        + ", name="
        + name
        + "]";
  }
}
