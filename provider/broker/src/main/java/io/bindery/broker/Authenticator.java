package io.bindery.broker;

/** Decides who may connect. Thread-safe. */
@FunctionalInterface
public interface Authenticator {
  /** Lets everybody in. */
  Authenticator ANYBODY = (user, password) -> true;

  /**
   * Whether user and password belong together.
   *
   * @param user empty for none
   * @param password a secret: never keep or print it
   */
  boolean accepts(String user, String password);
}
